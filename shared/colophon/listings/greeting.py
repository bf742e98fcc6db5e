"""What a page for readers of every language says in each of them."""

from msgspec import Struct

from colophon.language.languages import direction, own_name
from colophon.language.words import Words, words_for
from colophon.page.paths import home_path
from colophon.site_settings import SiteSettings


class Greeting(Struct, frozen=True):
    """One of the site's languages, by its own name, with the site's name and the interface words in it."""

    lang: str
    direction: str
    language: str
    site_name: str
    words: Words
    home: str


def first_language(site: SiteSettings) -> str:
    """The language that such a page itself is in: English where the site has it, else the site's first."""
    return "en" if "en" in site.languages else site.languages[0]


def greetings(site: SiteSettings) -> list[Greeting]:
    """One for each of the site's languages, in the site's order."""
    return [
        Greeting(lang, direction(lang), own_name(lang), site.title(lang), words_for(lang), home_path(lang))
        for lang in site.languages
    ]
