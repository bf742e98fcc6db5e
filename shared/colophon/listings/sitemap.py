"""Sitemaps (https://www.sitemaps.org/protocol.html) and sitemap indexes.

Other languages and images are given as in Google Search Central, "Localized versions of your pages" and "Image
sitemaps".
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from colophon.listings.documents import render_xml
from colophon.page.links import Alternate

T = TypeVar("T")


class SitemapUrl(Struct, frozen=True):
    """One page: its URL, its last change (empty if unknown), and its other languages and pictures."""

    url: str
    last_changed: str = ""
    alternates: tuple[Alternate, ...] = ()
    pictures: tuple[str, ...] = ()


def render_sitemap(urls: Iterable[SitemapUrl], rev: int) -> bytes:
    """A sitemap of ``urls``, in UTF-8; ``rev`` counts from 1."""
    return render_xml("sitemap.xml", rev, places=list(urls))


def render_index(urls: Iterable[str], rev: int) -> bytes:
    """A sitemap index of the sitemaps at ``urls``, in UTF-8; ``rev`` counts from 1."""
    return render_xml("sitemap_index.xml", rev, urls=list(urls))


def split_urls(urls: Sequence[T], most: int) -> list[Sequence[T]]:
    """``urls`` in files of at most ``most``: search engines ignore a longer file as a whole. There is one at least."""
    return [urls[start : start + most] for start in range(0, len(urls), most)] or [urls]
