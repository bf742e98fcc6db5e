"""Finished listings: rendered, passed through the gate, and labelled for the CDN."""

from collections.abc import Sequence

from colophon.listings.archive import archive_page
from colophon.listings.directory import directory_page
from colophon.listings.feeds import atom_feed, json_feed
from colophon.listings.front import front_page
from colophon.listings.home import home_page
from colophon.listings.month import month_page
from colophon.listings.not_found import not_found_page
from colophon.listings.profile import profile_page
from colophon.listings.robots import robots_text
from colophon.listings.search import search_shard
from colophon.listings.sitemap import clinics_sitemap, sitemap_index, year_sitemap
from colophon.listings.view import (
    ArchiveView,
    DirectoryView,
    FeedView,
    HomeView,
    LanguageMap,
    MonthView,
    ProfileView,
    Shelf,
    YearView,
)
from colophon.notices.gate import check_feed, check_listing
from colophon.notices.policy import entry_label, owed_by_listing
from colophon.page import paths
from colophon.page.entry import Entry
from colophon.page.objects import (
    ATOM_TYPE,
    HTML_TYPE,
    JSON_FEED_TYPE,
    JSON_TYPE,
    PAGE_LIFE,
    TEXT_TYPE,
    XML_TYPE,
    SiteObject,
)
from colophon.page.objects import listing_tags as tags
from colophon.site_settings import SiteSettings


def finished_month(view: MonthView, rev: int, fp: str) -> SiteObject:
    shelf = view.shelf
    content = _held(month_page(view, rev), shelf.lang, shelf.site, view.entries)
    return _of_shelf(
        shelf, paths.month_path(shelf.lang, shelf.clinic, view.year, view.month), HTML_TYPE, content, rev, fp
    )


def finished_archive(view: ArchiveView, rev: int, fp: str) -> SiteObject:
    shelf = view.shelf
    content = _held(archive_page(view, rev), shelf.lang, shelf.site, view.newest)
    return _of_shelf(shelf, paths.archive_path(shelf.lang, shelf.clinic), HTML_TYPE, content, rev, fp)


def finished_profile(view: ProfileView, rev: int, fp: str) -> SiteObject:
    path = paths.profile_path(view.shelf.lang, view.shelf.clinic)
    return _of_shelf(view.shelf, path, HTML_TYPE, profile_page(view, rev), rev, fp)


def finished_home(view: HomeView, rev: int, fp: str) -> SiteObject:
    content = _held(home_page(view, rev), view.lang, view.site, view.newest)
    return _listing(paths.home_path(view.lang), HTML_TYPE, content, tags(view.lang), rev, fp)


def finished_directory(view: DirectoryView, rev: int, fp: str) -> SiteObject:
    content = _held(directory_page(view, rev), view.lang, view.site, ())
    return _listing(paths.directory_path(view.lang), HTML_TYPE, content, tags(view.lang), rev, fp)


def finished_atom(view: FeedView, rev: int, fp: str) -> SiteObject:
    clinic = view.shelf.clinic if view.shelf else ""
    content = _held_feed(atom_feed(view, rev), view)
    return _listing(paths.atom_path(view.lang, clinic), ATOM_TYPE, content, tags(view.lang, clinic), rev, fp)


def finished_json_feed(view: FeedView, rev: int, fp: str) -> SiteObject:
    clinic = view.shelf.clinic if view.shelf else ""
    content = _held_feed(json_feed(view, rev), view)
    return _listing(paths.json_feed_path(view.lang, clinic), JSON_FEED_TYPE, content, tags(view.lang, clinic), rev, fp)


def finished_year_sitemap(view: YearView, rev: int, fp: str) -> SiteObject:
    path = paths.year_sitemap_path(view.shelf.lang, view.shelf.clinic, view.year)
    return _of_shelf(view.shelf, path, XML_TYPE, year_sitemap(view, rev), rev, fp)


def finished_search_shard(view: YearView, rev: int, fp: str) -> SiteObject:
    path = paths.search_shard_path(view.shelf.lang, view.shelf.clinic, view.year)
    return _of_shelf(view.shelf, path, JSON_TYPE, search_shard(view, rev), rev, fp)


def finished_clinics_sitemap(view: LanguageMap, rev: int, fp: str) -> SiteObject:
    path = paths.clinics_sitemap_path(view.lang)
    return _listing(path, XML_TYPE, clinics_sitemap(view, rev), tags(view.lang), rev, fp)


def finished_sitemap_index(view: LanguageMap, rev: int, fp: str) -> SiteObject:
    path = paths.sitemap_index_path(view.lang)
    return _listing(path, XML_TYPE, sitemap_index(view, rev), tags(view.lang), rev, fp)


def finished_front(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing("/", HTML_TYPE, front_page(site, rev), "", rev, fp)


def finished_not_found(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing(f"/{paths.NOT_FOUND_KEY}", HTML_TYPE, not_found_page(site, rev), "", rev, fp)


def finished_robots(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return _listing(f"/{paths.ROBOTS_KEY}", TEXT_TYPE, robots_text(site, rev), "", rev, fp)


def _held(page: bytes, lang: str, site: SiteSettings, entries: Sequence[Entry]) -> bytes:
    """A listing, once the gate has let it through. Raises Misconfigured where it lacks what it owes."""
    label = entry_label(lang, original=lang == site.original_language)
    check_listing(page, owed_by_listing(lang, site), label, len(entries))
    return page


def _held_feed(feed: bytes, view: FeedView) -> bytes:
    label = entry_label(view.lang, original=view.lang == view.site.original_language)
    check_feed(feed, owed_by_listing(view.lang, view.site), label, len(view.entries))
    return feed


def _of_shelf(shelf: Shelf, path: str, content_type: str, content: bytes, rev: int, fp: str) -> SiteObject:
    return _listing(path, content_type, content, tags(shelf.lang, shelf.clinic), rev, fp)


def _listing(path: str, content_type: str, content: bytes, cache_tags: str, rev: int, fp: str) -> SiteObject:
    labels = {"rev": str(rev), "fp": fp}
    if cache_tags:
        labels["cache-tag"] = cache_tags
    return SiteObject(paths.key_at(path), content, content_type, PAGE_LIFE, labels)
