"""What is served at every address at which nothing is."""

from colophon.language.words import words_for
from colophon.listings.greeting import first_language, greetings
from colophon.listings.head import listing_head
from colophon.page.frame import frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def not_found_page(site: SiteSettings, rev: int) -> bytes:
    """``/404.html`` in UTF-8: one page, in all the site's languages, since an address need not tell the reader's."""
    lang = first_language(site)
    said = words_for(lang).not_found
    head = listing_head(site, "", said, said, indexed=False)
    return render("not_found.html", **frame(lang, site, rev), **head, greetings=greetings(site))
