"""The front door: which languages there are."""

from colophon.listings.greeting import first_language, greetings
from colophon.listings.head import head_values, home_alternates
from colophon.page.frame import build_frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def render_front(site: SiteSettings, rev: int) -> bytes:
    """``/`` in UTF-8: the same ``site`` and ``rev`` (from 1) always make the same bytes."""
    lang, languages = first_language(site), greetings(site)
    names = ", ".join(greeting.language for greeting in languages)
    head = head_values(site, "/", names, site.about.get(lang, names), alternates=home_alternates(site))
    return render("front.html", **build_frame(lang, site, rev), **head, greetings=languages)
