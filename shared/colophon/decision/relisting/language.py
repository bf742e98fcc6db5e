"""A language: its directory of clinics with the sitemap index, and its home page with its feeds."""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, HomeRow
from colophon.decision.relisting.listing import (
    ListingDecision,
    absent_tombstone,
    entry_ids,
    live_entries,
    live_listing,
    settings_for,
    site_id,
    tombstone_listing,
)
from colophon.decision.rows import SiteRow
from colophon.listings.finished import (
    finish_atom_feed,
    finish_clinics_sitemap,
    finish_directory,
    finish_home,
    finish_json_feed,
    finish_sitemap_index,
)
from colophon.listings.view import ClinicSummary, ClinicYears, DirectoryView, FeedView, HomeView, LanguageSitemap
from colophon.page.objects import listing_tags
from colophon.page.paths import (
    atom_path,
    clinics_sitemap_path,
    directory_path,
    home_path,
    json_feed_path,
    path_to_key,
    sitemap_index_path,
)

# So many clinics stand on a home page; the directory has them all.
_CLINICS_ON_HOME = 24


def decide_directory(row: DirectoryRow, archives: Sequence[ArchiveRow], site: SiteRow) -> ListingDecision[DirectoryRow]:
    """What must stand for the language whose clinics, those that left too, are ``archives``."""
    # A clinic that never was listed rings nobody when its row comes, so it must not tell either.
    ids = sorted((archive.clinic, archive.id) for archive in archives if archive.id)
    fp = fingerprint("directory", ids, site_id(site, row.lang), code_version())
    keys = [path_to_key(path(row.lang)) for path in (directory_path, clinics_sitemap_path, sitemap_index_path)]
    settings = settings_for(site, row.lang)
    if settings is None:
        listings = [
            tombstone_listing(key, fp, absent_tombstone(row.lang, site), listing_tags(row.lang)) for key in keys
        ]
        return ListingDecision(tuple(listings), _directory_row(row, (), fp))
    clinics = tuple(sorted((a.shown for a in archives if a.shown), key=_name_order))
    clinic_years = tuple(ClinicYears(a.clinic, a.years) for a in sorted(archives, key=lambda a: a.clinic) if a.shown)
    sitemap = LanguageSitemap(row.lang, settings, clinic_years)
    makers = (
        partial(finish_directory, DirectoryView(row.lang, settings, clinics)),
        partial(finish_clinics_sitemap, sitemap),
        partial(finish_sitemap_index, sitemap),
    )
    listings = [live_listing(key, fp, make) for key, make in zip(keys, makers, strict=True)]
    return ListingDecision(tuple(listings), _directory_row(row, clinics, fp))


def decide_home(
    row: HomeRow, directory: DirectoryRow, newest: tuple[EntryRow, ...], site: SiteRow
) -> ListingDecision[HomeRow]:
    """What must stand for the language whose newest entries, blanks too, are ``newest``."""
    ids = entry_ids(newest)
    around = (site_id(site, row.lang), code_version())
    fp = fingerprint("home", directory.id, ids, *around)
    feed_fp = fingerprint("feed", ids, *around)
    keys = [path_to_key(path(row.lang)) for path in (home_path, atom_path, json_feed_path)]
    settings = settings_for(site, row.lang)
    if settings is None:
        return ListingDecision(
            tuple(tombstone_listing(key, fp, absent_tombstone(row.lang, site), listing_tags(row.lang)) for key in keys),
            row,
        )
    entries = live_entries(newest)
    feed = FeedView(row.lang, settings, None, entries)
    home = HomeView(row.lang, settings, entries, directory.clinics, directory.total)
    listings = (
        live_listing(keys[0], fp, partial(finish_home, home)),
        live_listing(keys[1], feed_fp, partial(finish_atom_feed, feed)),
        live_listing(keys[2], feed_fp, partial(finish_json_feed, feed)),
    )
    return ListingDecision(listings, row)


def _directory_row(row: DirectoryRow, clinics: tuple[ClinicSummary, ...], fp: str) -> DirectoryRow:
    # A home page names clinics without their tags, and changes only when one of those comes, goes or is renamed.
    shown = tuple(replace(clinic, tags=()) for clinic in clinics[:_CLINICS_ON_HOME])
    new_id = row.id if (shown, len(clinics)) == (row.clinics, row.total) else fingerprint("on home", fp)
    return replace(row, clinics=shown, total=len(clinics), id=new_id)


def _name_order(clinic: ClinicSummary) -> tuple[str, str]:
    return clinic.names[0].text.casefold(), clinic.clinic
