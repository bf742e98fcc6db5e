"""What every HTML page of the site has around its own content."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from colophon.language.languages import direction, own_name
from colophon.language.words import words_for
from colophon.page.paths import FRONT_PATH, home_path
from colophon.page.style import style_path
from colophon.page.template import markup
from colophon.site_settings import SiteSettings, style_of


class Home(Struct, frozen=True):
    """The way to the home page of one of the site's languages, which is called as its own readers call it."""

    lang: str
    name: str
    path: str


# What the frame of a page depends on: its language, then what the site says of itself there.
Site: TypeAlias = tuple[str, str, tuple[str, ...], str, str]


def frame(lang: str, site: SiteSettings | None, rev: int) -> dict[str, Any]:
    """The values that ``base.html`` needs. Without ``site`` the page stands alone: no name, no way home."""
    return {**framed(*framed_by(lang, site)), "rev": rev}


def framed_by(lang: str, site: SiteSettings | None) -> Site:
    """What ``framed`` is to be told for a page in ``lang``: equal for pages that have the same around them."""
    if site is None:
        return lang, "", (), "", ""
    return lang, site.title(lang), site.languages, _contact(site), style_of(site)


@lru_cache(maxsize=64)
def framed(lang: str, site_name: str, languages: tuple[str, ...], contact: str, own_style: str) -> Mapping[str, Any]:
    """The values that ``base.html`` needs, but for the revision."""
    # The same on all pages of a language, of which there may be very many: made once.
    words = words_for(lang)
    homes = [Home(tag, own_name(tag), home_path(tag)) for tag in languages]
    home = home_path(lang) if lang in languages else FRONT_PATH
    return {
        "lang": lang,
        "page_direction": direction(lang),
        "words": words,
        "site_name": site_name,
        "styles": markup("styles.html", style=style_path(), own_style=own_style),
        "top": markup("top.html", lang=lang, words=words, site_name=site_name, home=home, homes=homes),
        "foot": markup("foot.html", words=words, site_name=site_name, contact=contact),
    }


def _contact(site: SiteSettings) -> str:
    # Whatever else a settings file may hold, a page never links to another scheme.
    return site.contact if site.contact.startswith(("mailto:", "https://")) else ""
