"""A clinic's archive: years and months with counts, the newest posts, the search."""

from typing import Any

from colophon.listings.calendar import shown_years
from colophon.listings.entries import shown_entries, tag_links
from colophon.listings.head import (
    archive_description,
    clinic,
    collection,
    holds_originals,
    listing_head,
    notice_box,
    posts_title,
)
from colophon.listings.search import search_script_path
from colophon.listings.view import ArchiveView
from colophon.notices.policy import entry_label
from colophon.page.frame import feed_links, frame
from colophon.page.notices import shown_notice
from colophon.page.paths import archive_path, profile_path, search_shard_path
from colophon.page.template import render


def archive_page(view: ArchiveView, rev: int) -> bytes:
    """``/<lang>/<clinic>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    shelf, lang, site = view.shelf, view.shelf.lang, view.shelf.site
    return render(
        "archive.html",
        **frame(lang, site, rev),
        **_head(view),
        notice_box=notice_box(site, lang),
        names=shelf.names,
        profile=profile_path(lang, shelf.clinic),
        originals=holds_originals(site, lang),
        entries=shown_entries(view.newest, site.original_language),
        years=shown_years(shelf, view.years),
        tags=tag_links(view.tags, lang, shelf.clinic),
        shards=" ".join(search_shard_path(lang, shelf.clinic, year.year) for year in view.years),
        script=search_script_path(),
        label=shown_notice(entry_label(lang, holds_originals(site, lang))),
    )


def _head(view: ArchiveView) -> dict[str, Any]:
    shelf, lang, site = view.shelf, view.shelf.lang, view.shelf.site
    path, name = archive_path(lang, shelf.clinic), shelf.names[0].text
    title = f"{name} · {posts_title(site, lang)}"
    listed = [(entry.title, entry.path) for entry in view.newest]
    return listing_head(
        site,
        path,
        title,
        archive_description(site, lang, name),
        described=collection(site, lang, path, title, listed, clinic(shelf.names)),
        feeds=feed_links(lang, name, shelf.clinic),
        indexed=bool(view.years),
    )
