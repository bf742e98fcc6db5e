"""What one batch of the inbox scan shares: the rows that it has read, and what it has found so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.scan_counts import ScanCounts
from colophon.listings.kind import ListingGroup
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.row_encoding import DamagedRow
from colophon.upload.keys import PostRef
from colophon.verbs.listings import EntryGroups
from colophon.verbs.skipping import Skips

RowT = TypeVar("RowT", ClinicRow, SiteRow)


@dataclass(slots=True)
class InboxScan:
    """What is shared by the follow-ups of one batch.

    What was taken down after ``since`` is purged again. With ``all_listings`` every group is enqueued; otherwise those
    whose rows are not up to date, and those that there is no time left to look at. ``checked`` are the groups that were
    looked at.
    """

    index: Index
    listings: ListingIndex
    now: datetime
    since: datetime
    skips: Skips
    has_time: Callable[[], bool] = lambda: True
    all_listings: bool = False
    counts: ScanCounts = field(default_factory=ScanCounts)
    checked: set[ListingGroup] = field(default_factory=set)
    null_keys: list[str] = field(default_factory=list)
    entry_groups: EntryGroups = field(init=False)
    _rows: dict[str, ClinicRow | SiteRow | DamagedRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entry_groups = EntryGroups(self.index)

    @property
    def site(self) -> SiteRow:
        """The site's row. Raises DamagedRow."""
        return self._read("", self.index.read_site)

    def clinic(self, name: str) -> ClinicRow:
        """The row of the clinic called ``name``. Raises DamagedRow."""
        return self._read(name, lambda: self.index.read_clinic(name)[0])

    def clinic_of_address(self, address: PostRef, claimant: PostRef) -> ClinicRow:
        """The clinic whose word a claim of ``claimant`` needs; an empty row if it is its own."""
        return ClinicRow(address.clinic) if address.clinic == claimant.clinic else self.clinic(address.clinic)

    def _read(self, name: str, read: Callable[[], RowT]) -> RowT:
        """The row that ``read`` returns or fails to return, once for all posts that need it."""
        if name not in self._rows:
            try:
                self._rows[name] = read()
            except DamagedRow as error:
                self._rows[name] = error
        found = self._rows[name]
        if isinstance(found, DamagedRow):
            raise found
        return cast(RowT, found)
