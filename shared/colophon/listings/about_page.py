"""The page about the posts in a language: what they are, how they were made, what is checked, and what is not.

It is made from the site's settings alone, so no post changes it.
"""

from msgspec import Struct

from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.listings.finished import listing_object
from colophon.listings.head import about_title, fill_notice_box, head_values, holds_originals
from colophon.notices.gate import check_listing
from colophon.notices.policy import entry_label, notices_for_feed
from colophon.page.frame import build_frame
from colophon.page.objects import HTML_TYPE, SiteObject, listing_tags
from colophon.page.paths import about_path, home_path
from colophon.page.template import render
from colophon.site_settings import SiteSettings

# In the order of the page. A section's words are in ``words.listings["language"]``, its text under ``<name>_text``.
_OF_TRANSLATIONS = ("what", "made", "checked", "unchecked", "prevails")
_OF_ORIGINALS = ("what_original", "made_original", "unchecked_original")


class _Section(Struct, frozen=True):
    heading: str
    text: str


def render_about(site: SiteSettings, lang: str, rev: int) -> bytes:
    """``/<lang>/about/`` in UTF-8. The same arguments (``rev`` from 1) always make the same bytes."""
    title, words = about_title(site, lang), words_for(lang).listings["language"]
    originals = holds_originals(site, lang)
    source = language_name(site.original_language, lang)
    description = words["about_original" if originals else "about"].format(language=source)
    return render(
        "about.html",
        **build_frame(lang, site, rev),
        **head_values(site, about_path(lang), title, description),
        notice_box=fill_notice_box(notices_for_feed(lang, site)),
        sections=[
            _Section(words[name], words[f"{name}_text"].format(language=source))
            for name in (_OF_ORIGINALS if originals else _OF_TRANSLATIONS)
        ],
        ask=_Section(words["ask"], words["ask_text"]),
        contact=site.contact,
        home=home_path(lang),
    )


def finish_about(site: SiteSettings, lang: str, rev: int, fp: str) -> SiteObject:
    """The page as an object. Raises Misconfigured if it lacks a notice."""
    content = render_about(site, lang, rev)
    check_listing(content, notices_for_feed(lang, site), entry_label(lang, holds_originals(site, lang)), 0)
    return listing_object(about_path(lang), HTML_TYPE, content, listing_tags(lang), rev, fp)
