"""A clinic's archive: years and months with counts, the newest posts, the search."""

from typing import Any

from colophon.listings.calendar import build_calendar
from colophon.listings.entries import render_entries, tag_links
from colophon.listings.head import (
    archive_description,
    describe_clinic,
    describe_collection,
    head_values,
    holds_originals,
    posts_title,
    render_notice_box,
)
from colophon.listings.search import search_script_path
from colophon.listings.view import ArchiveView
from colophon.notices.policy import entry_label
from colophon.page.frame import build_frame, feed_links
from colophon.page.notices import render_notice
from colophon.page.paths import archive_path, profile_path, search_shard_path
from colophon.page.template import render


def render_archive(view: ArchiveView, rev: int) -> bytes:
    """``/<lang>/<clinic>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    return render(
        "archive.html",
        **build_frame(lang, site, rev),
        **_archive_head(view),
        notice_box=render_notice_box(site, lang),
        names=clinic.names,
        profile=profile_path(lang, clinic.slug),
        originals=holds_originals(site, lang),
        entries=render_entries(view.newest, site.original_language),
        years=build_calendar(clinic, view.years),
        tags=tag_links(view.tags, lang, clinic.slug),
        shards=" ".join(search_shard_path(lang, clinic.slug, year.year) for year in view.years),
        script=search_script_path(),
        label=render_notice(entry_label(lang, holds_originals(site, lang))),
    )


def _archive_head(view: ArchiveView) -> dict[str, Any]:
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, name = archive_path(lang, clinic.slug), clinic.names[0].text
    title = f"{name} · {posts_title(site, lang)}"
    listed = [(entry.title, entry.path) for entry in view.newest]
    return head_values(
        site,
        path,
        title,
        archive_description(site, lang, name),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.years),
    )
