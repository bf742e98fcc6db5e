"""The parts of a year of a clinic that has too many posts for one listing: its months, their days, and these by prefix.

A year with more posts than ``ListingLimits`` allow has its sitemap and its search shard by month, a month with more is
listed by day, a day with more by prefix. Removed posts count, so what is listed by parts stays so. A part is made only
if the row of what it is a part of says so; that row is read at the same moment as the part's own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from colophon.decision.identity import fingerprint
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
    live_listing,
    tombstone_listing,
)
from colophon.listings.part_page import PeriodView, finish_period, finish_posts_sitemap, finish_search_shard
from colophon.listings.periods import Period
from colophon.listings.sources import entry_ids
from colophon.page.objects import listing_tags
from colophon.page.paths import path_to_key, period_path, posts_sitemap_path, search_shard_path

# Of the kind in ``kinds.year``, which is made from the months.
YEAR_NUMBER = 0
_MONTH_NUMBER, _DAY_NUMBER, _PREFIX_NUMBER = 5, 6, 7
_WHOLES = {_MONTH_NUMBER: YEAR_NUMBER, _DAY_NUMBER: _MONTH_NUMBER, _PREFIX_NUMBER: _DAY_NUMBER}


def _whole_of(group: ListingGroup) -> ListingGroup:
    """The group that lists ``group`` as one of its parts."""
    whole = group.period.parent
    return ListingGroup(_WHOLES[group.kind], group.lang, group.clinic, whole.year, month=whole.month, day=whole.day)


def parts_awaited(group: ListingGroup, row: Any) -> Iterator[ListingGroup]:
    """The groups of the parts that ``group`` with ``row`` is divided into."""
    kind = next(number for number, whole in _WHOLES.items() if whole == group.kind)
    for part in group.period.children():
        if part.names[-1] in row.awaited:
            yield ListingGroup(
                kind, group.lang, group.clinic, part.year, month=part.month, day=part.day, prefix=part.prefix
            )


def is_divided(row: ListingRow | None) -> bool:
    """Whether the group with ``row`` is listed by parts."""
    return bool(_split_of(row))


def _read_with_row(group: ListingGroup) -> tuple[ListingGroup, ...]:
    return (_whole_of(group),)


def _read_inputs(
    group: ListingGroup, snapshot: ListingSnapshot[PartRow], reader: ListingReader
) -> Sequence[EntryRow] | Sequence[PartRow]:
    row, (whole,) = snapshot.row, snapshot.others
    if not whole.split:
        return ()
    if row.split:
        return reader.read_rows(_kind_of_parts(group), *group.names[: _kind_of_parts(group).exists_for - 1])
    if group.prefix and group.posts and row.id and not group.force:
        # No range of the index: these are the only entries of the day that are read.
        posts = sorted({*row.posts, *group.posts})
        return reader.read_entries_of(group.lang, group.clinic, group.period.first_day, posts)
    return reader.read_entries(group.lang, group.clinic, group.period)


def _kind_of_parts(group: ListingGroup) -> ListingKind[PartRow, Any]:
    return DAY if group.kind == _MONTH_NUMBER else PREFIX


def _decide(snapshot: ListingSnapshot[PartRow], rows: Sequence[Any]) -> ListingDecision[PartRow]:
    """``rows`` are all entries of the period, removed ones too; or the rows of its parts, if it is listed by them."""
    row, (whole,) = snapshot.row, snapshot.others
    if not whole.split or not rows:
        return ListingDecision((), row)
    if row.split:
        if not are_made(row.awaited, rows):
            return ListingDecision((), row)
        return _decide_contents(replace(row, awaited=()), contents_of_parts(rows, row.split), snapshot)
    if len(rows) > snapshot.limits.posts and not row.prefix:
        return _divide(snapshot, rows)
    posts = sorted({*row.posts, *(found.post for found in rows)}) if row.prefix else ()
    return _decide_contents(replace(row, posts=tuple(posts)), contents_of_period(rows, row.period), snapshot)


def _divide(snapshot: ListingSnapshot[PartRow], rows: Sequence[EntryRow]) -> ListingDecision[PartRow]:
    """The period is listed by parts from now on. It awaits them, and its page is made from them when they are there.

    They link to that page, so one with as many posts as a page may list is put first, unless it was made before.
    """
    row = snapshot.row
    new_row = replace(row, split=new_split(row.n, entry_ids(rows)), awaited=names_of_parts(row.period, rows))
    if row.id:
        return ListingDecision((), new_row)
    contents = contents_of_entries(rows)
    fp = contents.fingerprint("first page", snapshot.clinic, snapshot.site, new_row.split)
    newest = replace(contents, entries=contents.entries[: snapshot.limits.posts])
    page, *_ = _keys(row.lang, row.clinic, row.period)
    linkable = _has_year_page(snapshot)
    listings = listings_of(row.period, (page,), (finish_period,), fp, newest, snapshot, has_year_page=linkable)
    return ListingDecision(tuple(listings), new_row)


def _has_year_page(snapshot: ListingSnapshot[PartRow]) -> bool:
    """Whether the row is of a month whose year has a page. Other parts lead to what they are a part of."""
    (whole,) = snapshot.others
    return not snapshot.row.day and bool(whole.page_id)


def _decide_contents(row: PartRow, contents: Contents, snapshot: ListingSnapshot[PartRow]) -> ListingDecision[PartRow]:
    clinic, site, (whole,) = snapshot.clinic, snapshot.site, snapshot.others
    splits = (whole.split, row.split)
    fp = contents.fingerprint("part", clinic, site, *splits)
    files_fp = contents.files_fingerprint("part", clinic, site, *splits)
    page, *files = _keys(row.lang, row.clinic, row.period)
    makers, linkable = (finish_posts_sitemap, finish_search_shard), _has_year_page(snapshot)
    listings = (
        *listings_of(row.period, (page,), (finish_period,), fp, contents, snapshot, has_year_page=linkable),
        *listings_of(row.period, files, makers, files_fp, contents, snapshot),
    )
    return ListingDecision(listings, _next_row(row, fp, contents, snapshot))


def _next_row(row: PartRow, fp: str, contents: Contents, snapshot: ListingSnapshot[PartRow]) -> PartRow:
    clinic, site, (whole,) = snapshot.clinic, snapshot.site, snapshot.others
    tag_counts = contents.date_tag_counts(row.tag_counts, row.removed_id, row.n + 1)
    value = fingerprint(
        *(contents.count, contents.part_names, contents.tags, contents.names, contents.clinic_withdrawn),
        *([tag_counts] if tag_counts else []),
        *(contents.around(clinic, site), whole.split, row.split),
    )
    count = contents.count if contents.find_clinic(row.lang, row.clinic, site) else 0
    stays = row.live_id and bool(count) == bool(row.count)
    return replace(
        row,
        count=count,
        parts=contents.part_names,
        tags=contents.tags,
        names=contents.names,
        clinic_withdrawn=contents.clinic_withdrawn,
        tag_counts=tag_counts,
        value=value,
        id=row.id if row.value == value else fingerprint("shown", fp, row.id),
        live_id=row.live_id if stays else fingerprint("live", fp, row.live_id),
        removed_id=contents.removed_id,
    )


def listings_of(
    period: Period,
    keys: Sequence[str],
    makers: Sequence[Callable[[PeriodView, int, str], Any]],
    fp: str,
    contents: Contents,
    snapshot: ListingSnapshot[Any],
    *,
    has_year_page: bool = False,
) -> Iterator[Listing]:
    """The listings of ``period`` at ``keys``, which ``makers`` make; tombstones if it has nothing to list.

    ``has_year_page``: whether they may link to the page of the year.
    """
    lang, clinic, site = snapshot.row.lang, snapshot.clinic, snapshot.site
    clinic_in_language = contents.find_clinic(lang, clinic.clinic, site)
    if clinic_in_language is None:
        tombstone, tags = contents.tombstone(lang, clinic, site), listing_tags(lang, clinic.clinic)
        yield from (tombstone_listing(key, fp, tombstone, tags) for key in keys)
        return
    view = PeriodView(clinic_in_language, period, contents.entries, contents.parts, has_year_page)
    yield from (live_listing(key, fp, partial(make, view)) for key, make in zip(keys, makers, strict=True))


def _keys(lang: str, clinic: str, period: Period) -> tuple[str, str, str]:
    """The keys of the page, the sitemap and the search shard."""
    page = period_path(lang, clinic, period.names)
    return path_to_key(page), *keys_of_files(lang, clinic, period)


def keys_of_files(lang: str, clinic: str, period: Period) -> tuple[str, str]:
    """The keys of the sitemap and the search shard of ``period``."""
    paths = (path(lang, clinic, period.name) for path in (posts_sitemap_path, search_shard_path))
    sitemap, shard = map(path_to_key, paths)
    return sitemap, shard


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return _keys(group.lang, group.clinic, group.period)


_NUMBER = re.compile(r"[0-9]{2}")
_FILE = re.compile(r"(?:search|sitemap)-([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:-([0-9a-f]))?)?\.(?:json|xml)")


def _group_of_key(number: int, key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, clinic, year, *rest, "index.html"] if _is_period(year, rest):
            names = rest
        case [lang, clinic, name] if found := _FILE.fullmatch(name):
            year, *rest = found.groups()
            names = [each for each in rest if each]
        case _:
            return None
    if number != tuple(_WHOLES)[len(names) - 1]:
        return None
    month, day, prefix = (*names, *("", "", "")[len(names) :])
    return ListingGroup(number, lang, clinic, int(year), month=int(month), day=int(day or 0), prefix=prefix)


def _is_period(year: str, rest: list[str]) -> bool:
    *numbers, last = rest or [""]
    whole = bool(_NUMBER.fullmatch(last)) if len(rest) < 3 else bool(re.fullmatch("[0-9a-f]", last))
    return year.isdecimal() and len(year) == 4 and len(rest) <= 3 and whole and all(map(_NUMBER.fullmatch, numbers))


def _woken_by(number: int, change: IndexChange) -> Iterator[ListingGroup]:
    """A part wakes the whole if this shows it differently; a whole that is divided now wakes its parts.

    The part that lists an entry is woken by the entry's change too: ``verbs.relist`` finds it by the rows.
    """
    if not isinstance(change, ListingChange):
        return
    group = change.group
    if _WHOLES.get(group.kind) == number and change.has_new_id:
        yield _whole_of(group)
    elif group.kind == _WHOLES[number] and _split_of(change.after) not in ("", _split_of(change.before)):
        yield from parts_awaited(group, change.after)


def _split_of(row: ListingRow | None) -> str:
    return getattr(row, "split", "")


def _shows_less(before: PartRow, after: PartRow) -> bool:
    return before.removed_id != after.removed_id


def _part_kind(number: int, name: str, scope: Scope, partition: str, sort_key: str) -> ListingKind[PartRow, Any]:
    return ListingKind(
        number=number,
        name=name,
        exists_for=scope,
        row_type=PartRow,
        partition=partition,
        sort_key=sort_key,
        inputs=_read_inputs,
        decide=_decide,
        keys_of=_keys_of,
        group_of_key=partial(_group_of_key, number),
        woken_by=partial(_woken_by, number),
        shows_less=_shows_less,
        read_with_row=_read_with_row,
        made_from=tuple(part for part, whole in _WHOLES.items() if whole == number),
    )


MONTH = _part_kind(_MONTH_NUMBER, "month", Scope.MONTH, "months#{lang}/{clinic}/{year:04}", "{month:02}")
DAY = _part_kind(_DAY_NUMBER, "day", Scope.DAY, "days#{lang}/{clinic}/{year:04}/{month:02}", "{day:02}")
PREFIX = _part_kind(
    _PREFIX_NUMBER, "prefix", Scope.PREFIX, "prefixes#{lang}/{clinic}/{year:04}/{month:02}/{day:02}", "{prefix}"
)
