"""What listings say of themselves: of translations, or of archived originals."""

from functools import lru_cache

from markupsafe import Markup

from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.notices.policy import owed_by_listing
from colophon.notices.texts import Notice
from colophon.page.notices import shown_notices
from colophon.page.template import markup
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


def notice_box(site: SiteSettings, lang: str) -> Markup:
    """The notice box of a listing, before its first entry."""
    words = words_for(lang)
    heading = words.about_listing_original if holds_originals(site, lang) else words.about_listing
    return _notice_box(owed_by_listing(lang, site), heading)


@lru_cache(maxsize=64)
def _notice_box(owed: tuple[Notice, ...], heading: str) -> Markup:
    # The same on all listings of a language: made once.
    return markup("notice_box.html", notices=shown_notices(owed), heading=heading)


def _source(site: SiteSettings, lang: str) -> str:
    return language_name(site.original_language, lang)
