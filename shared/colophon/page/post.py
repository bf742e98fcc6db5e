"""Render a post's page."""

from datetime import date
from functools import lru_cache

from colophon.edition.model import Translation
from colophon.language.dates import format_day, format_instant, format_month, format_timestamp
from colophon.language.words import words_for
from colophon.notices.policy import POLICY_VERSION, notices_for
from colophon.notices.texts import Notice
from colophon.page.blocks import render_body, visible_figures
from colophon.page.breadcrumb import Crumb, crumbs_of_clinic, describe_breadcrumb, render_breadcrumb
from colophon.page.cards import render_card
from colophon.page.differences import describe_differences
from colophon.page.frame import (
    FrameKey,
    fill_languages,
    frame_key,
    frame_values,
    render_clinic_feed_links,
    render_top_with_slots,
)
from colophon.page.links import alternates, canonical_url, other_languages
from colophon.page.names import clinic_names, render_names
from colophon.page.notices import RenderedNotices, render_notice
from colophon.page.paths import archive_path, entry_path, month_path, page_path, profile_path
from colophon.page.scripts import post_script_path
from colophon.page.structured import ai_disclosure, describe_post, modified_at, published_at
from colophon.page.tags import render_tags
from colophon.page.template import PrerenderedPage, Slots, load_macro, prerender, slot_marker, slots_for, to_script_json
from colophon.views import PostView

_PARTS = "post_parts.html"


def render_post(view: PostView, rev: int, notices: tuple[Notice, ...] = ()) -> bytes:
    """The page of one edition, in UTF-8. The same view and ``rev`` (from 1) always give the same bytes.

    ``notices`` are those of ``notices_for(view)``, if the caller has them. Raises Misconfigured if notices or words are
    missing in the page's language.
    """
    notices = notices or notices_for(view)
    values = {"rev": rev, **_head_values(view), **_article_values(view, notices), **_place_values(view)}
    rendered = {notice.id: render_notice(notice) for notice in notices}
    frame = frame_key(view.page.lang, view.site)
    prerendered = _prerender_post(frame, view.edition.is_original, slots_for(values), tuple(rendered))
    values.update(zip(map(_notice_slot, rendered), rendered.values(), strict=True))
    live = {view.page.lang: page_path(view.page), **{sibling.lang: sibling.path for sibling in view.siblings}}
    values.update(fill_languages(view.site, live))
    return prerendered.fill(values)


@lru_cache(maxsize=256)
def _prerender_post(frame: FrameKey, original: bool, slots: Slots, notices: tuple[str, ...]) -> PrerenderedPage:
    markers = RenderedNotices({name: slot_marker(_notice_slot(name)) for name in notices})
    values = {**frame_values(*frame), "top": render_top_with_slots(frame)}
    return prerender("post.html", slots, **values, script=post_script_path(), original=original, notices=markers)


@lru_cache(maxsize=64)
def _notice_slot(notice_id: str) -> str:
    return f"notice {notice_id}"


def _place_values(view: PostView) -> dict[str, object]:
    """Where the post stands: the pages above it, and its entry in its month."""
    page, posted = view.page, view.edition.front_matter.source.posted
    name, *_ = clinic_names(view.clinic, page.lang, view.site.original_language)
    month = _crumb_of_month(page.lang, page.post.clinic, posted.year, posted.month)
    crumbs = (*crumbs_of_clinic(page.lang, page.post.clinic, name), month)
    described = describe_breadcrumb(crumbs, view.edition.front_matter.title, view.site)
    return {
        "breadcrumb": render_breadcrumb(crumbs, page.lang),
        "breadcrumb_json": to_script_json({"@context": "https://schema.org", **described}),
        "own_entry": entry_path(page, posted.year, posted.month),
        "in_month": words_for(page.lang).in_month.format(month=month.text),
    }


@lru_cache(maxsize=1024)
def _crumb_of_month(lang: str, clinic: str, year: int, month: int) -> Crumb:
    return Crumb(format_month(date(year, month, 1), lang), lang, month_path(lang, clinic, year, month))


def _head_values(view: PostView) -> dict[str, object]:
    pictures, lang, others = visible_figures(view), view.page.lang, alternates(view)
    clinic = view.clinic.name(lang)
    return {
        "policy": POLICY_VERSION,
        "canonical": canonical_url(view),
        "alternates": load_macro(_PARTS, "alternates")(others) if others else "",
        "ai_disclosure": ai_disclosure(view),
        "json_ld": to_script_json(describe_post(view)),
        "published": published_at(view),
        "modified": modified_at(view),
        "differences_json": describe_differences(view.comparison),
        "feeds": render_clinic_feed_links(lang, clinic, view.page.post.clinic),
        "picture": load_macro(_PARTS, "picture")(pictures[0], view.site.url)
        if pictures
        else render_card(view.site, lang, view.card, clinic),
    }


def _article_values(view: PostView, notices: tuple[Notice, ...]) -> dict[str, object]:
    edition, lang, clinic = view.edition, view.page.lang, view.page.post.clinic
    front, words, others = edition.front_matter, words_for(lang), other_languages(view)
    names = tuple(clinic_names(view.clinic, lang, view.site.original_language))
    corrections = front.corrections
    return {
        "title": front.title,
        "source_title": front.source.title,
        "original_language": view.site.original_language,
        "excerpt": edition.excerpt,
        # A derived excerpt is the text's own first lines, which follow right below.
        "lead": front.excerpt or "",
        "label": notices[0].text,
        "clinic": render_names(names, lang),
        "posted_at": front.source.posted.isoformat(),
        "posted_on": format_day(front.source.posted, lang),
        "corrections": load_macro(_PARTS, "corrections")(corrections, words, format_day, lang) if corrections else "",
        "beside": load_macro(_PARTS, "beside")(words) if view.beside else "",
        "body": render_body(view),
        "tags": render_tags(front.tags, lang, clinic) if front.tags else "",
        "archive": archive_path(lang, clinic),
        "profile": profile_path(lang, clinic),
        "other_languages": load_macro(_PARTS, "other_languages")(others, words) if others else "",
        **_translation_values(front.translation, lang),
    }


def _translation_values(translation: Translation | None, lang: str) -> dict[str, str]:
    if translation is None:
        return {}
    return {
        "system": translation.system,
        "translated_at": format_timestamp(translation.at),
        "translated_on": format_instant(translation.at, lang),
    }
