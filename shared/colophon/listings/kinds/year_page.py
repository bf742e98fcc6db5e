"""The page about a year of a clinic in one language. It is made from the year's row, when that is recorded.

It is a group of its own because the year's months link to it and it links to them: the year's group puts it without
months before it puts these. A new post of a month that has posts changes nothing here, and costs nothing, unless it has
a tag that is new in the year. Such changes are gathered (``Timing``), as those of the tags' own pages are.
"""

from collections.abc import Iterator
from functools import partial

from msgspec import field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint_by_code
from colophon.listings.kind import (
    EntryTraits,
    IndexChange,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Timing,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.sources import absent_tombstone, closed_clinic_tombstone, find_clinic_in_language
from colophon.listings.tag_counts import GATHERED_SECONDS
from colophon.listings.year_page import YearView, finish_year
from colophon.page.objects import listing_tags
from colophon.page.paths import path_to_key, year_path


class YearPageRow(ListingRow, frozen=True, omit_defaults=True):
    """Nothing else is made from the page, so the row has its token only.

    ``read_until``: the year's row that it was made from has every change before this moment, in seconds since 1970.
    """

    lang: str
    clinic: str
    year: int
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    read_until: int = field(default=0, name="until")

    def with_read_until(self, moment: int) -> "YearPageRow":
        """The row, made from a row that was read at ``moment``."""
        return replace(self, read_until=moment)


def _year_of(group: ListingGroup) -> tuple[ListingGroup, ...]:
    return (YEAR.group(group.lang, group.clinic, group.year),)


def _read_nothing(group: ListingGroup, snapshot: ListingSnapshot[YearPageRow], reader: ListingReader) -> None:
    """The row of the year was read with the group's own."""


def _decide(snapshot: ListingSnapshot[YearPageRow], _: None) -> ListingDecision[YearPageRow]:
    row, clinic, site, (year,) = snapshot.row, snapshot.clinic, snapshot.site, snapshot.others
    if not year.page_id or year.awaited:
        return ListingDecision((), row)
    key = path_to_key(year_path(row.lang, row.clinic, row.year))
    clinic_in_language = find_clinic_in_language(row.lang, clinic, site) if year.months else None
    # Of a year whose posts are all removed no change of the site or the clinic wakes the page, but a withdrawal does.
    around = (clinic.fp, site.fp) if year.months else (clinic.withdrawal_id, site.fp) if year.clinic_withdrawn else ()
    fp = fingerprint_by_code("year page", year.page_id, *around)
    if clinic_in_language is None:
        is_covered = year.months or year.clinic_withdrawn
        view = closed_clinic_tombstone(row.lang, clinic, site) if is_covered else absent_tombstone(row.lang, site)
        return ListingDecision((tombstone_listing(key, fp, view, listing_tags(row.lang, row.clinic)),), row)
    view_of_year = YearView(clinic_in_language, row.year, tuple(sorted(year.months)), tuple(sorted(year.tag_counts)))
    return ListingDecision((live_listing(key, fp, partial(finish_year, view_of_year)),), row)


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return (path_to_key(year_path(group.lang, group.clinic, group.year)),)


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, clinic, year, "index.html"] if year.isdecimal() and len(year) == 4:
            return YEAR_PAGE.group(lang, clinic, int(year))
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case ListingChange(group=group, before=before, after=after) if group.kind == YEAR.number:
            if _shown(before) != _shown(after):
                yield YEAR_PAGE.group(group.lang, group.clinic, group.year)


def _shown(row: ListingRow | None) -> tuple[str, tuple[str, ...]]:
    """What of a year's row the page is made from."""
    return (row.page_id, row.awaited) if isinstance(row, YearRow) else ("", ())


def _timing(change: IndexChange) -> Timing:
    match change:
        case ListingChange(before=YearRow() as before, after=YearRow() as after):
            has_other_tags = sorted(before.tag_counts) != sorted(after.tag_counts)
            return Timing.GATHERED if has_other_tags and _around_tags(before) == _around_tags(after) else Timing.NOW
    return Timing.NOW


def _around_tags(row: YearRow) -> tuple[object, ...]:
    """What of a year's row the page shows beside the tags, or which pages it must not show any longer."""
    return bool(row.page_id), row.awaited, sorted(row.months), row.removed_id, row.clinic_withdrawn


YEAR_PAGE = ListingKind(
    number=8,
    name="year-page",
    exists_for=Scope.YEAR,
    row_type=YearPageRow,
    partition="yearpages#{lang}/{clinic}",
    sort_key="{year:04}",
    read_with_row=_year_of,
    inputs=_read_nothing,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(YEAR.number,),
    timing=_timing,
    gathered_seconds=GATHERED_SECONDS,
)
