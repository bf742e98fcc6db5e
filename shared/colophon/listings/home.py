"""The home page of a language: the newest posts of all clinics."""

from typing import Any

from colophon.listings.cards import build_clinic_cards
from colophon.listings.entries import render_entries
from colophon.listings.head import (
    describe_collection,
    head_values,
    home_alternates,
    home_description,
    posts_title,
    render_notice_box,
)
from colophon.listings.view import HomeView
from colophon.page.frame import build_frame, feed_links
from colophon.page.paths import directory_path, home_path
from colophon.page.template import render


def render_home(view: HomeView, rev: int) -> bytes:
    """``/<lang>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    lang, site = view.lang, view.site
    return render(
        "home.html",
        **build_frame(lang, site, rev),
        **_home_head(view),
        notice_box=render_notice_box(site, lang),
        about=site.about.get(lang, ""),
        entries=render_entries(view.newest, site.original_language, with_clinic=True),
        clinics=build_clinic_cards(view.clinics, lang),
        total=view.total,
        directory=directory_path(lang),
    )


def _home_head(view: HomeView) -> dict[str, Any]:
    lang, site, path = view.lang, view.site, home_path(view.lang)
    title = posts_title(site, lang)
    listed = [(entry.title, entry.path) for entry in view.newest]
    return head_values(
        site,
        path,
        title,
        home_description(site, lang),
        json_ld=describe_collection(site, lang, path, title, listed),
        feeds=feed_links(lang, site.title(lang)),
        alternates=home_alternates(site),
    )
