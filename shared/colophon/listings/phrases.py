"""What listings say of themselves: of translations, or of archived originals."""

from typing import Any

from colophon.notices.policy import owed_by_listing
from colophon.page.catalogue import words_for
from colophon.page.languages import language_name
from colophon.page.shown_notices import shown_notices
from colophon.site_settings import SiteSettings


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
    return sentence.format(clinic=clinic, language=_source(site, lang))


def month_description(site: SiteSettings, lang: str, clinic: str, month: str) -> str:
    """A month of an archive, in a sentence; ``month`` as readers read it."""
    words = words_for(lang)
    sentence = words.month_description_original if holds_originals(site, lang) else words.month_description
    return sentence.format(clinic=clinic, month=month, language=_source(site, lang))


def home_description(site: SiteSettings, lang: str) -> str:
    """A home page, in the site's own words where it has some."""
    if lang in site.about:
        return site.about[lang]
    words = words_for(lang)
    sentence = words.home_description_original if holds_originals(site, lang) else words.home_description
    return sentence.format(language=_source(site, lang))


def notice_box(site: SiteSettings, lang: str) -> dict[str, Any]:
    """The values that the notice box of a listing needs."""
    words = words_for(lang)
    return {
        "notices": shown_notices(owed_by_listing(lang, site)),
        "box_heading": words.about_listing_original if holds_originals(site, lang) else words.about_listing,
    }


def _source(site: SiteSettings, lang: str) -> str:
    return language_name(site.original_language, lang)
