"""The home page of a language: the newest posts of all clinics."""

from typing import Any

from colophon.listings.cards import clinic_cards
from colophon.listings.entries import shown_entries
from colophon.listings.head import collection, home_alternates, home_description, listing_head, notice_box, posts_title
from colophon.listings.view import HomeView
from colophon.page.frame import feed_links, frame
from colophon.page.paths import directory_path, home_path
from colophon.page.template import render


def home_page(view: HomeView, rev: int) -> bytes:
    """``/<lang>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    lang, site = view.lang, view.site
    return render(
        "home.html",
        **frame(lang, site, rev),
        **_head(view),
        notice_box=notice_box(site, lang),
        about=site.about.get(lang, ""),
        entries=shown_entries(view.newest, site.original_language, with_clinic=True),
        clinics=clinic_cards(view.clinics, lang),
        total=view.total,
        directory=directory_path(lang),
    )


def _head(view: HomeView) -> dict[str, Any]:
    lang, site, path = view.lang, view.site, home_path(view.lang)
    title = posts_title(site, lang)
    listed = [(entry.title, entry.path) for entry in view.newest]
    return listing_head(
        site,
        path,
        title,
        home_description(site, lang),
        described=collection(site, lang, path, title, listed),
        feeds=feed_links(lang, site.title(lang)),
        alternates=home_alternates(site),
    )
