"""Listings decided in memory, without an index: for a build, and for those that exist before any post."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.kind import Listing, ListingGroup, ListingKind, ListingRow, ListingSnapshot, RowT
from colophon.listings.kinds import kind_of
from colophon.listings.sources import newest_rows


@dataclass(slots=True)
class MemoryIndex:
    """What listings are made from. Groups are decided in dependency order; each adds its row to ``rows``."""

    site: SiteRow
    clinics: Mapping[str, ClinicRow] = field(default_factory=dict)
    entries: Sequence[EntryRow] = ()
    rows: dict[ListingGroup, ListingRow] = field(default_factory=dict)

    def decide(self, group: ListingGroup) -> tuple[Listing, ...]:
        """The listings of ``group``."""
        kind = kind_of(group)
        others = tuple(map(self._row, kind.read_with_row(group)))
        clinic = self.clinics.get(group.clinic) or ClinicRow(group.clinic)
        snapshot = ListingSnapshot(self._row(group), self.site, clinic, others)
        decision = kind.decide(snapshot, kind.inputs(group, self))
        self.rows[group] = decision.row
        return decision.listings

    def read_entries(self, lang: str, clinic: str, year: int | None = None) -> tuple[EntryRow, ...]:
        """As ListingReader says."""
        rows = (row for row in self.entries if (row.lang, row.clinic) == (lang, clinic))
        return tuple(row for row in rows if year is None or row.posted.year == year)

    def read_newest(self, lang: str, clinic: str = "") -> tuple[EntryRow, ...]:
        """As ListingReader says."""
        rows = (row for row in self.entries if row.lang == lang and clinic in ("", row.clinic))
        return newest_rows(_newest_first(rows))

    def read_rows(self, kind: ListingKind[RowT, Any], lang: str, clinic: str = "") -> tuple[RowT, ...]:
        """As ListingReader says."""
        partition, _ = kind.item_key(kind.group(lang, clinic))
        groups = (group for group in self.rows if group.kind == kind.number)
        return tuple(self._row(group) for group in sorted(groups) if kind.item_key(group)[0] == partition)

    def _row(self, group: ListingGroup) -> Any:
        return self.rows.get(group) or kind_of(group).first_row(group)


def _newest_first(rows: Iterable[EntryRow]) -> list[EntryRow]:
    """In the order of the index."""
    return sorted(rows, key=lambda row: (row.posted, row.clinic, row.post), reverse=True)
