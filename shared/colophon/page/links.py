"""Links between the editions of a post, for readers and for search engines."""

from collections.abc import Collection

from msgspec import Struct

from colophon.language.languages import own_name
from colophon.page.paths import page_path
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PageRef, PostRef
from colophon.views import PostView


class Alternate(Struct, frozen=True):
    """One ``hreflang`` link, absolute: ``lang`` is a language tag or ``x-default``."""

    lang: str
    url: str


class OtherLanguage(Struct, frozen=True):
    """The same post in another language; ``name`` is the language's own name."""

    lang: str
    name: str
    path: str


def canonical_url(view: PostView) -> str:
    """The page's own URL: a translation is not a copy of its original."""
    return view.site.url + page_path(view.page)


def alternates(view: PostView) -> list[Alternate]:
    """The ``hreflang`` links of a post's page: itself and its live siblings."""
    return post_alternates(view.site, view.page.post, [view.page.lang, *(sibling.lang for sibling in view.siblings)])


def post_alternates(site: SiteSettings, post: PostRef, languages: Collection[str]) -> list[Alternate]:
    """Every live edition of ``post``, sorted by tag, and the default for readers of other languages.

    The list is the same on every edition and in the sitemaps, because search engines ignore links that are not mutual
    (Google Search Central, "Localized versions of your pages"). Empty if the post has only one edition.
    """
    if len(languages) < 2:
        return []
    urls = {lang: site.url + page_path(PageRef(post, lang)) for lang in sorted(languages)}
    default = next((lang for lang in ("en", site.original_language) if lang in urls), min(urls))
    return [Alternate(lang, url) for lang, url in urls.items()] + [Alternate("x-default", urls[default])]


def other_languages(view: PostView) -> list[OtherLanguage]:
    """The live siblings, sorted by tag."""
    return [OtherLanguage(sibling.lang, own_name(sibling.lang), sibling.path) for sibling in view.siblings]
