"""Entries as listing pages show them, each with its label first."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from colophon.language.dates import format_day
from colophon.language.words import words_for
from colophon.notices.policy import entry_label
from colophon.page.blocks import build_srcset
from colophon.page.entry import Entry, Picture
from colophon.page.names import render_names
from colophon.page.notices import render_notice
from colophon.page.paths import archive_path, entry_id
from colophon.page.tags import render_tags
from colophon.page.template import PrerenderedPage, Slots, load_macro, prerender, slots_for

# Browsers load further pictures when a reader scrolls near them.
_EAGER_PICTURES = 2


def render_entries(
    entries: Sequence[Entry], original_language: str, *, heading: str = "h3", with_clinic: bool = False
) -> Markup:
    """``entries``, all in one language, as HTML; ``heading`` is the element of their titles."""
    rendered = [
        _render_entry(entry, original_language, heading, with_clinic, bool(entry.pictures) and index >= _EAGER_PICTURES)
        for index, entry in enumerate(entries)
    ]
    # The template has escaped the values.
    return Markup(b"".join(rendered).decode())  # noqa: S704


@lru_cache(maxsize=512)
def _render_entry(entry: Entry, original_language: str, heading: str, with_clinic: bool, lazy: bool) -> bytes:
    """Cached, as a post's month lists it, and the page of each of its tags."""
    values = _entry_values(entry, with_clinic, lazy)
    return _prerender_entry(entry.lang, original_language, heading, slots_for(values)).fill(values)


@lru_cache(maxsize=256)
def _prerender_entry(lang: str, original_language: str, heading: str, slots: Slots) -> PrerenderedPage:
    words = words_for(lang)
    return prerender("listed.html", slots, words=words, original_language=original_language, heading=heading)


def _entry_values(entry: Entry, with_clinic: bool, lazy: bool) -> dict[str, object]:
    """``source_title`` is empty if the page is an original, ``archive`` and ``clinic`` if all are of one clinic.

    ``id`` is empty if they are not: two clinics may have posts of one name.
    """
    return {
        "id": "" if with_clinic else entry_id(entry.post),
        "label": render_notice(entry_label(entry.lang, entry.original)),
        "path": entry.path,
        "title": entry.title,
        "source_title": "" if entry.original else entry.source_title,
        "archive": archive_path(entry.lang, entry.clinic) if with_clinic else "",
        "clinic": render_names(entry.names[:1], entry.lang) if with_clinic else "",
        "date": entry.posted.isoformat(),
        "day": format_day(entry.posted, entry.lang),
        "excerpt": entry.excerpt,
        "tags": render_tags(entry.tags, entry.lang, entry.clinic) if entry.tags else "",
        "picture": _render_picture(entry.pictures[0], lazy) if entry.pictures else "",
    }


def _render_picture(picture: Picture, lazy: bool) -> Markup:
    srcset = build_srcset(picture.path, picture.widths)
    return load_macro("entry.html", "picture")(picture, srcset, lazy=lazy)
