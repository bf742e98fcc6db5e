"""A year of a clinic in one language: its month pages, its sitemap and its search shard."""

from collections import Counter
from functools import partial

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import EntryRow, YearRow
from colophon.decision.relisting.listing import (
    Listing,
    ListingDecision,
    absent_tombstone,
    closed_clinic_tombstone,
    entry_ids,
    live_entries,
    live_listing,
    settings_for,
    tombstone_listing,
)
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.finished import finish_month, finish_search_shard, finish_year_sitemap
from colophon.listings.view import ClinicInLanguage, MonthView, YearView
from colophon.page.entry import Entry
from colophon.page.objects import listing_tags
from colophon.page.paths import month_path, path_to_key, search_shard_path, year_sitemap_path
from colophon.views import TombstoneView

# So many of a year's commonest tags go into the archive and the directory.
_MAX_TAGS = 40


def decide_year(row: YearRow, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> ListingDecision[YearRow]:
    """What must stand for the year that ``rows``, all its entries and blanks, make up."""
    entries = live_entries(rows)
    months = sorted({found.posted.month for found in rows})
    listings = [_month_listing(row, month, rows, clinic, site) for month in months]
    fp = _fingerprint("year", rows, clinic, site)
    clinic_in_language = _find_clinic_in_language(row, entries, site)
    sitemap = path_to_key(year_sitemap_path(row.lang, row.clinic, row.year))
    shard = path_to_key(search_shard_path(row.lang, row.clinic, row.year))
    if clinic_in_language and entries:
        view = YearView(clinic_in_language, row.year, entries)
        listings.append(live_listing(sitemap, fp, partial(finish_year_sitemap, view)))
        listings.append(live_listing(shard, fp, partial(finish_search_shard, view)))
    else:
        listings += [
            tombstone_listing(key, fp, _tombstone(row, rows, clinic, site), _cache_tags(row))
            for key in (sitemap, shard)
        ]
    counts = Counter(entry.posted.month for entry in entries) if clinic_in_language else {}
    tags = tuple(
        sorted(tag for tag, _ in Counter(tag for entry in entries for tag in entry.tags).most_common(_MAX_TAGS))
    )
    new_row = YearRow(row.lang, row.clinic, row.year, row.n, row.tokens, counts, tags, fp, _removed_id(rows))
    return ListingDecision(tuple(listings), new_row)


def _month_listing(row: YearRow, month: int, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> Listing:
    own = tuple(found for found in rows if found.posted.month == month)
    key = path_to_key(month_path(row.lang, row.clinic, row.year, month))
    fp = _fingerprint("month", own, clinic, site)
    entries = live_entries(own)
    clinic_in_language = _find_clinic_in_language(row, entries, site)
    if clinic_in_language is None:
        return tombstone_listing(key, fp, _tombstone(row, own, clinic, site), _cache_tags(row))
    return live_listing(key, fp, partial(finish_month, MonthView(clinic_in_language, row.year, month, entries)))


def _tombstone(row: YearRow, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> TombstoneView:
    """What stands where nothing is listed: the clinic's withdrawal, if it is why."""
    clinic_withdrawn = any(found.clinic_withdrawn for found in rows)
    return closed_clinic_tombstone(row.lang, clinic, site) if clinic_withdrawn else absent_tombstone(row.lang, site)


def _fingerprint(what: str, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> str:
    """The identity of what is listed. Blanks alone hang on themselves: nobody rings for them when the site changes,
    or the clinic, but for those that its withdrawal covers."""
    clinic_withdrawn = any(found.clinic_withdrawn for found in rows)
    around = site.fp if clinic_withdrawn or live_entries(rows) else ""
    return fingerprint(what, entry_ids(rows), around, clinic.withdrawal_id if clinic_withdrawn else "", code_version())


def _removed_id(rows: tuple[EntryRow, ...]) -> str:
    """The identity of the pages that left; not of those that only went to another day."""
    there = {(row.post, row.id) for row in rows if row.entry}
    removed = sorted(row.id for row in rows if not row.entry and (row.post, row.id) not in there)
    return fingerprint("left", removed) if removed else ""


def _find_clinic_in_language(row: YearRow, entries: tuple[Entry, ...], site: SiteRow) -> ClinicInLanguage | None:
    # The names are those of the newest entry: every entry changes with its clinic's record.
    settings = settings_for(site, row.lang)
    return ClinicInLanguage(row.lang, row.clinic, entries[0].names, settings) if settings and entries else None


def _cache_tags(row: YearRow) -> str:
    return listing_tags(row.lang, row.clinic)
