"""The search of a language: an index of its clinics and topics, and shards with its newest posts.

A rebuild reads every entry that it finds, so it is not made for each change: changes are gathered (``Timing``).
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.listings.contents import find_removed_id
from colophon.listings.finished import listing_object
from colophon.listings.kind import (
    EntryChange,
    EntryTraits,
    IndexChange,
    Listing,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    SiteChange,
    Timing,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.search_index import (
    MOST_SHARDS,
    FoundBy,
    SearchedRow,
    divide_posts,
    find_own_words,
    render_search_index,
    render_shard,
)
from colophon.listings.sources import absent_tombstone, live_entries, settings_for, site_id
from colophon.page.entry import Entry
from colophon.page.objects import JSON_TYPE, SiteObject, listing_tags
from colophon.page.paths import path_to_key, search_index_path, search_part_path


class SearchRow(ListingRow, frozen=True, omit_defaults=True):
    """``removed`` is the identity of the removed pages. ``removed_id`` changes with it, and never
    returns to an old value.

    ``read_until``: the entries that the row was made from have every change before this moment, in seconds since 1970.
    """

    lang: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    removed: str = field(default="", name="left")
    removed_id: str = field(default="", name="left_id")
    read_until: int = field(default=0, name="until")

    def with_read_until(self, moment: int) -> "SearchRow":
        """The row, made from entries that were read at ``moment``."""
        return replace(self, read_until=moment)


def _finish_index(lang: str, entries: Sequence[Entry], rev: int, fp: str) -> SiteObject:
    content = render_search_index(lang, entries, rev)
    return listing_object(search_index_path(lang), JSON_TYPE, content, listing_tags(lang), rev, fp)


def _finish_shard(lang: str, number: int, posts: Sequence[tuple[Entry, bool]], rev: int, fp: str) -> SiteObject:
    content = render_shard(lang, posts, rev)
    return listing_object(search_part_path(lang, number), JSON_TYPE, content, listing_tags(lang), rev, fp)


def _read_entries(
    group: ListingGroup, snapshot: ListingSnapshot[SearchRow], reader: ListingReader
) -> tuple[EntryRow, ...]:
    return reader.read_newest(group.lang, count=snapshot.limits.searched)


def _decide(snapshot: ListingSnapshot[SearchRow], rows: tuple[EntryRow, ...]) -> ListingDecision[SearchRow]:
    """``rows`` are the newest entries of the language, removed ones too."""
    row, site, removed = snapshot.row, snapshot.site, find_removed_id(rows)
    removed_id = row.removed_id if removed == row.removed else fingerprint("removed", removed, row.removed_id)
    # A removed entry no longer says which shards had it. It counts for all, so that none returns to an old identity.
    around = (site_id(site, row.lang), removed_id)
    settings = settings_for(site, row.lang)
    live = _live_listings(row.lang, rows, around) if settings else []
    keys = {listing.key for listing in live}
    view, cache_tags = absent_tombstone(row.lang, site), listing_tags(row.lang)
    fp = fingerprint_by_code("search", around)
    gone = [key for key in sorted({*row.tokens, *_keys(row.lang, 0)}) if key not in keys]
    tombstones = [tombstone_listing(key, fp, view, cache_tags) for key in gone]
    return ListingDecision((*live, *tombstones), replace(row, removed=removed, removed_id=removed_id))


def _live_listings(lang: str, rows: Sequence[EntryRow], around: tuple[str, str]) -> list[Listing]:
    """The shards that have posts and then the index, which leads to them."""
    live = {(row.clinic, row.post): row for row in rows if row.entry}
    entries = live_entries(rows)
    listed = [live[entry.clinic, entry.post] for entry in entries]
    shards = divide_posts(entries, list(map(_words_of, listed)))
    identities = [(row.clinic, row.post, row.id) for row in listed]
    listings = []
    for number, places in enumerate(shards):
        if places:
            posts = [(entries[place], by_source) for place, by_source in places]
            used = [(*identities[place], by_source) for place, by_source in places]
            fp = fingerprint_by_code("search shard", len(shards), used, *around)
            key = path_to_key(search_part_path(lang, number))
            listings.append(live_listing(key, fp, partial(_finish_shard, lang, number, posts)))
    ids = sorted(((clinic, post), own) for clinic, post, own in identities)
    fp = fingerprint_by_code("search index", ids, *around)
    key = path_to_key(search_index_path(lang))
    return [*listings, live_listing(key, fp, partial(_finish_index, lang, entries))]


def _words_of(row: EntryRow) -> FoundBy:
    if isinstance(row, SearchedRow):
        return row.words
    return find_own_words(row.entry) if row.entry else ("", "")


def _keys(lang: str, shards: int) -> tuple[str, ...]:
    paths = (search_index_path(lang), *(search_part_path(lang, number) for number in range(shards)))
    return tuple(map(path_to_key, paths))


def _possible_keys(group: ListingGroup) -> tuple[str, ...]:
    return _keys(group.lang, MOST_SHARDS)


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    # The traits do not say which words the entries have.
    return _possible_keys(group)


_FILE = re.compile(r"(?:index|[0-9]{2})\.json")


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, "search", name] if _FILE.fullmatch(name):
            return SEARCH.group(lang)
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    # A change of a clinic changes its posts' entries.
    match change:
        case EntryChange(lang=lang):
            yield SEARCH.group(lang)
        case SiteChange() if change.has_new_id:
            yield from map(SEARCH.group, change.languages)


def _timing(change: IndexChange) -> Timing:
    match change:
        case EntryChange(before=before, after=after) if before and before.entry and not (after and after.entry):
            return Timing.QUEUED
    return Timing.GATHERED


def _shows_less(before: SearchRow, after: SearchRow) -> bool:
    return before.removed_id != after.removed_id


SEARCH = ListingKind(
    number=20,
    name="search",
    exists_for=Scope.LANGUAGE,
    row_type=SearchRow,
    partition="search",
    sort_key="{lang}",
    inputs=_read_entries,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    shows_less=_shows_less,
    possible_keys=_possible_keys,
    timing=_timing,
)
