"""Sitemaps (sitemaps.org, protocol 0.9): one per clinic, language and year, and what gathers them."""

from colophon.listings.view import LanguageMap, YearView


def year_sitemap(view: YearView, rev: int) -> bytes:
    """The posts of one year of a clinic."""
    return b"<!-- rev %d -->\n" % rev


def clinics_sitemap(view: LanguageMap, rev: int) -> bytes:
    """A language's home page, and the archive and profile of each clinic that has posts in it."""
    return b"<!-- rev %d -->\n" % rev


def sitemap_index(view: LanguageMap, rev: int) -> bytes:
    """Every sitemap of a language."""
    return b"<!-- rev %d -->\n" % rev
