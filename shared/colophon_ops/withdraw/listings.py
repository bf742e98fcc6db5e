"""The listings that could mention what a withdrawal is about, by the kinds of listings and by what the bucket holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from colophon.listings.kind import EntryTraits, ListingGroup
from colophon.listings.kinds import groups_for, kind_of, part_groups_for
from colophon.listings.kinds.search import SEARCH
from colophon_ops.site_reader import SiteBucket
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint


class PartListings(Struct, frozen=True):
    """The listings of parts of a clinic's years in one language that could mention an edition, if they exist.

    ``keys`` are theirs; all of them begin with one of ``prefixes``. Those of ``search`` are the files of the search of
    the language.
    """

    lang: str
    clinic: str
    keys: frozenset[str]
    prefixes: tuple[str, ...]

    @property
    def folder(self) -> str:
        return f"{self.lang}/{self.clinic}/"

    def find(self, bucket: SiteBucket) -> list[str]:
        """Those of ``keys`` that ``bucket`` holds: only very many posts have a year, or a search, in many parts."""
        return sorted(key for prefix in self.prefixes for key in bucket.keys(prefix) if key in self.keys)


def listings_that_mention(footprint: Footprint, languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The language and the site key of every listing that could mention what ``footprint`` is about, in order.

    ``languages`` are the site's: a listing in one language may mention a post in another. The listings of parts of
    years and the files of a search are not among them.
    """
    langs = sorted({*languages, *footprint.langs})
    clinics = sorted({post.clinic for post in footprint.posts})
    for lang in langs:
        yield from _keys_of([group for group in groups_for(lang) if group.kind != SEARCH.number], footprint)
        for clinic in clinics:
            yield from _keys_of(groups_for(lang, clinic), footprint)
    for lang in langs:
        years = sorted(
            {
                (edition.page.post.clinic, day.year)
                for edition in footprint.editions
                if edition.page.lang == lang
                for day in edition.listed_by.days
            }
        )
        groups = [group for clinic, year in years for group in groups_for(lang, clinic, year)]
        # Files about whole years come before the pages in folders below.
        yield from sorted(_keys_of(groups, footprint), key=lambda found: found[1].count("/"))
    # These are in every language at once.
    yield from _keys_of(groups_for(), footprint)


def part_listings_that_mention(footprint: Footprint) -> Iterator[PartListings]:
    """The listings of parts of years that could mention what ``footprint`` is about, by language and clinic."""
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)
    prefixes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edition in footprint.editions:
        place = (edition.page.lang, edition.page.post.clinic)
        for widest, *narrower in _parts_of(edition):
            of_widest = _keys(widest, edition.listed_by)
            keys[place].update(of_widest, *(_keys(group, edition.listed_by) for group in narrower))
            # The keys of narrower parts begin with those of the part that they belong to, without its ending.
            prefixes[place].update(map(_without_ending, of_widest))
    for lang, clinic in sorted(keys):
        yield PartListings(lang, clinic, frozenset(keys[lang, clinic]), tuple(sorted(prefixes[lang, clinic])))


def search_files_that_mention(footprint: Footprint, languages: Iterable[str]) -> Iterator[PartListings]:
    """The files of each language's search, which could mention what ``footprint`` is about."""
    for lang in sorted({*languages, *footprint.langs}):
        yield PartListings(lang, "search", frozenset(_keys(SEARCH.group(lang), EntryTraits())), (f"{lang}/search/",))


def _parts_of(edition: EditionFootprint) -> Iterator[list[ListingGroup]]:
    lang, post = edition.page.lang, edition.page.post
    return (part_groups_for(lang, post.clinic, day, post.post) for day in edition.listed_by.days)


def _without_ending(key: str) -> str:
    """``key`` without the name of a page, or the ending of a file."""
    return key.removesuffix("index.html") if key.endswith("/index.html") else key.rpartition(".")[0]


def _keys(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return kind_of(group).keys_of(group, entries)


def _keys_of(groups: Sequence[ListingGroup], footprint: Footprint) -> Iterator[tuple[str, str]]:
    """The language and the keys of ``groups``; those that readers come to first are first."""
    for group in reversed(groups):
        entries = [
            edition.listed_by
            for edition in footprint.editions
            if group.lang in ("", edition.page.lang) and group.clinic in ("", edition.page.post.clinic)
        ]
        days = frozenset(day for entry in entries for day in entry.days)
        tags = frozenset(tag for entry in entries for tag in entry.tags)
        yield from ((group.lang, key) for key in _keys(group, EntryTraits(days, tags)))
