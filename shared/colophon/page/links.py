"""Where a page and its siblings are, for people and for search engines."""

from dataclasses import dataclass

from colophon.page.languages import own_name
from colophon.page.paths import path_of
from colophon.page.view import PostView


@dataclass(frozen=True, slots=True)
class Alternate:
    """One ``hreflang`` link, absolute: ``lang`` is a language tag or ``x-default``."""

    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The same post in another language: the language by its own name."""

    lang: str
    name: str
    path: str


def canonical_url(view: PostView) -> str:
    """A page is canonical to itself: a translation is no copy of its original."""
    return view.site.url + path_of(view.page)


def alternates(view: PostView) -> list[Alternate]:
    """Every live edition, this one among them, and the one for readers of none of these languages.

    The same list on each of the siblings, since search engines heed only links that go both ways
    (Google Search Central, "Localized versions of your pages"). Empty where the post has one edition.
    """
    if not view.siblings:
        return []
    urls = {sibling.lang: view.site.url + sibling.path for sibling in view.siblings}
    urls[view.page.lang] = canonical_url(view)
    default = next((lang for lang in ("en", view.site.original_language) if lang in urls), min(urls))
    return [Alternate(lang, urls[lang]) for lang in sorted(urls)] + [Alternate("x-default", urls[default])]


def other_languages(view: PostView) -> list[OtherLanguage]:
    """The live siblings, in the order of their tags."""
    return [OtherLanguage(sibling.lang, own_name(sibling.lang), sibling.path) for sibling in view.siblings]
