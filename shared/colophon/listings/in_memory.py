"""Listings decided in memory, without an index: for a build, and for those that exist before any post."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.kind import Listing, ListingChange, ListingGroup, ListingKind, ListingRow, ListingSnapshot, RowT
from colophon.listings.kinds import kind_of
from colophon.listings.kinds.parts import is_divided, parts_awaited
from colophon.listings.periods import LIMITS, NEWEST_COUNT, ListingLimits, Period
from colophon.listings.sources import newest_rows

# One is enough for every kind that there is.
_MOST_WAKE_UPS = 3


@dataclass(slots=True)
class MemoryIndex:
    """What listings are made from. Groups are decided in dependency order; each adds its row to ``rows``."""

    site: SiteRow
    clinics: Mapping[str, ClinicRow] = field(default_factory=dict)
    entries: Sequence[EntryRow] = ()
    rows: dict[ListingGroup, ListingRow] = field(default_factory=dict)
    limits: ListingLimits = LIMITS
    _by_month: dict[tuple[str, str, int, int], list[EntryRow]] = field(default_factory=dict)

    def decide(self, group: ListingGroup) -> tuple[Listing, ...]:
        """The listings of ``group``. A group that wakes itself by its row is decided again."""
        own = replace(group, posts=())
        before, listings = self.rows.get(own), self._decide_once(group)
        for _ in range(_MOST_WAKE_UPS):
            change = ListingChange(own, before, self.rows[own])
            if own not in kind_of(own).woken_by(change):
                break
            before, listings = self.rows[own], self._decide_once(group)
        return listings

    def _decide_once(self, group: ListingGroup) -> tuple[Listing, ...]:
        kind, own = kind_of(group), replace(group, posts=())
        others = tuple(map(self._row, kind.read_with_row(group)))
        clinic = self.clinics.get(group.clinic) or ClinicRow(group.clinic)
        snapshot = ListingSnapshot(self._row(own), self.site, clinic, others, self.limits)
        decision = kind.decide(snapshot, kind.inputs(group, snapshot, self))
        # As the index records it, which counts.
        known, row = snapshot.row, decision.row
        self.rows[own] = row if row == known else replace(row, n=known.n + 1)
        return decision.listings

    def decide_all(self, group: ListingGroup) -> Iterator[Listing]:
        """The listings of ``group`` and, if it is listed by parts, those of its parts first."""
        listings = self.decide(group)
        if is_divided(self.rows[group]):
            for part in parts_awaited(group, self.rows[group]):
                yield from self.decide_all(part)
            listings = self.decide(group)
        yield from listings

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        """As ListingReader says."""
        if self.entries and not self._by_month:
            for row in sorted(self.entries, key=lambda row: row.posted):
                self._by_month.setdefault((row.lang, row.clinic, row.posted.year, row.posted.month), []).append(row)
        if period is None:
            months = sorted(key for key in self._by_month if key[:2] == (lang, clinic))
        else:
            numbers = (period.month,) if period.month else range(1, 13)
            months = [(lang, clinic, period.year, number) for number in numbers]
        rows = (row for month in months for row in self._by_month.get(month, ()))
        return tuple(row for row in rows if period is None or not period.day or period.includes(row.posted, row.post))

    def read_entries_of(self, lang: str, clinic: str, day: date, posts: Iterable[str]) -> tuple[EntryRow, ...]:
        """As ListingReader says."""
        wanted = frozenset(posts)
        rows = self.read_entries(lang, clinic, Period(day.year, day.month, day.day))
        return tuple(row for row in rows if row.post in wanted)

    def read_backwards(self, lang: str, clinic: str, period: Period) -> Iterator[EntryRow]:
        """As ListingReader says."""
        yield from _newest_first(self.read_entries(lang, clinic, period))

    def read_newest(self, lang: str, clinic: str = "", count: int = NEWEST_COUNT) -> tuple[EntryRow, ...]:
        """As ListingReader says."""
        rows = (row for row in self.entries if row.lang == lang and clinic in ("", row.clinic))
        return newest_rows(_newest_first(rows), count)

    def read_group_rows(self, groups: Iterable[ListingGroup]) -> Mapping[ListingGroup, ListingRow]:
        """As ListingReader says."""
        return {group: self._row(group) for group in groups}

    def read_rows(self, kind: ListingKind[RowT, Any], *names: Any) -> tuple[RowT, ...]:
        """As ListingReader says."""
        partition, _ = kind.item_key(kind.group(*names))
        groups = (group for group in self.rows if group.kind == kind.number)
        return tuple(self._row(group) for group in sorted(groups) if kind.item_key(group)[0] == partition)

    def _row(self, group: ListingGroup) -> Any:
        return self.rows.get(group) or kind_of(group).first_row(group)


def _newest_first(rows: Iterable[EntryRow]) -> list[EntryRow]:
    """In the order of the index."""
    return sorted(rows, key=lambda row: (row.posted, row.clinic, row.post), reverse=True)
