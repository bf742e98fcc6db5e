"""What every HTML page of the site has around its own content."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from colophon.page.catalogue import words_for
from colophon.page.languages import direction, own_name
from colophon.page.paths import FRONT_PATH, home_path
from colophon.page.style import style_path
from colophon.page.template import render
from colophon.site_settings import SiteSettings, style_of


@dataclass(frozen=True, slots=True)
class Home:
    """The way to the home page of one of the site's languages, which is called as its own readers call it."""

    lang: str
    name: str
    path: str


def frame(lang: str, site: SiteSettings | None, rev: int) -> dict[str, Any]:
    """The values that ``base.html`` needs. Without ``site`` the page stands alone: no name, no way home."""
    return {
        "lang": lang,
        "page_direction": direction(lang),
        "rev": rev,
        "style": style_path(),
        "own_style": style_of(site),
        "words": words_for(lang),
        "site": site,
        "site_name": site.title(lang) if site else "",
        "home": home_path(lang) if site and lang in site.languages else FRONT_PATH,
        "languages": _switch(lang, tuple(site.languages)) if site else "",
        "contact": _contact(site),
    }


@cache
def _switch(lang: str, languages: tuple[str, ...]) -> Markup:
    # The same on all pages of a language, of which there may be very many: made once.
    homes = [Home(tag, own_name(tag), home_path(tag)) for tag in languages]
    # A template of ours has escaped all that is in it.
    return Markup(render("languages.html", lang=lang, words=words_for(lang), homes=homes).decode())  # noqa: S704


def _contact(site: SiteSettings | None) -> str:
    # Whatever else a settings file may hold, a page never links to another scheme.
    return site.contact if site and site.contact.startswith(("mailto:", "https://")) else ""
