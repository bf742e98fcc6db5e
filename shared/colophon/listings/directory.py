"""Every clinic of a language and its tags: a way to search that needs no script."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from colophon.language.words import words_for
from colophon.listings.cards import build_clinic_cards
from colophon.listings.entries import tag_links
from colophon.listings.head import describe_collection, head_values, render_notice_box
from colophon.listings.view import ClinicSummary, DirectoryView
from colophon.page.frame import build_frame, feed_links
from colophon.page.names import ClinicName
from colophon.page.paths import archive_path, directory_path
from colophon.page.template import render


class Topic(Struct, frozen=True):
    """A tag, and the clinics that have it: the name for readers, and the way to their posts on it."""

    tag: str
    clinics: tuple[tuple[ClinicName, str], ...]


def render_directory(view: DirectoryView, rev: int) -> bytes:
    """``/<lang>/search/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render(
        "directory.html",
        **build_frame(view.lang, view.site, rev),
        **_directory_head(view),
        notice_box=render_notice_box(view.site, view.lang),
        clinics=build_clinic_cards(view.clinics, view.lang),
        topics=_collect_topics(view.clinics, view.lang),
    )


def _directory_head(view: DirectoryView) -> dict[str, Any]:
    lang, site, words = view.lang, view.site, words_for(view.lang)
    path = directory_path(lang)
    listed = [(clinic.names[0].text, archive_path(lang, clinic.clinic)) for clinic in view.clinics]
    return head_values(
        site,
        path,
        words.all_clinics,
        words.directory_description,
        json_ld=describe_collection(site, lang, path, words.all_clinics, listed),
        feeds=feed_links(lang, site.title(lang)),
        indexed=bool(view.clinics),
    )


def _collect_topics(clinics: Iterable[ClinicSummary], lang: str) -> list[Topic]:
    """All tags, by letter and whatever their case; the clinics of each in the order of ``clinics``."""
    clinics_by_tag: dict[str, list[tuple[ClinicName, str]]] = {}
    for clinic in clinics:
        for link in tag_links(clinic.tags, lang, clinic.clinic):
            clinics_by_tag.setdefault(link.tag, []).append((clinic.names[0], link.path))
    return [
        Topic(tag, tuple(clinics_by_tag[tag])) for tag in sorted(clinics_by_tag, key=lambda tag: (tag.casefold(), tag))
    ]
