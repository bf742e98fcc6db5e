"""What a listing says about itself: title, description, notices, JSON-LD, links for feed readers and search engines."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from colophon.clinic.record import ClinicRecord
from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.notices.policy import notices_for_listing
from colophon.notices.texts import Notice
from colophon.page.frame import FeedLink, render_feed_links
from colophon.page.links import Alternate
from colophon.page.names import ClinicName
from colophon.page.notices import render_notices
from colophon.page.paths import home_path
from colophon.page.structured import Json
from colophon.page.template import render_markup, to_script_json
from colophon.site_settings import SiteSettings


def describe_collection(
    site: SiteSettings, lang: str, path: str, name: str, listed: Iterable[tuple[str, str]], about: Json = ""
) -> dict[str, Json]:
    """A ``CollectionPage`` whose main thing is the list of pages ``listed``: (name, path), in the order shown."""
    items: list[Json] = [
        {"@type": "ListItem", "name": title, "position": place, "url": site.url + at}
        for place, (title, at) in enumerate(listed, 1)
    ]
    description: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "about": about,
        "inLanguage": lang,
        "isPartOf": {"@type": "WebSite", "name": site.title(lang), "url": site.url + home_path(lang)},
        "mainEntity": {"@type": "ItemList", "itemListElement": items, "numberOfItems": len(items)},
        "name": name,
        "url": site.url + path,
    }
    return {term: value for term, value in description.items() if value}


def describe_clinic(names: tuple[ClinicName, ...]) -> Json:
    """The clinic as an archive names it."""
    return _describe_organization([name.text for name in names])


def describe_profile(site: SiteSettings, lang: str, path: str, record: ClinicRecord) -> dict[str, Json]:
    """A ``ProfilePage`` of the clinic in all its registered names, with its channels as what it is the same as."""
    first = record.name(lang)
    organization = _describe_organization([first, *(name for name in record.names.values() if name != first)])
    channels: list[Json] = [channel.url for channel in record.channels.values()]
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "inLanguage": lang,
        "mainEntity": {**organization, "sameAs": channels} if channels else organization,
        "name": first,
        "url": site.url + path,
    }


def _describe_organization(names: list[str]) -> dict[str, Json]:
    others: list[Json] = [*names[1:]]
    if not others:
        return {"@type": "Organization", "name": names[0]}
    return {"@type": "Organization", "alternateName": others, "name": names[0]}


def holds_originals(site: SiteSettings, lang: str) -> bool:
    """Whether listings in ``lang`` are of archived originals; in every other language they are of translations."""
    return lang == site.original_language


def posts_title(site: SiteSettings, lang: str) -> str:
    """What the posts listed in ``lang`` are, in a title."""
    words = words_for(lang)
    return words.archived_posts if holds_originals(site, lang) else words.translated_posts


def archive_description(site: SiteSettings, lang: str, clinic: str) -> str:
    """An archive, in a sentence; ``clinic`` is its name."""
    words = words_for(lang)
    sentence = words.archive_description_original if holds_originals(site, lang) else words.archive_description
    return sentence.format(clinic=clinic, language=_original_language_name(site, lang))


def month_description(site: SiteSettings, lang: str, clinic: str, month: str) -> str:
    """A month of an archive, in a sentence; ``month`` as readers read it."""
    words = words_for(lang)
    sentence = words.month_description_original if holds_originals(site, lang) else words.month_description
    return sentence.format(clinic=clinic, month=month, language=_original_language_name(site, lang))


def home_description(site: SiteSettings, lang: str) -> str:
    """A home page, in the site's own words where it has some."""
    if lang in site.about:
        return site.about[lang]
    words = words_for(lang)
    sentence = words.home_description_original if holds_originals(site, lang) else words.home_description
    return sentence.format(language=_original_language_name(site, lang))


def render_notice_box(site: SiteSettings, lang: str) -> Markup:
    """The notice box of a listing, before its first entry."""
    words = words_for(lang)
    heading = words.about_listing_original if holds_originals(site, lang) else words.about_listing
    return _fill_notice_box(notices_for_listing(lang, site), heading)


@lru_cache(maxsize=64)
def _fill_notice_box(notices: tuple[Notice, ...], heading: str) -> Markup:
    # The same on all listings of a language: made once.
    return render_markup("notice_box.html", notices=render_notices(notices), heading=heading)


def _original_language_name(site: SiteSettings, lang: str) -> str:
    return language_name(site.original_language, lang)


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

    ``title`` does not hold the site's name. ``described`` is JSON-LD. A page that is not ``indexed`` asks search
    engines to leave it out; one without a ``path`` is canonical to nothing.
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
    """The home pages of all languages, and the front door for readers of none of them: the same list on each."""
    homes = [Alternate(lang, site.url + home_path(lang)) for lang in site.languages]
    return [*homes, Alternate("x-default", f"{site.url}/")]
