"""The front door: which languages there are."""

from colophon.listings.greeting import first_language, greetings
from colophon.listings.head import home_alternates, listing_head
from colophon.page.frame import frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def front_page(site: SiteSettings, rev: int) -> bytes:
    """``/`` in UTF-8: the same ``site`` and ``rev`` (from 1) always make the same bytes."""
    lang, greeted = first_language(site), greetings(site)
    names = ", ".join(greeting.language for greeting in greeted)
    head = listing_head(site, "/", names, site.about.get(lang, names), alternates=home_alternates(site))
    return render("front.html", **frame(lang, site, rev), **head, greetings=greeted)
