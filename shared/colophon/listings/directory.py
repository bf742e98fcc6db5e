"""Every clinic of a language and its tags: a way to search that needs no script."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from colophon.language.words import words_for
from colophon.listings.cards import clinic_cards
from colophon.listings.entries import tag_links
from colophon.listings.head import collection, listing_head, notice_box
from colophon.listings.view import DirectoryView, ShownClinic
from colophon.page.frame import feed_links, frame
from colophon.page.names import Name
from colophon.page.paths import archive_path, directory_path
from colophon.page.template import render


class Topic(Struct, frozen=True):
    """A tag, and the clinics that have it: the name for readers, and the way to their posts on it."""

    tag: str
    clinics: tuple[tuple[Name, str], ...]


def directory_page(view: DirectoryView, rev: int) -> bytes:
    """``/<lang>/search/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render(
        "directory.html",
        **frame(view.lang, view.site, rev),
        **_head(view),
        notice_box=notice_box(view.site, view.lang),
        clinics=clinic_cards(view.clinics, view.lang),
        topics=_topics(view.clinics, view.lang),
    )


def _head(view: DirectoryView) -> dict[str, Any]:
    lang, site, words = view.lang, view.site, words_for(view.lang)
    path = directory_path(lang)
    listed = [(clinic.names[0].text, archive_path(lang, clinic.clinic)) for clinic in view.clinics]
    return listing_head(
        site,
        path,
        words.all_clinics,
        words.directory_description,
        described=collection(site, lang, path, words.all_clinics, listed),
        feeds=feed_links(lang, site.title(lang)),
        indexed=bool(view.clinics),
    )


def _topics(clinics: Iterable[ShownClinic], lang: str) -> list[Topic]:
    """All tags, by letter and whatever their case; the clinics of each in the order of ``clinics``."""
    found: dict[str, list[tuple[Name, str]]] = {}
    for clinic in clinics:
        for link in tag_links(clinic.tags, lang, clinic.clinic):
            found.setdefault(link.tag, []).append((clinic.names[0], link.path))
    return [Topic(tag, tuple(found[tag])) for tag in sorted(found, key=lambda tag: (tag.casefold(), tag))]
