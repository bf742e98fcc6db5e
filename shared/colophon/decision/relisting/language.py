"""A language: its directory of clinics with the sitemap index, and its home page with its feeds."""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, HomeRow
from colophon.decision.relisting.listing import Relisting, absent, ended, identities, listing, live, serves, site_id
from colophon.decision.rows import SiteRow
from colophon.listings.finished import (
    finished_atom,
    finished_clinics_sitemap,
    finished_directory,
    finished_home,
    finished_json_feed,
    finished_sitemap_index,
)
from colophon.listings.view import DirectoryView, FeedView, HomeView, LanguageMap, ShelfYears, ShownClinic
from colophon.page.objects import listing_tags
from colophon.page.paths import (
    atom_path,
    clinics_sitemap_path,
    directory_path,
    home_path,
    json_feed_path,
    key_at,
    sitemap_index_path,
)

# So many clinics stand on a home page; the directory has them all.
_ON_HOME = 24


def decide_directory(row: DirectoryRow, archives: Sequence[ArchiveRow], site: SiteRow) -> Relisting[DirectoryRow]:
    """What must stand for the language whose clinics, those that left too, are ``archives``."""
    # A clinic that never was listed rings nobody when its row comes, so it must not tell either.
    ids = sorted((archive.clinic, archive.id) for archive in archives if archive.id)
    fp = fingerprint("directory", ids, site_id(site, row.lang), code_version())
    keys = [key_at(path(row.lang)) for path in (directory_path, clinics_sitemap_path, sitemap_index_path)]
    settings = serves(site, row.lang)
    if settings is None:
        listings = [ended(key, fp, absent(row.lang, site), listing_tags(row.lang)) for key in keys]
        return Relisting(tuple(listings), _directory_row(row, (), fp))
    clinics = tuple(sorted((a.shown for a in archives if a.shown), key=_by_name))
    shelves = tuple(ShelfYears(a.clinic, a.years) for a in sorted(archives, key=lambda a: a.clinic) if a.shown)
    sitemap = LanguageMap(row.lang, settings, shelves)
    makers = (
        partial(finished_directory, DirectoryView(row.lang, settings, clinics)),
        partial(finished_clinics_sitemap, sitemap),
        partial(finished_sitemap_index, sitemap),
    )
    listings = [listing(key, fp, make) for key, make in zip(keys, makers, strict=True)]
    return Relisting(tuple(listings), _directory_row(row, clinics, fp))


def decide_home(
    row: HomeRow, directory: DirectoryRow, newest: tuple[EntryRow, ...], site: SiteRow
) -> Relisting[HomeRow]:
    """What must stand for the language whose newest entries, blanks too, are ``newest``."""
    ids = identities(newest)
    around = (site_id(site, row.lang), code_version())
    fp = fingerprint("home", directory.id, ids, *around)
    feed_fp = fingerprint("feed", ids, *around)
    keys = [key_at(path(row.lang)) for path in (home_path, atom_path, json_feed_path)]
    settings = serves(site, row.lang)
    if settings is None:
        return Relisting(tuple(ended(key, fp, absent(row.lang, site), listing_tags(row.lang)) for key in keys), row)
    entries = live(newest)
    feed = FeedView(row.lang, settings, None, entries)
    home = HomeView(row.lang, settings, entries, directory.clinics, directory.total)
    listings = (
        listing(keys[0], fp, partial(finished_home, home)),
        listing(keys[1], feed_fp, partial(finished_atom, feed)),
        listing(keys[2], feed_fp, partial(finished_json_feed, feed)),
    )
    return Relisting(listings, row)


def _directory_row(row: DirectoryRow, clinics: tuple[ShownClinic, ...], fp: str) -> DirectoryRow:
    # A home page names clinics without their tags, and changes only when one of those comes, goes or is renamed.
    shown = tuple(replace(clinic, tags=()) for clinic in clinics[:_ON_HOME])
    new_id = row.id if (shown, len(clinics)) == (row.clinics, row.total) else fingerprint("on home", fp)
    return replace(row, clinics=shown, total=len(clinics), id=new_id)


def _by_name(clinic: ShownClinic) -> tuple[str, str]:
    return clinic.names[0].text.casefold(), clinic.clinic
