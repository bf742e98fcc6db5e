"""What every HTML page has around its content: head, style sheets, feed links, language links, contact."""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeAlias

from markupsafe import Markup
from msgspec import Struct

from colophon.language.languages import direction, own_name
from colophon.language.words import words_for
from colophon.page.paths import FRONT_PATH, atom_path, home_path, json_feed_path
from colophon.page.template import render_markup
from colophon.site_settings import SiteSettings, site_style_path


@cache
def load_style_sheet() -> tuple[str, bytes]:
    """The site bucket's key, ``assets/style.<hash>.css``, and the bytes that belong there."""
    sheet = (files("colophon") / "templates" / "style.css").read_bytes()
    return _hashed_key("style", sheet), sheet


def style_path() -> str:
    """The path that pages link to."""
    return f"/{load_style_sheet()[0]}"


def site_style_key(sheet: bytes) -> str:
    """The site bucket's key for a deployer's own ``sheet``, ``assets/site.<hash>.css``."""
    return _hashed_key("site", sheet)


def _hashed_key(name: str, sheet: bytes) -> str:
    return f"assets/{name}.{sha256(sheet).hexdigest()[:12]}.css"


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
def render_feed_links(feeds: tuple[FeedLink, ...]) -> Markup:
    """``feeds`` for the head of a page. The same on all pages of a clinic in a language: made once."""
    return render_markup("feed_links.html", feeds=feeds)


@lru_cache(maxsize=256)
def render_clinic_feed_links(lang: str, name: str, clinic: str) -> Markup:
    """The feeds of ``clinic``, called ``name``, for the head of its posts' pages."""
    return render_feed_links(feed_links(lang, name, clinic))


class HomeLink(Struct, frozen=True):
    """The way to the home page of one of the site's languages, which is called as its own readers call it."""

    lang: str
    name: str
    path: str


# What the frame of a page depends on: its language, then what the site says of itself there.
FrameKey: TypeAlias = tuple[str, str, tuple[str, ...], str, str]


def build_frame(lang: str, site: SiteSettings | None, rev: int) -> dict[str, Any]:
    """The values that ``base.html`` needs. Without ``site`` the page stands alone: no name, no way home."""
    return {**frame_values(*frame_key(lang, site)), "rev": rev}


def frame_key(lang: str, site: SiteSettings | None) -> FrameKey:
    """What ``framed`` is to be told for a page in ``lang``: equal for pages that have the same around them."""
    if site is None:
        return lang, "", (), "", ""
    return lang, site.title(lang), site.languages, _safe_contact(site), site_style_path(site)


@lru_cache(maxsize=64)
def frame_values(
    lang: str, site_name: str, languages: tuple[str, ...], contact: str, own_style: str
) -> Mapping[str, Any]:
    """The values that ``base.html`` needs, but for the revision."""
    # The same on all pages of a language, of which there may be very many: made once.
    words = words_for(lang)
    homes = [HomeLink(tag, own_name(tag), home_path(tag)) for tag in languages]
    home = home_path(lang) if lang in languages else FRONT_PATH
    return {
        "lang": lang,
        "page_direction": direction(lang),
        "words": words,
        "site_name": site_name,
        "styles": render_markup("styles.html", style=style_path(), own_style=own_style),
        "top": render_markup("top.html", lang=lang, words=words, site_name=site_name, home=home, homes=homes),
        "foot": render_markup("foot.html", words=words, site_name=site_name, contact=contact),
    }


def _safe_contact(site: SiteSettings) -> str:
    # Whatever else a settings file may hold, a page never links to another scheme.
    return site.contact if site.contact.startswith(("mailto:", "https://")) else ""
