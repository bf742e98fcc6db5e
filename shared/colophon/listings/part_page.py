"""What the listings of a period are made of: its page, its sitemap and its search shard.

A period with too many posts lists its parts in each of them: links with counts, their pages, the paths of their shards.
"""

from functools import lru_cache
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from colophon.language.dates import format_day, format_day_name, format_month, format_year
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
from colophon.listings.periods import PREFIXES, Period, periods_around
from colophon.listings.search import search_field
from colophon.listings.sitemap import SitemapUrl, render_sitemap
from colophon.listings.sources import ClinicInLanguage
from colophon.page.breadcrumb import Crumb, crumbs_of_clinic, describe_breadcrumb, render_breadcrumb
from colophon.page.entry import Entry
from colophon.page.frame import (
    FrameKey,
    feed_links,
    fill_languages,
    frame_key,
    frame_values,
    render_top_with_slots,
)
from colophon.page.links import post_alternates
from colophon.page.names import render_names, render_other_names
from colophon.page.objects import HTML_TYPE, JSON_TYPE, XML_TYPE, SiteObject
from colophon.page.paths import archive_path, period_path, posts_sitemap_path, search_shard_path
from colophon.page.template import PrerenderedPage, Slots, prerender, render_markup, slots_for
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PostRef


class Part(Struct, frozen=True):
    """A part of a period, and the number of live pages in it, which is not 0."""

    period: Period
    count: int


class PeriodView(Struct, frozen=True):
    """The live pages that were posted in a period, the newest first; or the parts that list them, in order.

    The page of a month may have neither. ``has_year_page``: the year has a page, to which that of a month, and the
    sitemap of the year itself, may link.
    """

    clinic: ClinicInLanguage
    period: Period
    entries: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    has_year_page: bool = False

    @property
    def count(self) -> int:
        """The number of posts."""
        return sum(part.count for part in self.parts) if self.parts else len(self.entries)


class _PartLink(Struct, frozen=True):
    """``name`` is as shown below the heading of the whole; ``full_name`` stands alone.

    ``label`` is what the link is called for those who only hear it, if that is not its name.
    """

    name: str
    full_name: str
    label: str
    path: str
    count: int


def render_period(view: PeriodView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    links = [_link_part(clinic, part) for part in view.parts]
    parent, parent_path = _link_parent(view)
    values = {
        "rev": rev,
        **_head_of_period(view, links),
        "breadcrumb": render_breadcrumb(_crumbs(clinic, view.period), lang),
        "notice_box": render_notice_box(site, lang),
        "heading": _heading(view.period, lang),
        "first_name": render_names(clinic.names[:1], lang),
        "other_names": render_other_names(clinic.names, lang),
        "archive": archive_path(lang, clinic.slug),
        "parent": parent,
        "parent_path": parent_path,
        "count": words_for(lang).post_count.format(number=view.count),
        "entries": render_entries(view.entries, site.original_language, heading="h2"),
        "parts": _render_parts(view.period, links, lang) if links else "",
    }
    prerendered = _prerender_period(frame_key(lang, site), holds_originals(site, lang), slots_for(values))
    # A page is live in each of these languages, so the clinic's archive is too.
    others = {other for entry in view.entries for other in entry.languages}
    archives = {other: archive_path(other, clinic.slug) for other in others}
    return prerendered.fill({**values, **fill_languages(site, {**archives, lang: _path(clinic, view.period)})})


def _head_of_period(view: PeriodView, links: list[_PartLink]) -> dict[str, Any]:
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, heading, name = _path(clinic, view.period), _heading(view.period, lang), clinic.names[0].text
    title, posts = f"{name} · {heading}", [(entry.title, entry.path) for entry in view.entries]
    listed = [(f"{name} · {link.full_name}", link.path) for link in links] or posts
    about, above = describe_clinic(clinic.names), describe_breadcrumb(_crumbs(clinic, view.period), heading, site)
    return head_values(
        site,
        path,
        title,
        describe_listing("year", site, lang, clinic=name, month=heading),
        json_ld=describe_collection(site, lang, path, title, listed, about, above),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.count),
    )


@lru_cache(maxsize=64)
def _prerender_period(frame: FrameKey, originals: bool, slots: Slots) -> PrerenderedPage:
    values = {**frame_values(*frame), "top": render_top_with_slots(frame)}
    field = search_field(values["lang"], originals)
    return prerender("period.html", slots, **values, originals=originals, search_field=field)


def _crumbs(clinic: ClinicInLanguage, period: Period) -> tuple[Crumb, ...]:
    """The pages above that of ``period``: of a day also its month's, of a part of a day also that day's."""
    wider = [parent for parent in periods_around(period) if parent.month]
    above = (Crumb(_heading(parent, clinic.lang), clinic.lang, _path(clinic, parent)) for parent in wider)
    return (*crumbs_of_clinic(clinic.lang, clinic.slug, clinic.names[0]), *above)


def _link_parent(view: PeriodView) -> tuple[str, str]:
    """The name and the path of the period that the page is about a part of; empty if there is no page of it."""
    if not view.period.day and not view.has_year_page:
        return "", ""
    return _heading(view.period.parent, view.clinic.lang), _path(view.clinic, view.period.parent)


def _render_parts(period: Period, links: list[_PartLink], lang: str) -> Markup:
    words = words_for(lang).listings["day" if period.day else "month"]
    return render_markup("parts.html", heading=words["parts"], about=words.get("about", ""), parts=links)


def _link_part(clinic: ClinicInLanguage, part: Part) -> _PartLink:
    name, full_name = _part_name(part.period, clinic.lang), _heading(part.period, clinic.lang)
    # It must hold the visible name (WCAG 2.2, 2.5.3), which the heading of a part of a day words otherwise.
    label = "" if part.period.prefix else full_name
    return _PartLink(name, full_name, label, _path(clinic, part.period), part.count)


def _part_name(period: Period, lang: str) -> str:
    if not period.prefix:
        return format_day_name(period.first_day, lang)
    return words_for(lang).listings["day"]["part"].format(number=_number_of(period))


def _heading(period: Period, lang: str) -> str:
    """The period for readers, as in "2025", "September 2025" or "September 2, 2025 (part 4 of 16)"."""
    if not period.month:
        return format_year(period.year, lang)
    if not period.day:
        return format_month(period.first_day, lang)
    day = format_day(period.first_day, lang)
    if not period.prefix:
        return day
    words = words_for(lang).listings["prefix"]
    return words["heading"].format(day=day, number=_number_of(period), total=len(PREFIXES))


def _number_of(period: Period) -> int:
    """The number of the part of a day, from 1."""
    return PREFIXES.index(period.prefix) + 1


def _path(clinic: ClinicInLanguage, period: Period) -> str:
    return period_path(clinic.lang, clinic.slug, period.names)


def render_posts_sitemap(view: PeriodView, rev: int) -> bytes:
    """The page of a year; the posts with their other languages and pictures, or the pages of the parts. In UTF-8."""
    site = view.clinic.site
    parts = [SitemapUrl(site.url + _path(view.clinic, part.period)) for part in view.parts]
    year = [SitemapUrl(site.url + _path(view.clinic, view.period))] if view.has_year_page and view.count else []
    return render_sitemap(year + (parts or [_build_url(entry, site) for entry in view.entries]), rev)


def _build_url(entry: Entry, site: SiteSettings) -> SitemapUrl:
    return SitemapUrl(
        url=site.url + entry.path,
        last_changed=last_changed(entry),
        alternates=tuple(post_alternates(site, PostRef(entry.clinic, entry.post), entry.languages)),
        pictures=tuple(site.url + picture.path for picture in entry.pictures),
    )


def render_search_shard(view: PeriodView, rev: int) -> bytes:
    """What the archive search reads of the period, JSON in UTF-8; ``rev`` counts from 1.

    Each entry has ``title``, ``source_title`` (not for an original, whose title it is), ``excerpt``, ``tags``, ``path``
    (from the site's root), ``date`` (ISO 8601) and ``day``, the date as readers of the language read it. ``parts`` are
    the paths of the shards to read instead, the newest first; it is left out if there are none.
    """
    clinic = view.clinic
    fields = {"rev": rev, "lang": clinic.lang, "clinic": clinic.slug, "year": view.period.year}
    entries = [_shard_entry(entry) for entry in view.entries]
    newest_first = reversed(view.parts) if not view.period.day else view.parts
    parts = [search_shard_path(clinic.lang, clinic.slug, part.period.name) for part in newest_first]
    return encode_json({**fields, "entries": entries, **({"parts": parts} if parts else {})})


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


def finish_period(view: PeriodView, rev: int, fp: str) -> SiteObject:
    """The page as an object. Raises Misconfigured if it lacks a notice or a label."""
    content = pass_gate(render_period(view, rev), view.clinic.lang, view.clinic.site, view.entries)
    return clinic_object(view.clinic, _path(view.clinic, view.period), HTML_TYPE, content, rev, fp)


def finish_posts_sitemap(view: PeriodView, rev: int, fp: str) -> SiteObject:
    """The sitemap as an object."""
    path = posts_sitemap_path(view.clinic.lang, view.clinic.slug, view.period.name)
    return clinic_object(view.clinic, path, XML_TYPE, render_posts_sitemap(view, rev), rev, fp)


def finish_search_shard(view: PeriodView, rev: int, fp: str) -> SiteObject:
    """The search shard as an object."""
    path = search_shard_path(view.clinic.lang, view.clinic.slug, view.period.name)
    return clinic_object(view.clinic, path, JSON_TYPE, render_search_shard(view, rev), rev, fp)
