"""The listings of an inbox in memory, decided from the entries of its pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import Listing, ListingGroup, ListingKind, ListingRow
from colophon.listings.kinds import groups_for, in_dependency_order
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR


@dataclass
class Listings:
    """The rows of all groups of listings, and the objects by their keys."""

    rows: dict[ListingGroup, ListingRow] = field(default_factory=dict)
    objects: dict[str, Listing] = field(default_factory=dict)
    fingerprints: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def copy(self) -> "Listings":
        """The same listings, for an inbox to which more is uploaded."""
        return Listings(dict(self.rows), dict(self.objects), dict(self.fingerprints))

    @property
    def years(self) -> Mapping[tuple[str, str, int], Any]:
        return {(group.lang, group.clinic, group.year): row for group, row in self._rows_of(YEAR)}

    @property
    def archives(self) -> Mapping[tuple[str, str], Any]:
        return {(group.lang, group.clinic): row for group, row in self._rows_of(CLINIC)}

    @property
    def directories(self) -> Mapping[str, Any]:
        return {group.lang: row for group, row in self._rows_of(LANGUAGE)}

    def _rows_of(self, kind: ListingKind[Any, Any]) -> Iterable[tuple[ListingGroup, ListingRow]]:
        return ((group, row) for group, row in self.rows.items() if group.kind == kind.number)

    def shows(self, key: str) -> str:
        """What readers get at ``key``: "listing", "tombstone: <kind>" or "nothing"."""
        if key not in self.objects:
            return "nothing"
        kind = self.objects[key].make(1).metadata.get("kind")
        return f"tombstone: {kind}" if kind else "listing"

    def bytes_at(self, key: str) -> str:
        """What the listing at ``key`` says."""
        return self.objects[key].make(1).content.decode()

    def answer(self, entries: Iterable[EntryRow], clinics: Iterable[ClinicRow], site: SiteRow) -> None:
        """Bring every listing to what ``entries``, ``clinics`` and ``site`` say."""
        index = MemoryIndex(site, {clinic.clinic: clinic for clinic in clinics}, tuple(entries), self.rows)
        groups = set(groups_for())
        for lang in {*(site.settings.languages if site.settings else ()), *site.removed_languages}:
            groups.update(groups_for(lang))
            for clinic in index.clinics:
                groups.update(groups_for(lang, clinic))
                for row in index.read_entries(lang, clinic):
                    groups.update(groups_for(lang, clinic, row.posted.year))
        for group in in_dependency_order(groups):
            self._put(*index.decide(group))

    def _put(self, *listings: Listing) -> None:
        for listing in listings:
            if listing.key not in self.objects or self.objects[listing.key].fp != listing.fp:
                self.objects[listing.key] = listing
                self.fingerprints[listing.key] = (*self.fingerprints.get(listing.key, ()), listing.fp)
