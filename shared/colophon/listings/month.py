"""A month of a clinic: every live page that was posted in it."""

from datetime import date
from functools import lru_cache

from colophon.language.dates import format_month
from colophon.language.words import words_for
from colophon.listings.entries import render_entries
from colophon.listings.head import (
    describe_clinic,
    describe_collection,
    head_values,
    holds_originals,
    month_description,
    render_notice_box,
)
from colophon.listings.view import MonthView
from colophon.page.frame import FrameKey, feed_links, frame_key, frame_values
from colophon.page.names import render_names, render_other_names
from colophon.page.paths import archive_path, month_path
from colophon.page.template import PrerenderedPage, Slots, prerender, slots_for


def render_month(view: MonthView, rev: int) -> bytes:
    """``/<lang>/<clinic>/<yyyy>/<mm>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path = month_path(lang, clinic.slug, view.year, view.month)
    month, name = format_month(date(view.year, view.month, 1), lang), clinic.names[0].text
    title = f"{name} · {month}"
    listed = [(entry.title, entry.path) for entry in view.entries]
    head = head_values(
        site,
        path,
        title,
        month_description(site, lang, name, month),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.entries),
    )
    values = {
        "rev": rev,
        **head,
        "notice_box": render_notice_box(site, lang),
        "month": month,
        "first_name": render_names(clinic.names[:1], lang),
        "other_names": render_other_names(clinic.names, lang),
        "archive": archive_path(lang, clinic.slug),
        "count": words_for(lang).post_count.format(number=len(view.entries)),
        "entries": render_entries(view.entries, site.original_language, heading="h2"),
    }
    return _prerender_month(frame_key(lang, site), holds_originals(site, lang), slots_for(values)).fill(values)


@lru_cache(maxsize=64)
def _prerender_month(frame: FrameKey, originals: bool, slots: Slots) -> PrerenderedPage:
    return prerender("month.html", slots, **frame_values(*frame), originals=originals)
