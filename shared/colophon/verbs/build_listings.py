"""Build the listings: the same decisions as the cloud's, made once, from the entries that the posts left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, FrontRow, HomeRow, YearRow
from colophon.decision.parts import ClinicRow, SiteRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import Listing
from colophon.decision.relisting.year import decide_year
from colophon.listings.view import NEWEST
from colophon.page.site_object import SiteObject


class BuiltShelf(Struct, frozen=True):
    """What a clinic's listings in one language make, and what the language's own listings are made from."""

    objects: tuple[SiteObject, ...]
    row: ArchiveRow
    newest: tuple[EntryRow, ...]


def build_shelves(clinic: ClinicRow, site: SiteRow, entries: Iterable[EntryRow]) -> Iterator[BuiltShelf]:
    """A clinic's listings in each of the site's languages, from all the entries of its posts."""
    by_lang: dict[str, list[EntryRow]] = defaultdict(list)
    for entry in entries:
        by_lang[entry.lang].append(entry)
    for lang in site.settings.languages if site.settings else ():
        yield build_shelf(lang, clinic, site, by_lang[lang])


def build_shelf(lang: str, clinic: ClinicRow, site: SiteRow, entries: Iterable[EntryRow]) -> BuiltShelf:
    """A clinic's listings in ``lang`` from all its ``entries`` there."""
    by_year: dict[int, list[EntryRow]] = defaultdict(list)
    for entry in entries:
        by_year[entry.posted.year].append(entry)
    objects: list[SiteObject] = []
    years: list[YearRow] = []
    for number, rows in sorted(by_year.items()):
        year = decide_year(YearRow(lang, clinic.clinic, number), tuple(rows), clinic, site)
        objects += _bodies(year.listings)
        years.append(year.row)
    newest = newest_of(entry for rows in by_year.values() for entry in rows)
    archive = decide_archive(ArchiveRow(lang, clinic.clinic), years, newest, clinic, site)
    objects += _bodies(archive.listings)
    return BuiltShelf(tuple(objects), archive.row, newest)


def build_around(site: SiteRow, shelves: Iterable[BuiltShelf]) -> Iterator[SiteObject]:
    """The listings that are of no one clinic, from the shelves of all."""
    by_lang: dict[str, list[BuiltShelf]] = defaultdict(list)
    for shelf in shelves:
        by_lang[shelf.row.lang].append(shelf)
    for lang in site.settings.languages if site.settings else ():
        newest = (row for shelf in by_lang[lang] for row in shelf.newest)
        yield from build_language(lang, site, (shelf.row for shelf in by_lang[lang]), newest)
    yield from build_front(site)


def build_language(
    lang: str, site: SiteRow, archives: Iterable[ArchiveRow], newest: Iterable[EntryRow]
) -> Iterator[SiteObject]:
    """A language's own listings from its clinics' ``archives`` and the newest entries of each."""
    directory = decide_directory(DirectoryRow(lang), tuple(archives), site)
    yield from _bodies(directory.listings)
    yield from _bodies(decide_home(HomeRow(lang), directory.row, newest_of(newest), site).listings)


def build_front(site: SiteRow) -> Iterator[SiteObject]:
    """What belongs to no language."""
    return _bodies(decide_front(FrontRow(), site).listings)


def newest_of(entries: Iterable[EntryRow]) -> tuple[EntryRow, ...]:
    """Those entries that listings of the newest posts show."""
    ordered = sorted(entries, key=lambda row: (row.posted, row.clinic, row.post), reverse=True)
    return tuple(ordered[:NEWEST])


def _bodies(listings: Iterable[Listing]) -> Iterator[SiteObject]:
    """The listings, and the tombstones that withdrawals ask for: any other is the same as nothing."""
    for listing in listings:
        made = listing.make(1)
        if made.metadata.get("kind") != "absent":
            yield made
