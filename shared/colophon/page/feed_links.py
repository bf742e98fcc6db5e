"""How a page tells feed readers where its feeds are."""

from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from colophon.page.paths import atom_path, json_feed_path
from colophon.page.template import markup


class FeedLink(Struct, frozen=True):
    """One ``<link rel="alternate">`` to a feed: its media type, what readers call it, its path."""

    media_type: str
    format: str
    title: str
    path: str


@lru_cache(maxsize=256)
def feed_links(lang: str, name: str, clinic: str = "") -> tuple[FeedLink, ...]:
    """The feeds of a language, or of ``clinic`` in it; ``name`` is whose feeds they are."""
    return (
        FeedLink("application/atom+xml", "Atom", f"{name} (Atom)", atom_path(lang, clinic)),
        FeedLink("application/feed+json", "JSON Feed", f"{name} (JSON Feed)", json_feed_path(lang, clinic)),
    )


@lru_cache(maxsize=256)
def shown_feed_links(feeds: tuple[FeedLink, ...]) -> Markup:
    """``feeds`` for the head of a page. The same on all pages of a clinic in a language: made once."""
    return markup("feed_links.html", feeds=feeds)


@lru_cache(maxsize=256)
def clinic_feed_links(lang: str, name: str, clinic: str) -> Markup:
    """The feeds of ``clinic``, called ``name``, for the head of its posts' pages."""
    return shown_feed_links(feed_links(lang, name, clinic))
