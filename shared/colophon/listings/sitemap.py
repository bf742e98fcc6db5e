"""Sitemaps (https://www.sitemaps.org/protocol.html): one per clinic, language and year, and what gathers them.

Other languages and images stand in them as in Google Search Central, "Localized versions of your pages" and
"Image sitemaps".
"""

from itertools import islice

from msgspec import Struct

from colophon.listings.documents import changed, xml_document
from colophon.listings.head import home_alternates
from colophon.listings.view import LanguageMap, YearView
from colophon.page.entry import Entry
from colophon.page.links import Alternate, post_alternates
from colophon.page.paths import archive_path, clinics_sitemap_path, home_path, profile_path, year_sitemap_path
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PostRef

# Addresses in one file (sitemaps.org). A longer file would not be read at all, so that the rest is left out.
MOST = 50_000


class Place(Struct, frozen=True):
    """One page: its address, its last change where that is known, and its other languages and pictures."""

    url: str
    changed: str = ""
    alternates: tuple[Alternate, ...] = ()
    pictures: tuple[str, ...] = ()


def year_sitemap(view: YearView, rev: int) -> bytes:
    """The posts of one year of a clinic, in UTF-8, with their other languages and pictures; ``rev`` counts from 1."""
    return _places([_place(entry, view.shelf.site) for entry in view.entries], rev)


def clinics_sitemap(view: LanguageMap, rev: int) -> bytes:
    """A language's home page, and the archive and profile of each clinic that has posts in it.

    When they last changed is not known, and so not said.
    """
    places = [Place(view.site.url + home_path(view.lang), alternates=tuple(home_alternates(view.site)))]
    for shelf in view.shelves:
        for path in (archive_path(view.lang, shelf.clinic), profile_path(view.lang, shelf.clinic)):
            places.append(Place(view.site.url + path))
    return _places(places, rev)


def sitemap_index(view: LanguageMap, rev: int) -> bytes:
    """Every sitemap of a language, in UTF-8; ``rev`` counts from 1."""
    years = (year_sitemap_path(view.lang, shelf.clinic, year) for shelf in view.shelves for year in shelf.years)
    paths = [clinics_sitemap_path(view.lang), *islice(years, MOST - 1)]
    return xml_document("sitemap_index.xml", rev, urls=[view.site.url + path for path in paths])


def _places(places: list[Place], rev: int) -> bytes:
    return xml_document("sitemap.xml", rev, places=places[:MOST])


def _place(entry: Entry, site: SiteSettings) -> Place:
    return Place(
        url=site.url + entry.path,
        changed=changed(entry),
        alternates=tuple(post_alternates(site, PostRef(entry.clinic, entry.post), entry.languages)),
        pictures=tuple(site.url + picture.path for picture in entry.pictures),
    )
