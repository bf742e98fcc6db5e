"""A year of a clinic in one language: its month pages, its sitemap and its search shard."""

from collections import Counter
from functools import partial

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.listing_rows import EntryRow, YearRow
from colophon.decision.relisting.listing import (
    Listing,
    Relisting,
    absent,
    closed,
    ended,
    identities,
    listing,
    live,
    serves,
)
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.finished import finished_month, finished_search_shard, finished_year_sitemap
from colophon.listings.view import MonthView, Shelf, YearView
from colophon.page.entry import Entry
from colophon.page.objects import listing_tags
from colophon.page.paths import key_at, month_path, search_shard_path, year_sitemap_path
from colophon.views import TombstoneView

# So many of a year's commonest tags go into the archive and the directory.
_TAGS = 40


def decide_year(row: YearRow, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> Relisting[YearRow]:
    """What must stand for the year that ``rows``, all its entries and blanks, make up."""
    entries = live(rows)
    months = sorted({found.posted.month for found in rows})
    listings = [_month(row, month, rows, clinic, site) for month in months]
    fp = _fp("year", rows, clinic, site)
    shelf = _shelf(row, entries, site)
    sitemap = key_at(year_sitemap_path(row.lang, row.clinic, row.year))
    shard = key_at(search_shard_path(row.lang, row.clinic, row.year))
    if shelf and entries:
        view = YearView(shelf, row.year, entries)
        listings.append(listing(sitemap, fp, partial(finished_year_sitemap, view)))
        listings.append(listing(shard, fp, partial(finished_search_shard, view)))
    else:
        listings += [ended(key, fp, _end(row, rows, clinic, site), _tags(row)) for key in (sitemap, shard)]
    counts = Counter(entry.posted.month for entry in entries) if shelf else {}
    tags = tuple(sorted(tag for tag, _ in Counter(tag for entry in entries for tag in entry.tags).most_common(_TAGS)))
    kept = YearRow(row.lang, row.clinic, row.year, row.n, row.tokens, counts, tags, fp, _left(rows))
    return Relisting(tuple(listings), kept)


def _month(row: YearRow, month: int, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> Listing:
    own = tuple(found for found in rows if found.posted.month == month)
    key = key_at(month_path(row.lang, row.clinic, row.year, month))
    fp = _fp("month", own, clinic, site)
    entries = live(own)
    shelf = _shelf(row, entries, site)
    if shelf is None:
        return ended(key, fp, _end(row, own, clinic, site), _tags(row))
    return listing(key, fp, partial(finished_month, MonthView(shelf, row.year, month, entries)))


def _end(row: YearRow, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> TombstoneView:
    """What stands where nothing is listed: the clinic's withdrawal, if it is why."""
    covered = any(found.covered for found in rows)
    return closed(row.lang, clinic, site) if covered else absent(row.lang, site)


def _fp(what: str, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> str:
    """The identity of what is listed. Blanks alone hang on themselves: nobody rings for them when the site changes,
    or the clinic, but for those that its withdrawal covers."""
    covered = any(found.covered for found in rows)
    around = site.fp if covered or live(rows) else ""
    return fingerprint(what, identities(rows), around, clinic.order_id if covered else "", code_version())


def _left(rows: tuple[EntryRow, ...]) -> str:
    """The identity of the pages that left; not of those that only went to another day."""
    there = {(row.post, row.id) for row in rows if row.entry}
    left = sorted(row.id for row in rows if not row.entry and (row.post, row.id) not in there)
    return fingerprint("left", left) if left else ""


def _shelf(row: YearRow, entries: tuple[Entry, ...], site: SiteRow) -> Shelf | None:
    # The names are those of the newest entry: every entry changes with its clinic's record.
    settings = serves(site, row.lang)
    return Shelf(row.lang, row.clinic, entries[0].names, settings) if settings and entries else None


def _tags(row: YearRow) -> str:
    return listing_tags(row.lang, row.clinic)
