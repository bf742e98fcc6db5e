"""Where a page and its siblings are, for people and for search engines."""

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
    """The same post in another language: the language by its own name."""

    lang: str
    name: str
    path: str


def canonical_url(view: PostView) -> str:
    """A page is canonical to itself: a translation is no copy of its original."""
    return view.site.url + page_path(view.page)


def alternates(view: PostView) -> list[Alternate]:
    """The ``hreflang`` links of a post's page: itself and its live siblings."""
    return post_alternates(view.site, view.page.post, [view.page.lang, *(sibling.lang for sibling in view.siblings)])


def post_alternates(site: SiteSettings, post: PostRef, languages: Collection[str]) -> list[Alternate]:
    """Every live edition of ``post``, in the order of their tags, and the one for readers of none of ``languages``.

    The same list on each of the pages, and in the sitemaps, since search engines heed only links that go both ways
    (Google Search Central, "Localized versions of your pages"). Empty where the post has one edition.
    """
    if len(languages) < 2:
        return []
    urls = {lang: site.url + page_path(PageRef(post, lang)) for lang in sorted(languages)}
    default = next((lang for lang in ("en", site.original_language) if lang in urls), min(urls))
    return [Alternate(lang, url) for lang, url in urls.items()] + [Alternate("x-default", urls[default])]


def other_languages(view: PostView) -> list[OtherLanguage]:
    """The live siblings, in the order of their tags."""
    return [OtherLanguage(sibling.lang, own_name(sibling.lang), sibling.path) for sibling in view.siblings]
