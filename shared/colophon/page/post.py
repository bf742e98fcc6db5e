"""A post's page: bytes from a view."""

from functools import lru_cache

from colophon.abreast import Steps, alone
from colophon.edition.model import Translation
from colophon.language.dates import date_words, instant_stamp, instant_words
from colophon.language.words import words_for
from colophon.notices.policy import POLICY, owed
from colophon.notices.texts import Notice
from colophon.page.blocks import shown_body, shown_figures
from colophon.page.frame import Site, clinic_feed_links, framed, framed_by
from colophon.page.links import alternates, canonical_url, other_languages
from colophon.page.names import clinic_names, shown_names
from colophon.page.notices import ShownNotices, shown_notice
from colophon.page.paths import archive_path, profile_path
from colophon.page.structured import ai_disclosure, json_ld, modified, published
from colophon.page.template import Form, Shape, form, macro, place, script_json, shape_of
from colophon.views import PostView

_PARTS = "post_parts.html"


def post_page(view: PostView, rev: int, notices: tuple[Notice, ...] = ()) -> bytes:
    """The page of one edition, in UTF-8: the same view and ``rev`` (from 1) always make the same bytes.

    ``notices`` are what it owes, for who has asked already. Raises Misconfigured where notices or words are lacking
    in the page's language.
    """
    return alone(writing_page(view, rev, notices or owed(view)))


def writing_page(view: PostView, rev: int, notices: tuple[Notice, ...]) -> Steps[bytes]:
    """What ``post_page`` does, step by step."""
    head = _head(view)
    yield
    values = {"rev": rev, **head, **_article(view, notices)}
    yield
    said = {notice.id: shown_notice(notice) for notice in notices}
    site = framed_by(view.page.lang, view.site)
    made = _form(site, view.edition.is_original, shape_of(values), tuple(said))
    values.update(zip(map(_place_of, said), said.values(), strict=True))
    return made.filled(values)


@lru_cache(maxsize=256)
def _form(site: Site, original: bool, shape: Shape, notices: tuple[str, ...]) -> Form:
    said = ShownNotices({name: place(_place_of(name)) for name in notices})
    return form("post.html", shape, **framed(*site), original=original, notices=said)


@lru_cache(maxsize=64)
def _place_of(notice_id: str) -> str:
    return f"notice {notice_id}"


def _head(view: PostView) -> dict[str, object]:
    pictures, lang, others = shown_figures(view), view.page.lang, alternates(view)
    return {
        "policy": POLICY,
        "canonical": canonical_url(view),
        "alternates": macro(_PARTS, "alternates")(others) if others else "",
        "ai_disclosure": ai_disclosure(view),
        "json_ld": script_json(json_ld(view)),
        "published": published(view),
        "modified": modified(view),
        "feeds": clinic_feed_links(lang, view.clinic.name(lang), view.page.post.clinic),
        "picture": macro(_PARTS, "picture")(pictures[0], view.site.url) if pictures else "",
    }


def _article(view: PostView, notices: tuple[Notice, ...]) -> dict[str, object]:
    edition, lang, clinic = view.edition, view.page.lang, view.page.post.clinic
    front, words, others = edition.front, words_for(lang), other_languages(view)
    names = tuple(clinic_names(view.clinic, lang, view.site.original_language))
    corrections = front.corrections
    return {
        "title": front.title,
        "source_title": front.source.title,
        "original_language": view.site.original_language,
        "excerpt": edition.excerpt,
        "label": notices[0].text,
        "clinic": shown_names(names, lang),
        "posted_at": front.source.posted.isoformat(),
        "posted_on": date_words(front.source.posted, lang),
        "corrections": macro(_PARTS, "corrections")(corrections, words, date_words, lang) if corrections else "",
        "body": shown_body(view),
        "archive": archive_path(lang, clinic),
        "profile": profile_path(lang, clinic),
        "other_languages": macro(_PARTS, "other_languages")(others, words) if others else "",
        **_translated(front.translation, lang),
    }


def _translated(translation: Translation | None, lang: str) -> dict[str, str]:
    if translation is None:
        return {}
    return {
        "system": translation.system,
        "translated_at": instant_stamp(translation.at),
        "translated_on": instant_words(translation.at, lang),
    }
