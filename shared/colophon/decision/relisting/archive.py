"""A clinic in one language: its archive, its profile and its feeds."""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import ArchiveRow, EntryRow, YearRow
from colophon.decision.relisting.listing import (
    Listing,
    ListingDecision,
    closed_clinic_tombstone,
    entry_ids,
    find_clinic_in_language,
    live_entries,
    live_listing,
    site_id,
    tombstone_listing,
)
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.finished import finish_archive, finish_atom_feed, finish_json_feed, finish_profile
from colophon.listings.view import ArchiveView, ClinicInLanguage, ClinicSummary, FeedView, ProfileView, YearCount
from colophon.page.objects import listing_tags
from colophon.page.paths import archive_path, atom_path, json_feed_path, path_to_key, profile_path


def decide_archive(
    row: ArchiveRow, years: Sequence[YearRow], newest: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow
) -> ListingDecision[ArchiveRow]:
    """What must stand for the clinic that has ``years`` (all there are) and the entries ``newest``, blanks too."""
    clinic_in_language = find_clinic_in_language(row.lang, clinic, site)
    fps = _fingerprints(row.lang, years, newest, clinic, site)
    keys = _keys(row.lang, row.clinic)
    if clinic_in_language is None or clinic.record is None:
        view, tags = closed_clinic_tombstone(row.lang, clinic, site), listing_tags(row.lang, row.clinic)
        listings = [tombstone_listing(key, fp, view, tags) for key, fp in zip(keys, fps, strict=True)]
        return _archive_decision(row, listings, None, ())
    counts = tuple(
        YearCount(year.year, dict(sorted(year.months.items(), reverse=True)))
        for year in sorted(years, key=lambda year: -year.year)
        if year.months
    )
    tags_shown = tuple(sorted({tag for year in years for tag in year.tags}))
    entries = live_entries(newest)
    feed = FeedView(row.lang, clinic_in_language.site, clinic_in_language, entries)
    makers = (
        # An entry may be there before its year's row is: the archive opens with the year.
        partial(finish_archive, ArchiveView(clinic_in_language, counts, entries if counts else (), tags_shown)),
        partial(finish_profile, ProfileView(clinic_in_language, clinic.record)),
        partial(finish_atom_feed, feed),
        partial(finish_json_feed, feed),
    )
    listings = [live_listing(key, fp, make) for key, fp, make in zip(keys, fps, makers, strict=True)]
    return _archive_decision(
        row, listings, _shown_clinic(clinic_in_language, tags_shown) if counts else None, tuple(c.year for c in counts)
    )


def _keys(lang: str, clinic: str) -> tuple[str, str, str, str]:
    paths = (archive_path, profile_path, atom_path, json_feed_path)
    archive, profile, atom, json_feed = (path_to_key(path(lang, clinic)) for path in paths)
    return archive, profile, atom, json_feed


def _fingerprints(
    lang: str, years: Sequence[YearRow], newest: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow
) -> tuple[str, str, str, str]:
    # Of a clinic that is closed without an order perhaps nothing lies in the inbox: then the site's changes don't ring.
    closed = not is_open(clinic) and clinic.withdrawal is None
    around = (clinic.fp, "" if closed else site_id(site, lang), code_version())
    ids = entry_ids(newest)
    feed = fingerprint("feed", ids, *around)
    archive = fingerprint("archive", sorted((year.year, year.id) for year in years), ids, *around)
    return archive, fingerprint("profile", *around), feed, feed


def _shown_clinic(clinic_in_language: ClinicInLanguage, tags: tuple[str, ...]) -> ClinicSummary:
    return ClinicSummary(clinic_in_language.slug, clinic_in_language.names, tags)


def _archive_decision(
    row: ArchiveRow, listings: list[Listing], shown: ClinicSummary | None, years: tuple[int, ...]
) -> ListingDecision[ArchiveRow]:
    new_id = row.id if (shown, years) == (row.shown, row.years) else fingerprint("shown", listings[0].fp)
    return ListingDecision(tuple(listings), replace(row, shown=shown, years=years, id=new_id))
