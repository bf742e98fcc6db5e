"""A post's page: bytes from a view."""

from typing import Any

from colophon.edition.model import Translation
from colophon.notices.policy import POLICY, owed
from colophon.notices.texts import Notice
from colophon.page.blocks import shown_blocks, shown_figures
from colophon.page.dates import date_words, instant_stamp, instant_words
from colophon.page.feed_links import feed_links, shown_feed_links
from colophon.page.frame import frame
from colophon.page.links import alternates, canonical_url, other_languages
from colophon.page.names import clinic_names, shown_names
from colophon.page.paths import archive_path, profile_path
from colophon.page.shown_notices import shown_notices
from colophon.page.structured import ai_disclosure, json_ld, modified, published
from colophon.page.template import render, script_json
from colophon.page.view import PostView


def post_page(view: PostView, rev: int, notices: tuple[Notice, ...] = ()) -> bytes:
    """The page of one edition, in UTF-8: the same view and ``rev`` (from 1) always make the same bytes.

    ``notices`` are what it owes, for who has asked already. Raises Misconfigured where notices or words are lacking
    in the page's language.
    """
    article = _article(view, notices or owed(view))
    return render("post.html", **frame(view.page.lang, view.site, rev), **_head(view), **article)


def _head(view: PostView) -> dict[str, Any]:
    pictures, lang = shown_figures(view), view.page.lang
    return {
        "policy": POLICY,
        "canonical": canonical_url(view),
        "site_url": view.site.url,
        "alternates": alternates(view),
        "ai_disclosure": ai_disclosure(view),
        "json_ld": script_json(json_ld(view)),
        "published": published(view),
        "modified": modified(view),
        "feeds": shown_feed_links(feed_links(lang, view.clinic.name(lang), view.page.post.clinic)),
        "picture": pictures[0] if pictures else None,
    }


def _article(view: PostView, notices: tuple[Notice, ...]) -> dict[str, Any]:
    edition, lang, clinic = view.edition, view.page.lang, view.page.post.clinic
    posted = edition.front.source.posted
    names = tuple(clinic_names(view.clinic, lang, view.site.original_language))
    return {
        "front": edition.front,
        "original": edition.is_original,
        "original_language": view.site.original_language,
        "excerpt": edition.excerpt,
        "label": notices[0].text,
        "notices": shown_notices(notices),
        "clinic": shown_names(names, lang),
        "posted_at": posted.isoformat(),
        "posted_on": date_words(posted, lang),
        "blocks": shown_blocks(view),
        "date_words": date_words,
        "archive": archive_path(lang, clinic),
        "profile": profile_path(lang, clinic),
        "other_languages": other_languages(view),
        **_translated(edition.front.translation, lang),
    }


def _translated(translation: Translation | None, lang: str) -> dict[str, str]:
    if translation is None:
        return {}
    return {"translated_at": instant_stamp(translation.at), "translated_on": instant_words(translation.at, lang)}
