"""Sitemaps (https://www.sitemaps.org/protocol.html): one per clinic, language and year, and what gathers them.

Other languages and images stand in them as in Google Search Central, "Localized versions of your pages" and
"Image sitemaps".
"""

from itertools import islice

from msgspec import Struct

from colophon.listings.documents import last_changed, render_xml
from colophon.listings.head import home_alternates
from colophon.listings.view import LanguageSitemap, YearView
from colophon.page.entry import Entry
from colophon.page.links import Alternate, post_alternates
from colophon.page.paths import archive_path, clinics_sitemap_path, home_path, profile_path, year_sitemap_path
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PostRef

# Addresses in one file (sitemaps.org). A longer file would not be read at all, so that the rest is left out.
MAX_URLS = 50_000


class SitemapUrl(Struct, frozen=True):
    """One page: its address, its last change where that is known, and its other languages and pictures."""

    url: str
    last_changed: str = ""
    alternates: tuple[Alternate, ...] = ()
    pictures: tuple[str, ...] = ()


def render_year_sitemap(view: YearView, rev: int) -> bytes:
    """The posts of one year of a clinic, in UTF-8, with their other languages and pictures; ``rev`` counts from 1."""
    return _render_urls([_build_url(entry, view.clinic.site) for entry in view.entries], rev)


def render_clinics_sitemap(view: LanguageSitemap, rev: int) -> bytes:
    """A language's home page, and the archive and profile of each clinic that has posts in it.

    When they last changed is not known, and so not said.
    """
    urls = [SitemapUrl(view.site.url + home_path(view.lang), alternates=tuple(home_alternates(view.site)))]
    for clinic in view.clinics:
        for path in (archive_path(view.lang, clinic.clinic), profile_path(view.lang, clinic.clinic)):
            urls.append(SitemapUrl(view.site.url + path))
    return _render_urls(urls, rev)


def render_sitemap_index(view: LanguageSitemap, rev: int) -> bytes:
    """Every sitemap of a language, in UTF-8; ``rev`` counts from 1."""
    years = (year_sitemap_path(view.lang, clinic.clinic, year) for clinic in view.clinics for year in clinic.years)
    paths = [clinics_sitemap_path(view.lang), *islice(years, MAX_URLS - 1)]
    return render_xml("sitemap_index.xml", rev, urls=[view.site.url + path for path in paths])


def _render_urls(urls: list[SitemapUrl], rev: int) -> bytes:
    return render_xml("sitemap.xml", rev, places=urls[:MAX_URLS])


def _build_url(entry: Entry, site: SiteSettings) -> SitemapUrl:
    return SitemapUrl(
        url=site.url + entry.path,
        last_changed=last_changed(entry),
        alternates=tuple(post_alternates(site, PostRef(entry.clinic, entry.post), entry.languages)),
        pictures=tuple(site.url + picture.path for picture in entry.pictures),
    )
