"""A year of a clinic in one language: its month pages, its sitemap and its search shard.

A year with too many posts for one listing is made from its months (``kinds.parts``): its sitemap names their pages, its
search shard leads to theirs.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.listings.contents import (
    Contents,
    PartRow,
    are_made,
    contents_of_entries,
    contents_of_parts,
    contents_of_period,
    names_of_parts,
    new_split,
)
from colophon.listings.kind import (
    EntryChange,
    EntryTraits,
    IndexChange,
    Listing,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.parts import MONTH, YEAR_NUMBER, keys_of_files, listings_of
from colophon.listings.part_page import finish_period, finish_posts_sitemap, finish_search_shard
from colophon.listings.periods import Period
from colophon.listings.sources import entry_ids
from colophon.listings.tag_counts import TagCounts
from colophon.listings.year_page import YearView, finish_year
from colophon.page.objects import listing_tags
from colophon.page.paths import month_path, path_to_key, year_path

_PAGE_VALUE_LENGTH = 12


class YearRow(ListingRow, frozen=True, omit_defaults=True):
    """``months`` has the number of live pages of each month that has any.

    ``split`` is empty while the year lists its posts; else it lists its months, once those in ``awaited`` are made.
    ``parts`` are then the months with posts, each with the days that it is listed by (as in ``periods_listed``).
    ``id`` changes when the archive would show the year differently, ``page_id`` when the year's own page would
    (``kinds.year_page``): it is empty until something links to that page. ``removed_id`` changes when a page is removed
    or returns. No identity returns to an old value. ``clinic_withdrawn``: pages were removed with the whole clinic.
    """

    lang: str
    clinic: str
    year: int
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    months: Mapping[int, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    id: str = ""
    removed_id: str = field(default="", name="left")
    split: str = ""
    awaited: tuple[str, ...] = ()
    parts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    tag_counts: TagCounts = field(default_factory=dict)
    page_id: str = field(default="", name="page")
    clinic_withdrawn: bool = field(default=False, name="covered")


def _read_inputs(
    group: ListingGroup, snapshot: ListingSnapshot[YearRow], reader: ListingReader
) -> Sequence[EntryRow] | Sequence[PartRow]:
    if snapshot.row.split:
        return reader.read_rows(MONTH, group.lang, group.clinic, group.year)
    return reader.read_entries(group.lang, group.clinic, group.period)


def _decide(snapshot: ListingSnapshot[YearRow], rows: Sequence[Any]) -> ListingDecision[YearRow]:
    """``rows`` are all entries of the year, removed ones too; or the rows of its months, if it is made from them."""
    row = snapshot.row
    if row.split:
        return _decide_from_months(snapshot, rows)
    if len(rows) > snapshot.limits.posts:
        split = new_split(row.n, entry_ids(rows))
        # The months link to the year's page as soon as they are made.
        page_id = row.page_id or _new_page_id(row, split)
        new_row = replace(row, split=split, awaited=names_of_parts(Period(row.year), rows), page_id=page_id)
        linked = _first_year_page(snapshot, contents_of_entries(rows))
        return ListingDecision((), new_row, _keys_of_months(row), linked)
    return _decide_from_entries(snapshot, rows)


def _decide_from_entries(snapshot: ListingSnapshot[YearRow], rows: Sequence[EntryRow]) -> ListingDecision[YearRow]:
    contents = contents_of_period(rows, Period(snapshot.row.year))
    months = sorted({found.posted.month for found in rows})
    listings = [listing for month in months for listing in _month_listing(snapshot, month, rows)]
    counts = Counter(entry.posted.month for entry in contents.entries)
    return _make_decision(snapshot, contents, listings, counts, {})


def _decide_from_months(snapshot: ListingSnapshot[YearRow], rows: Sequence[PartRow]) -> ListingDecision[YearRow]:
    row = snapshot.row
    if put_by_earlier_code := _keys_of_months(row):
        # It lists a month as one page. With another identity of the division, the months are put again.
        split = new_split(row.n, [(part.period.name, part.id) for part in rows])
        awaited = tuple(sorted({*row.awaited, *(part.part_name for part in rows)}))
        return ListingDecision((), replace(row, split=split, awaited=awaited), put_by_earlier_code)
    if not are_made(row.awaited, rows):
        return ListingDecision((), row)
    contents = contents_of_parts(rows, row.split)
    live = [part for part in rows if part.id and part.count]
    counts = {part.month: part.count for part in live}
    return _make_decision(snapshot, contents, [], counts, {part.month: part.parts for part in live})


def _make_decision(
    snapshot: ListingSnapshot[YearRow],
    contents: Contents,
    months: Sequence[Listing],
    counts: Mapping[int, int],
    parts: Mapping[int, tuple[str, ...]],
) -> ListingDecision[YearRow]:
    row, site = snapshot.row, snapshot.site
    tag_counts = contents.date_tag_counts(row.tag_counts, row.removed_id, row.n + 1)
    fp = contents.fingerprint("year", snapshot.clinic, site, row.split)
    keys = keys_of_files(row.lang, row.clinic, Period(row.year))
    files_fp = contents.files_fingerprint("year", snapshot.clinic, site, row.split)
    makers = (finish_posts_sitemap, finish_search_shard)
    files = listings_of(Period(row.year), keys, makers, files_fp, contents, snapshot, has_year_page=True)
    has_listings = contents.find_clinic(row.lang, row.clinic, site) is not None
    new_row = replace(
        row,
        months=counts if has_listings else {},
        tags=contents.tags,
        id=fp,
        removed_id=contents.removed_id,
        awaited=(),
        parts=parts if has_listings else {},
        tag_counts=tag_counts if has_listings else {},
        page_id=_new_page_id(row, _describe_page(snapshot, contents, counts)),
        clinic_withdrawn=contents.clinic_withdrawn,
    )
    return ListingDecision((*months, *files), new_row, linked=_first_year_page(snapshot, contents))


def _describe_page(snapshot: ListingSnapshot[YearRow], contents: Contents, counts: Mapping[int, int]) -> str:
    """The identity of what the year's own page shows, which has no counts. It may return to an old value."""
    clinic, site = snapshot.clinic, snapshot.site
    # Every live entry changes with its clinic's record, so its year hears of that.
    record = clinic.fp if contents.count else ""
    return fingerprint(sorted(counts), sorted(contents.tag_counts), record, *contents.around(clinic, site))


def _new_page_id(row: YearRow, value: str) -> str:
    """The row's ``page_id`` from now on: ``value``, and the ``n`` of the row that first had it.

    It is short because DynamoDB bills each KB of a row, and the row of a year with one month has less than one.
    """
    short = value[:_PAGE_VALUE_LENGTH]
    return row.page_id if row.page_id.partition("-")[0] == short else f"{short}-{row.n + 1}"


def _first_year_page(snapshot: ListingSnapshot[YearRow], contents: Contents) -> tuple[Listing, ...]:
    """What is put at the address of the year's own page for the months to link to, unless the row says that it was.

    It has no months yet; a year without posts has a tombstone. ``kinds.year_page`` makes the whole page.
    """
    row, site = snapshot.row, snapshot.site
    if row.page_id:
        return ()
    key, fp = path_to_key(year_path(row.lang, row.clinic, row.year)), fingerprint_by_code("first year page", row.year)
    clinic = contents.find_clinic(row.lang, row.clinic, site)
    if clinic is None:
        tombstone = contents.tombstone(row.lang, snapshot.clinic, site)
        return (tombstone_listing(key, fp, tombstone, listing_tags(row.lang, row.clinic)),)
    return (live_listing(key, fp, partial(finish_year, YearView(clinic, row.year))),)


def _month_listing(snapshot: ListingSnapshot[YearRow], month: int, rows: Sequence[EntryRow]) -> Iterator[Listing]:
    row, period = snapshot.row, Period(snapshot.row.year, month)
    contents = contents_of_entries([found for found in rows if found.posted.month == month])
    keys = (path_to_key(month_path(row.lang, row.clinic, row.year, month)),)
    fp = contents.fingerprint("month", snapshot.clinic, snapshot.site)
    return listings_of(period, keys, (finish_period,), fp, contents, snapshot, has_year_page=True)


def _keys_of_months(row: YearRow) -> tuple[str, ...]:
    """The keys of the month pages among the row's tokens. The months' own rows have them once the year is divided."""
    own = keys_of_files(row.lang, row.clinic, Period(row.year))
    return tuple(key for key in row.tokens if key not in own)


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    months = sorted({day.month for day in entries.days if day.year == group.year})
    return (
        *keys_of_files(group.lang, group.clinic, Period(group.year)),
        *(path_to_key(month_path(group.lang, group.clinic, group.year, month)) for month in months),
    )


def _awaited(snapshot: ListingSnapshot[YearRow]) -> Iterator[str]:
    """The months of the year that the clinic's row names."""
    row = snapshot.row
    for name in snapshot.clinic.months:
        lang, _, month = name.partition("/")
        year, _, number = month.partition("-")
        if (lang, int(year)) == (row.lang, row.year):
            yield path_to_key(month_path(lang, row.clinic, row.year, int(number)))


_YEAR_FILE = re.compile(r"(?:search|sitemap)-([0-9]{4})\.(?:json|xml)")


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, clinic, year, _, "index.html"] if year.isdecimal():
            return YEAR.group(lang, clinic, int(year))
        case [lang, clinic, name] if found := _YEAR_FILE.fullmatch(name):
            return YEAR.group(lang, clinic, int(found[1]))
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    # A change of the clinic or of the site changes its posts' entries, and these wake the year.
    match change:
        case EntryChange():
            yield YEAR.group(change.lang, change.clinic, change.year)
        case ListingChange(group=group) if group.kind == MONTH.number and change.has_new_id:
            yield YEAR.group(group.lang, group.clinic, group.year)


def _shows_less(before: YearRow, after: YearRow) -> bool:
    return before.removed_id != after.removed_id


YEAR = ListingKind(
    number=YEAR_NUMBER,
    name="year",
    exists_for=Scope.YEAR,
    row_type=YearRow,
    partition="years#{lang}/{clinic}",
    sort_key="{year:04}",
    inputs=_read_inputs,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(MONTH.number,),
    shows_less=_shows_less,
    awaited=_awaited,
)
