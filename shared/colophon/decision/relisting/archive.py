"""A clinic in one language: its archive, its profile and its feeds."""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import ArchiveRow, EntryRow, YearRow
from colophon.decision.relisting.listing import (
    Listing,
    Relisting,
    closed,
    ended,
    identities,
    listing,
    live,
    shelf_of,
    site_id,
)
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.finished import finished_archive, finished_atom, finished_json_feed, finished_profile
from colophon.listings.view import ArchiveView, FeedView, ProfileView, Shelf, ShownClinic, YearCount
from colophon.page.objects import listing_tags
from colophon.page.paths import archive_path, atom_path, json_feed_path, key_at, profile_path


def decide_archive(
    row: ArchiveRow, years: Sequence[YearRow], newest: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow
) -> Relisting[ArchiveRow]:
    """What must stand for the clinic that has ``years`` (all there are) and the entries ``newest``, blanks too."""
    shelf = shelf_of(row.lang, clinic, site)
    fps = _fps(row.lang, years, newest, clinic, site)
    keys = _keys(row.lang, row.clinic)
    if shelf is None or clinic.record is None:
        show, tags = closed(row.lang, clinic, site), listing_tags(row.lang, row.clinic)
        listings = [ended(key, fp, show, tags) for key, fp in zip(keys, fps, strict=True)]
        return _relisting(row, listings, None, ())
    counts = tuple(
        YearCount(year.year, dict(sorted(year.months.items(), reverse=True)))
        for year in sorted(years, key=lambda year: -year.year)
        if year.months
    )
    tags_shown = tuple(sorted({tag for year in years for tag in year.tags}))
    entries = live(newest)
    feed = FeedView(row.lang, shelf.site, shelf, entries)
    makers = (
        # An entry may be there before its year's row is: the archive opens with the year.
        partial(finished_archive, ArchiveView(shelf, counts, entries if counts else (), tags_shown)),
        partial(finished_profile, ProfileView(shelf, clinic.record)),
        partial(finished_atom, feed),
        partial(finished_json_feed, feed),
    )
    listings = [listing(key, fp, make) for key, fp, make in zip(keys, fps, makers, strict=True)]
    return _relisting(row, listings, _shown(shelf, tags_shown) if counts else None, tuple(c.year for c in counts))


def _keys(lang: str, clinic: str) -> tuple[str, str, str, str]:
    paths = (archive_path, profile_path, atom_path, json_feed_path)
    archive, profile, atom, json_feed = (key_at(path(lang, clinic)) for path in paths)
    return archive, profile, atom, json_feed


def _fps(
    lang: str, years: Sequence[YearRow], newest: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow
) -> tuple[str, str, str, str]:
    # Of a clinic that is closed without an order perhaps nothing lies in the inbox: then the site's changes don't ring.
    closed = not is_open(clinic) and clinic.order is None
    around = (clinic.fp, "" if closed else site_id(site, lang), code_version())
    ids = identities(newest)
    feed = fingerprint("feed", ids, *around)
    archive = fingerprint("archive", sorted((year.year, year.id) for year in years), ids, *around)
    return archive, fingerprint("profile", *around), feed, feed


def _shown(shelf: Shelf, tags: tuple[str, ...]) -> ShownClinic:
    return ShownClinic(shelf.clinic, shelf.names, tags)


def _relisting(
    row: ArchiveRow, listings: list[Listing], shown: ShownClinic | None, years: tuple[int, ...]
) -> Relisting[ArchiveRow]:
    new_id = row.id if (shown, years) == (row.shown, row.years) else fingerprint("shown", listings[0].fp)
    return Relisting(tuple(listings), replace(row, shown=shown, years=years, id=new_id))
