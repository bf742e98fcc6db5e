"""The head of a listing page: title, JSON-LD, links for feed readers and search engines; and its notice box."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.notices.policy import notices_for_listing
from colophon.notices.texts import Notice
from colophon.page.frame import FeedLink, render_feed_links
from colophon.page.links import Alternate
from colophon.page.names import ClinicName
from colophon.page.notices import render_notices
from colophon.page.paths import about_path, home_path
from colophon.page.structured import Json
from colophon.page.template import render_markup, to_script_json
from colophon.site_settings import SiteSettings


def describe_collection(
    site: SiteSettings,
    lang: str,
    path: str,
    name: str,
    listed: Iterable[tuple[str, str]],
    about: Json = "",
    breadcrumb: Json = "",
) -> dict[str, Json]:
    """JSON-LD: a ``CollectionPage`` of the pages ``listed``, each (name, path), in the order shown."""
    items: list[Json] = [
        {"@type": "ListItem", "name": title, "position": place, "url": site.url + at}
        for place, (title, at) in enumerate(listed, 1)
    ]
    description: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "about": about,
        "breadcrumb": breadcrumb,
        "inLanguage": lang,
        "isPartOf": {"@type": "WebSite", "name": site.title(lang), "url": site.url + home_path(lang)},
        "mainEntity": {"@type": "ItemList", "itemListElement": items, "numberOfItems": len(items)},
        "name": name,
        "url": site.url + path,
    }
    return {term: value for term, value in description.items() if value}


def describe_clinic(names: tuple[ClinicName, ...]) -> Json:
    """JSON-LD of a clinic, by its names in one language."""
    return describe_organization([name.text for name in names])


def describe_organization(names: list[str]) -> dict[str, Json]:
    """JSON-LD of an organization; all names but the first are alternative ones."""
    others: list[Json] = [*names[1:]]
    if not others:
        return {"@type": "Organization", "name": names[0]}
    return {"@type": "Organization", "alternateName": others, "name": names[0]}


def holds_originals(site: SiteSettings, lang: str) -> bool:
    """Whether listings in ``lang`` list archived originals; in every other language they list translations."""
    return lang == site.original_language


def posts_title(site: SiteSettings, lang: str) -> str:
    """What the posts listed in ``lang`` are, for a title."""
    words = words_for(lang)
    return words.archived_posts if holds_originals(site, lang) else words.translated_posts


def render_notice_box(site: SiteSettings, lang: str) -> Markup:
    """The notice box of a listing page; templates put it before the first entry."""
    return fill_notice_box(notices_for_listing(lang, site, about_path(lang)))


@lru_cache(maxsize=64)
def fill_notice_box(notices: tuple[Notice, ...]) -> Markup:
    """A notice box with ``notices``. It is the same on all listings of a language, so it is rendered once."""
    return render_markup("notice_box.html", notices=render_notices(notices))


def about_title(site: SiteSettings, lang: str) -> str:
    """The title of the page about the posts in ``lang``."""
    words = words_for(lang)
    return words.about_listing_original if holds_originals(site, lang) else words.about_listing


def describe_listing(kind: str, site: SiteSettings, lang: str, **names: str) -> str:
    """The description of a page of the kind of listings called ``kind``, with ``names`` filled in."""
    word = "description_original" if holds_originals(site, lang) else "description"
    sentence = words_for(lang).listings[kind][word]
    return sentence.format(language=language_name(site.original_language, lang), **names)


def head_values(
    site: SiteSettings,
    path: str,
    title: str,
    description: str,
    *,
    json_ld: dict[str, Json] | None = None,
    feeds: tuple[FeedLink, ...] = (),
    alternates: Iterable[Alternate] = (),
    indexed: bool = True,
) -> dict[str, Any]:
    """The values that ``listing.html`` needs for its head.

    ``title`` is without the site's name. A page that is not ``indexed`` asks search engines to leave it out. A page
    without a ``path`` has no canonical URL.
    """
    return {
        "page_title": title,
        "description": description,
        "canonical": site.url + path if path else "",
        "json_ld": to_script_json(json_ld) if json_ld else "",
        "feeds": feeds,
        "feed_links": render_feed_links(feeds),
        "alternates": tuple(alternates),
        "indexed": indexed,
    }


def home_alternates(site: SiteSettings) -> list[Alternate]:
    """The home pages of all languages, and the front page for readers of other ones: the same list on every page."""
    homes = [Alternate(lang, site.url + home_path(lang)) for lang in site.languages]
    return [*homes, Alternate("x-default", f"{site.url}/")]
