"""A year of a clinic in one language: its month pages, its sitemap and its search shard."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache, partial

from msgspec import Struct, field

from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.language.dates import format_day, format_month
from colophon.language.words import words_for
from colophon.listings.documents import encode_json, last_changed
from colophon.listings.entries import render_entries
from colophon.listings.finished import clinic_object, pass_gate
from colophon.listings.head import (
    describe_clinic,
    describe_collection,
    describe_listing,
    head_values,
    holds_originals,
    render_notice_box,
)
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
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.sitemap import SitemapUrl, render_sitemap
from colophon.listings.sources import (
    ClinicInLanguage,
    absent_tombstone,
    closed_clinic_tombstone,
    entry_ids,
    live_entries,
    settings_for,
)
from colophon.page.entry import Entry
from colophon.page.frame import FrameKey, feed_links, frame_key, frame_values
from colophon.page.links import post_alternates
from colophon.page.names import render_names, render_other_names
from colophon.page.objects import HTML_TYPE, JSON_TYPE, XML_TYPE, SiteObject, listing_tags
from colophon.page.paths import archive_path, month_path, path_to_key, search_shard_path, year_sitemap_path
from colophon.page.template import PrerenderedPage, Slots, prerender, slots_for
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PostRef
from colophon.views import TombstoneView

# The archive and the directory show so many of a year's most frequent tags.
_MAX_TAGS = 40


class YearRow(ListingRow, frozen=True, omit_defaults=True):
    """``months`` has the number of live pages of each month that has any.

    ``id`` changes when the archive would show the year differently. ``removed_id`` changes when a page is removed or
    returns. Neither returns to an old value.
    """

    lang: str
    clinic: str
    year: int
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    months: Mapping[int, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    id: str = ""
    removed_id: str = field(default="", name="left")


class MonthView(Struct, frozen=True):
    """``/<lang>/<clinic>/<yyyy>/<mm>/``: all live pages that were posted in it, the newest first."""

    clinic: ClinicInLanguage
    year: int
    month: int
    entries: tuple[Entry, ...]


class YearView(Struct, frozen=True):
    """A year for programs: its sitemap and its search shard. Never empty; the newest entry first."""

    clinic: ClinicInLanguage
    year: int
    entries: tuple[Entry, ...]


def render_month(view: MonthView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path = month_path(lang, clinic.slug, view.year, view.month)
    month, name = format_month(date(view.year, view.month, 1), lang), clinic.names[0].text
    title = f"{name} · {month}"
    listed = [(entry.title, entry.path) for entry in view.entries]
    head = head_values(
        site,
        path,
        title,
        describe_listing("year", site, lang, clinic=name, month=month),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.entries),
    )
    values = {
        "rev": rev,
        **head,
        "notice_box": render_notice_box(site, lang),
        "month": month,
        "first_name": render_names(clinic.names[:1], lang),
        "other_names": render_other_names(clinic.names, lang),
        "archive": archive_path(lang, clinic.slug),
        "count": words_for(lang).post_count.format(number=len(view.entries)),
        "entries": render_entries(view.entries, site.original_language, heading="h2"),
    }
    return _prerender_month(frame_key(lang, site), holds_originals(site, lang), slots_for(values)).fill(values)


@lru_cache(maxsize=64)
def _prerender_month(frame: FrameKey, originals: bool, slots: Slots) -> PrerenderedPage:
    return prerender("month.html", slots, **frame_values(*frame), originals=originals)


def render_year_sitemap(view: YearView, rev: int) -> bytes:
    """The posts of the year with their other languages and pictures, in UTF-8; ``rev`` counts from 1."""
    return render_sitemap([_build_url(entry, view.clinic.site) for entry in view.entries], rev)


def _build_url(entry: Entry, site: SiteSettings) -> SitemapUrl:
    return SitemapUrl(
        url=site.url + entry.path,
        last_changed=last_changed(entry),
        alternates=tuple(post_alternates(site, PostRef(entry.clinic, entry.post), entry.languages)),
        pictures=tuple(site.url + picture.path for picture in entry.pictures),
    )


def render_search_shard(view: YearView, rev: int) -> bytes:
    """The part of the archive search that covers the year, JSON in UTF-8; ``rev`` counts from 1.

    Each entry has ``title``, ``source_title`` (not for an original, whose title it is), ``excerpt``, ``tags``, ``path``
    (from the site's root), ``date`` (ISO 8601) and ``day``, the date as readers of the language read it.
    """
    clinic = view.clinic
    entries = [_shard_entry(entry) for entry in view.entries]
    return encode_json({"rev": rev, "lang": clinic.lang, "clinic": clinic.slug, "year": view.year, "entries": entries})


def _shard_entry(entry: Entry) -> dict[str, str | list[str]]:
    return {
        "title": entry.title,
        **({} if entry.original else {"source_title": entry.source_title}),
        "excerpt": entry.excerpt,
        "tags": list(entry.tags),
        "path": entry.path,
        "date": entry.posted.isoformat(),
        "day": format_day(entry.posted, entry.lang),
    }


def _finish_month(view: MonthView, rev: int, fp: str) -> SiteObject:
    clinic = view.clinic
    path = month_path(clinic.lang, clinic.slug, view.year, view.month)
    content = pass_gate(render_month(view, rev), clinic.lang, clinic.site, view.entries)
    return clinic_object(clinic, path, HTML_TYPE, content, rev, fp)


def _finish_year_sitemap(view: YearView, rev: int, fp: str) -> SiteObject:
    path = year_sitemap_path(view.clinic.lang, view.clinic.slug, view.year)
    return clinic_object(view.clinic, path, XML_TYPE, render_year_sitemap(view, rev), rev, fp)


def _finish_search_shard(view: YearView, rev: int, fp: str) -> SiteObject:
    path = search_shard_path(view.clinic.lang, view.clinic.slug, view.year)
    return clinic_object(view.clinic, path, JSON_TYPE, render_search_shard(view, rev), rev, fp)


def _read_entries(group: ListingGroup, reader: ListingReader) -> tuple[EntryRow, ...]:
    return reader.read_entries(group.lang, group.clinic, group.year)


def _decide(snapshot: ListingSnapshot[YearRow], rows: tuple[EntryRow, ...]) -> ListingDecision[YearRow]:
    """``rows`` are all entries of the year, removed ones too."""
    row, clinic, site = snapshot.row, snapshot.clinic, snapshot.site
    entries = live_entries(rows)
    months = sorted({found.posted.month for found in rows})
    listings = [_month_listing(row, month, rows, clinic, site) for month in months]
    fp = _fingerprint("year", rows, clinic, site)
    clinic_in_language = _find_clinic(row, entries, site)
    sitemap, shard = _year_keys(row.lang, row.clinic, row.year)
    if clinic_in_language and entries:
        view = YearView(clinic_in_language, row.year, entries)
        listings.append(live_listing(sitemap, fp, partial(_finish_year_sitemap, view)))
        listings.append(live_listing(shard, fp, partial(_finish_search_shard, view)))
    else:
        tombstone, tags = _tombstone(row, rows, clinic, site), listing_tags(row.lang, row.clinic)
        listings += [tombstone_listing(key, fp, tombstone, tags) for key in (sitemap, shard)]
    counts = Counter(entry.posted.month for entry in entries) if clinic_in_language else {}
    new_row = YearRow(
        row.lang, row.clinic, row.year, row.n, row.tokens, counts, _frequent_tags(entries), fp, _removed_id(rows)
    )
    return ListingDecision(tuple(listings), new_row)


def _month_listing(row: YearRow, month: int, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> Listing:
    own = tuple(found for found in rows if found.posted.month == month)
    key = path_to_key(month_path(row.lang, row.clinic, row.year, month))
    fp = _fingerprint("month", own, clinic, site)
    entries = live_entries(own)
    clinic_in_language = _find_clinic(row, entries, site)
    if clinic_in_language is None:
        return tombstone_listing(key, fp, _tombstone(row, own, clinic, site), listing_tags(row.lang, row.clinic))
    return live_listing(key, fp, partial(_finish_month, MonthView(clinic_in_language, row.year, month, entries)))


def _frequent_tags(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    counts = Counter(tag for entry in entries for tag in entry.tags)
    return tuple(sorted(tag for tag, _ in counts.most_common(_MAX_TAGS)))


def _tombstone(row: YearRow, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> TombstoneView:
    """The tombstone of a listing without entries: the clinic's withdrawal, if that is the reason."""
    clinic_withdrawn = any(found.clinic_withdrawn for found in rows)
    return closed_clinic_tombstone(row.lang, clinic, site) if clinic_withdrawn else absent_tombstone(row.lang, site)


def _fingerprint(what: str, rows: tuple[EntryRow, ...], clinic: ClinicRow, site: SiteRow) -> str:
    """The identity of what is listed.

    Where all entries are removed it depends on them alone: no change of the site or of the clinic rebuilds such a
    listing, except for entries that the clinic's withdrawal covers.
    """
    clinic_withdrawn = any(found.clinic_withdrawn for found in rows)
    around = site.fp if clinic_withdrawn or live_entries(rows) else ""
    return fingerprint_by_code(what, entry_ids(rows), around, clinic.withdrawal_id if clinic_withdrawn else "")


def _removed_id(rows: tuple[EntryRow, ...]) -> str:
    """The identity of the removed pages, without those that only moved to another day."""
    live = {(row.post, row.id) for row in rows if row.entry}
    removed = sorted(row.id for row in rows if not row.entry and (row.post, row.id) not in live)
    return fingerprint("left", removed) if removed else ""


def _find_clinic(row: YearRow, entries: tuple[Entry, ...], site: SiteRow) -> ClinicInLanguage | None:
    # The names are those of the newest entry: every entry changes with its clinic's record.
    settings = settings_for(site, row.lang)
    return ClinicInLanguage(row.lang, row.clinic, entries[0].names, settings) if settings and entries else None


def _year_keys(lang: str, clinic: str, year: int) -> tuple[str, str]:
    return path_to_key(year_sitemap_path(lang, clinic, year)), path_to_key(search_shard_path(lang, clinic, year))


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    months = sorted({day.month for day in entries.days if day.year == group.year})
    return (
        *_year_keys(group.lang, group.clinic, group.year),
        *(path_to_key(month_path(group.lang, group.clinic, group.year, month)) for month in months),
    )


_YEAR_FILE = re.compile(r"(?:search|sitemap)-([0-9]{4})\.(?:json|xml)")


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, clinic, year, _, "index.html"] if year.isdecimal():
            return YEAR.group(lang, clinic, int(year))
        case [lang, clinic, name] if found := _YEAR_FILE.fullmatch(name):
            return YEAR.group(lang, clinic, int(found[1]))
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    # A change of the clinic or of the site changes its posts' entries, and these wake the year.
    if isinstance(change, EntryChange):
        yield YEAR.group(change.lang, change.clinic, change.year)


def _shows_less(before: YearRow, after: YearRow) -> bool:
    return before.removed_id != after.removed_id


YEAR = ListingKind(
    number=0,
    name="year",
    exists_for=Scope.YEAR,
    row_type=YearRow,
    partition="years#{lang}/{clinic}",
    sort_key="{year:04}",
    inputs=_read_entries,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    shows_less=_shows_less,
)
