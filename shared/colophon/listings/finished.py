"""Finished listings: rendered, passed through the gate, and labelled for the CDN."""

from collections.abc import Sequence

from colophon.listings.archive import render_archive
from colophon.listings.directory import render_directory
from colophon.listings.feeds import render_atom_feed, render_json_feed
from colophon.listings.front import render_front
from colophon.listings.home import render_home
from colophon.listings.month import render_month
from colophon.listings.not_found import render_not_found
from colophon.listings.profile import render_profile
from colophon.listings.robots import render_robots
from colophon.listings.search import render_search_shard
from colophon.listings.sitemap import render_clinics_sitemap, render_sitemap_index, render_year_sitemap
from colophon.listings.view import (
    ArchiveView,
    ClinicInLanguage,
    DirectoryView,
    FeedView,
    HomeView,
    LanguageSitemap,
    MonthView,
    ProfileView,
    YearView,
)
from colophon.notices.gate import check_feed, check_listing
from colophon.notices.policy import entry_label, notices_for_listing
from colophon.page import paths
from colophon.page.entry import Entry
from colophon.page.objects import (
    ATOM_TYPE,
    HTML_TYPE,
    JSON_FEED_TYPE,
    JSON_TYPE,
    PAGE_CACHE_CONTROL,
    TEXT_TYPE,
    XML_TYPE,
    SiteObject,
)
from colophon.page.objects import listing_tags as tags
from colophon.site_settings import SiteSettings


def finish_month(view: MonthView, rev: int, fp: str) -> SiteObject:
    clinic = view.clinic
    content = _pass_gate(render_month(view, rev), clinic.lang, clinic.site, view.entries)
    return _clinic_object(
        clinic, paths.month_path(clinic.lang, clinic.slug, view.year, view.month), HTML_TYPE, content, rev, fp
    )


def finish_archive(view: ArchiveView, rev: int, fp: str) -> SiteObject:
    clinic = view.clinic
    content = _pass_gate(render_archive(view, rev), clinic.lang, clinic.site, view.newest)
    return _clinic_object(clinic, paths.archive_path(clinic.lang, clinic.slug), HTML_TYPE, content, rev, fp)


def finish_profile(view: ProfileView, rev: int, fp: str) -> SiteObject:
    path = paths.profile_path(view.clinic.lang, view.clinic.slug)
    return _clinic_object(view.clinic, path, HTML_TYPE, render_profile(view, rev), rev, fp)


def finish_home(view: HomeView, rev: int, fp: str) -> SiteObject:
    content = _pass_gate(render_home(view, rev), view.lang, view.site, view.newest)
    return _listing_object(paths.home_path(view.lang), HTML_TYPE, content, tags(view.lang), rev, fp)


def finish_directory(view: DirectoryView, rev: int, fp: str) -> SiteObject:
    content = _pass_gate(render_directory(view, rev), view.lang, view.site, ())
    return _listing_object(paths.directory_path(view.lang), HTML_TYPE, content, tags(view.lang), rev, fp)


def finish_atom_feed(view: FeedView, rev: int, fp: str) -> SiteObject:
    slug = view.clinic.slug if view.clinic else ""
    content = _pass_feed_gate(render_atom_feed(view, rev), view)
    return _listing_object(paths.atom_path(view.lang, slug), ATOM_TYPE, content, tags(view.lang, slug), rev, fp)


def finish_json_feed(view: FeedView, rev: int, fp: str) -> SiteObject:
    slug = view.clinic.slug if view.clinic else ""
    content = _pass_feed_gate(render_json_feed(view, rev), view)
    return _listing_object(
        paths.json_feed_path(view.lang, slug), JSON_FEED_TYPE, content, tags(view.lang, slug), rev, fp
    )


def finish_year_sitemap(view: YearView, rev: int, fp: str) -> SiteObject:
    path = paths.year_sitemap_path(view.clinic.lang, view.clinic.slug, view.year)
    return _clinic_object(view.clinic, path, XML_TYPE, render_year_sitemap(view, rev), rev, fp)


def finish_search_shard(view: YearView, rev: int, fp: str) -> SiteObject:
    path = paths.search_shard_path(view.clinic.lang, view.clinic.slug, view.year)
    return _clinic_object(view.clinic, path, JSON_TYPE, render_search_shard(view, rev), rev, fp)


def finish_clinics_sitemap(view: LanguageSitemap, rev: int, fp: str) -> SiteObject:
    path = paths.clinics_sitemap_path(view.lang)
    return _listing_object(path, XML_TYPE, render_clinics_sitemap(view, rev), tags(view.lang), rev, fp)


def finish_sitemap_index(view: LanguageSitemap, rev: int, fp: str) -> SiteObject:
    path = paths.sitemap_index_path(view.lang)
    return _listing_object(path, XML_TYPE, render_sitemap_index(view, rev), tags(view.lang), rev, fp)


def finish_front(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing_object("/", HTML_TYPE, render_front(site, rev), "", rev, fp)


def finish_not_found(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing_object(f"/{paths.NOT_FOUND_KEY}", HTML_TYPE, render_not_found(site, rev), "", rev, fp)


def finish_robots(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing_object(f"/{paths.ROBOTS_KEY}", TEXT_TYPE, render_robots(site, rev), "", rev, fp)


def _pass_gate(page: bytes, lang: str, site: SiteSettings, entries: Sequence[Entry]) -> bytes:
    """A listing, once the gate has let it through. Raises Misconfigured where it lacks what it owes."""
    label = entry_label(lang, original=lang == site.original_language)
    check_listing(page, notices_for_listing(lang, site), label, len(entries))
    return page


def _pass_feed_gate(feed: bytes, view: FeedView) -> bytes:
    label = entry_label(view.lang, original=view.lang == view.site.original_language)
    check_feed(feed, notices_for_listing(view.lang, view.site), label, len(view.entries))
    return feed


def _clinic_object(
    clinic: ClinicInLanguage, path: str, content_type: str, content: bytes, rev: int, fp: str
) -> SiteObject:
    return _listing_object(path, content_type, content, tags(clinic.lang, clinic.slug), rev, fp)


def _listing_object(path: str, content_type: str, content: bytes, cache_tags: str, rev: int, fp: str) -> SiteObject:
    metadata = {"rev": str(rev), "fp": fp}
    if cache_tags:
        metadata["cache-tag"] = cache_tags
    return SiteObject(paths.path_to_key(path), content, content_type, PAGE_CACHE_CONTROL, metadata)
