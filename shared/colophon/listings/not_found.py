"""What is served at every address at which nothing is."""

from colophon.language.words import words_for
from colophon.listings.greeting import first_language, greetings
from colophon.listings.head import head_values
from colophon.page.frame import build_frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def render_not_found(site: SiteSettings, rev: int) -> bytes:
    """``/404.html`` in UTF-8: one page, in all the site's languages, since an address need not tell the reader's."""
    lang = first_language(site)
    message = words_for(lang).not_found
    head = head_values(site, "", message, message, indexed=False)
    return render("not_found.html", **build_frame(lang, site, rev), **head, greetings=greetings(site))
