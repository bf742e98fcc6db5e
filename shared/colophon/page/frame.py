"""The frame of every HTML page: head, style sheets, feed links, language links, contact."""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeAlias

from markupsafe import Markup
from msgspec import Struct

from colophon.language.languages import direction, own_name
from colophon.language.words import Words, words_for
from colophon.page.cards import render_site_card
from colophon.page.paths import FRONT_PATH, atom_path, home_path, json_feed_path
from colophon.page.template import render_markup, slot_marker
from colophon.site_settings import SiteSettings, site_icon_path, site_style_path


@cache
def load_style_sheet() -> tuple[str, bytes]:
    """Our style sheet: its key in the site bucket, ``assets/style.<hash>.css``, and its bytes."""
    sheet = (files("colophon") / "templates" / "style.css").read_bytes()
    return _hashed_key("style", sheet), sheet


def style_path() -> str:
    """The path of our style sheet, for links."""
    return f"/{load_style_sheet()[0]}"


def site_style_key(sheet: bytes) -> str:
    """The site bucket's key for a deployer's own ``sheet``, ``assets/site.<hash>.css``."""
    return _hashed_key("site", sheet)


def site_icon_key(icon: bytes) -> str:
    """The site bucket's key for a deployer's own ``icon``, ``assets/icon.<hash>.png``."""
    return _hashed_key("icon", icon, "png")


def _hashed_key(name: str, content: bytes, extension: str = "css") -> str:
    return f"assets/{name}.{sha256(content).hexdigest()[:12]}.{extension}"


class FeedLink(Struct, frozen=True):
    """One ``<link rel="alternate">`` to a feed; ``format`` is the name of the media type for readers."""

    media_type: str
    format: str
    title: str
    path: str


@lru_cache(maxsize=256)
def feed_links(lang: str, name: str, clinic: str = "") -> tuple[FeedLink, ...]:
    """The feeds of a language, or of ``clinic`` in it; ``name`` is the name of the site or the clinic."""
    return (
        FeedLink("application/atom+xml", "Atom", f"{name} (Atom)", atom_path(lang, clinic)),
        FeedLink("application/feed+json", "JSON Feed", f"{name} (JSON Feed)", json_feed_path(lang, clinic)),
    )


@lru_cache(maxsize=256)
def render_feed_links(feeds: tuple[FeedLink, ...]) -> Markup:
    """``feeds`` for the head of a page. Cached, as all pages of a clinic in a language share them."""
    return render_markup("feed_links.html", feeds=feeds)


@lru_cache(maxsize=256)
def render_clinic_feed_links(lang: str, name: str, clinic: str) -> Markup:
    """The feeds of ``clinic``, whose name is ``name``, for the head of its posts' pages."""
    return render_feed_links(feed_links(lang, name, clinic))


class SiteLook(Struct, frozen=True):
    """What a site looks like: the paths of its own style sheet and icon, its colour, and its card for the head of a
    listing. Empty: it has none."""

    style: str = ""
    icon: str = ""
    colour: str = ""
    card: Markup = Markup()


class LanguageLink(Struct, frozen=True):
    """The link to one of the site's languages; ``name`` is the language's own name."""

    lang: str
    name: str
    path: str


# What the frame of a page depends on: language, site name, languages of the site, contact, and the look of the site.
FrameKey: TypeAlias = tuple[str, str, tuple[str, ...], str, SiteLook]
# Where the language links of a page lead, by language. Those that are left out lead to home pages.
LanguagePaths: TypeAlias = tuple[tuple[str, str], ...]


def build_frame(lang: str, site: SiteSettings | None, rev: int, paths: LanguagePaths = ()) -> dict[str, Any]:
    """The values that ``base.html`` needs. Without ``site`` the page has no site name and no link home.

    ``paths`` are where the language links lead, if not to home pages.
    """
    frame = frame_key(lang, site)
    return {**frame_values(*frame), **({"top": render_top(frame, paths)} if paths else {}), "rev": rev}


def frame_key(lang: str, site: SiteSettings | None) -> FrameKey:
    """The arguments of ``frame_values`` for a page in ``lang``. Pages with equal keys have the same frame."""
    if site is None:
        return lang, "", (), "", SiteLook()
    look = SiteLook(site_style_path(site), site_icon_path(site), site.colour or "", render_site_card(site, lang))
    return lang, site.title(lang), site.languages, _safe_contact(site), look


@lru_cache(maxsize=64)
def frame_values(
    lang: str, site_name: str, languages: tuple[str, ...], contact: str, look: SiteLook
) -> Mapping[str, Any]:
    """The values that ``base.html`` needs, without the revision. Cached, as all pages of a language share them."""
    words = words_for(lang)
    return {
        "lang": lang,
        "page_direction": direction(lang),
        "words": words,
        "og_locale": _open_graph_locale(lang, words),
        "site_name": site_name,
        "site_card": look.card,
        "styles": render_markup("styles.html", style=style_path(), look=look),
        "top": render_top((lang, site_name, languages, contact, look)),
        "foot": render_markup("foot.html", words=words, site_name=site_name, contact=contact),
    }


@lru_cache(maxsize=256)
def render_top(frame: FrameKey, paths: LanguagePaths = ()) -> Markup:
    """What stands above the own content of a page with ``frame``. Its language links lead to ``paths``."""
    lang, site_name, languages, *_ = frame
    known = dict(paths)
    links = [LanguageLink(tag, own_name(tag), known.get(tag, home_path(tag))) for tag in languages]
    home = home_path(lang) if lang in languages else FRONT_PATH
    return render_markup("top.html", lang=lang, words=words_for(lang), site_name=site_name, home=home, links=links)


@lru_cache(maxsize=64)
def render_top_with_slots(frame: FrameKey) -> Markup:
    """The same for a prerendered page: its language links lead to what ``fill_languages`` gives."""
    _, _, languages, *_ = frame
    return render_top(frame, tuple((lang, slot_marker(_language_slot(lang))) for lang in languages))


def fill_languages(site: SiteSettings, paths: Mapping[str, str]) -> dict[str, str]:
    """The values of the slots: ``paths`` by language, and home pages for the site's other languages."""
    return {_language_slot(lang): paths.get(lang) or home_path(lang) for lang in site.languages}


@lru_cache(maxsize=64)
def _language_slot(lang: str) -> str:
    return f"language {lang}"


def _open_graph_locale(lang: str, words: Words) -> str:
    """``lang`` as Open Graph writes it, language_TERRITORY; without a territory of its own, that of the words."""
    region = lang.removeprefix(words.lang).rpartition("-")[2]
    return f"{lang.partition('-')[0]}_{region}" if region else words.og_locale


def _safe_contact(site: SiteSettings) -> str:
    # Pages link to no other scheme, even if the settings were accepted under other rules.
    return site.contact if site.contact.startswith(("mailto:", "https://")) else ""
