"""The page of a tag: the newest posts of a clinic with it, and the years that have further ones.

It is made for the changes of some minutes together, so it leads to the search, which finds a post sooner.
"""

from typing import Any

from msgspec import Struct

from colophon.language.dates import format_year
from colophon.listings.entries import render_entries
from colophon.listings.finished import clinic_object, pass_gate
from colophon.listings.head import (
    describe_clinic,
    describe_collection,
    describe_listing,
    head_values,
    holds_originals,
    render_notice_box,
)
from colophon.listings.search import search_field
from colophon.listings.sources import ClinicInLanguage
from colophon.page.breadcrumb import crumbs_of_clinic, render_breadcrumb
from colophon.page.entry import Entry
from colophon.page.frame import build_frame, feed_links
from colophon.page.objects import HTML_TYPE, SiteObject
from colophon.page.paths import archive_path, tag_path, year_path
from colophon.page.tags import search_path, slug_of
from colophon.page.template import render


class TagView(Struct, frozen=True):
    """``/<lang>/<clinic>/tags/<slug>/``: the newest of the ``count`` posts with the tag.

    ``older`` are the years with others, the latest first, and how many of those each has.
    """

    clinic: ClinicInLanguage
    tag: str
    count: int
    entries: tuple[Entry, ...] = ()
    older: tuple[tuple[int, int], ...] = ()


class _YearLink(Struct, frozen=True):
    """A year with further posts, and their number."""

    name: str
    path: str
    count: int


def render_tag(view: TagView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    return render(
        "tag.html",
        **build_frame(lang, site, rev),
        **_tag_head(view),
        notice_box=render_notice_box(site, lang),
        tag=view.tag,
        count=view.count,
        names=clinic.names,
        archive=archive_path(lang, clinic.slug),
        breadcrumb=render_breadcrumb(crumbs_of_clinic(lang, clinic.slug, clinic.names[0]), lang),
        search_of_clinic=search_path(view.tag, lang, clinic.slug),
        entries=render_entries(view.entries, site.original_language, heading="h2"),
        older=[_link_year(view, year, count) for year, count in view.older],
        originals=holds_originals(site, lang),
        search_field=search_field(lang, holds_originals(site, lang)),
    )


def _link_year(view: TagView, year: int, count: int) -> _YearLink:
    lang = view.clinic.lang
    return _YearLink(format_year(year, lang), year_path(lang, view.clinic.slug, year), count)


def _tag_head(view: TagView) -> dict[str, Any]:
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, name = tag_path(lang, clinic.slug, slug_of(view.tag)), clinic.names[0].text
    title = f"{view.tag} · {name}"
    listed = [(entry.title, entry.path) for entry in view.entries]
    return head_values(
        site,
        path,
        title,
        describe_listing("tags", site, lang, clinic=name, tag=view.tag),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.count),
    )


def finish_tag(view: TagView, rev: int, fp: str) -> SiteObject:
    """The page as an object. Raises Misconfigured if it lacks a notice or a label."""
    clinic = view.clinic
    content = pass_gate(render_tag(view, rev), clinic.lang, clinic.site, view.entries)
    return clinic_object(clinic, tag_path(clinic.lang, clinic.slug, slug_of(view.tag)), HTML_TYPE, content, rev, fp)
