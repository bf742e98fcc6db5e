"""Entries as listings show them: the label first, and nothing that the entry does not hold."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup
from msgspec import Struct

from colophon.language.dates import date_words
from colophon.language.words import words_for
from colophon.notices.policy import entry_label
from colophon.page.blocks import srcset_of
from colophon.page.entry import Entry, Picture
from colophon.page.names import shown_names
from colophon.page.notices import shown_notice
from colophon.page.paths import archive_path
from colophon.page.template import Form, Shape, form, macro, shape_of

# Pictures further down are fetched when a reader comes near them.
_FETCHED_AT_ONCE = 2


class TagLink(Struct, frozen=True):
    """A tag, and where it leads: to the clinic's archive, whose search looks for what stands behind ``#q=``."""

    tag: str
    path: str


def shown_entries(
    entries: Sequence[Entry], original_language: str, *, heading: str = "h3", with_clinic: bool = False
) -> Markup:
    """``entries``, all in one language, as HTML in their order; ``heading`` is the element of their titles."""
    shown = []
    for place, entry in enumerate(entries):
        values = _values(entry, place, with_clinic)
        shown.append(_form(entry.lang, original_language, heading, shape_of(values)).filled(values))
    # A template of ours has escaped all that is in it.
    return Markup(b"".join(shown).decode())  # noqa: S704


@lru_cache(maxsize=256)
def _form(lang: str, original_language: str, heading: str, shape: Shape) -> Form:
    words = words_for(lang)
    return form("listed.html", shape, words=words, original_language=original_language, heading=heading)


def tag_links(tags: Iterable[str], lang: str, clinic: str) -> tuple[TagLink, ...]:
    """``tags`` in their order. Without a script each leads to the clinic's archive, and no further."""
    archive = archive_path(lang, clinic)
    return tuple(TagLink(tag, f"{archive}#q={_quoted(tag)}") for tag in tags)


@lru_cache(maxsize=1024)
def _quoted(tag: str) -> str:
    return quote(tag, safe="")


@lru_cache(maxsize=1024)
def _shown_tags(tags: tuple[str, ...], lang: str, clinic: str) -> Markup:
    return macro("entry.html", "tags")(tag_links(tags, lang, clinic), words_for(lang))


def _values(entry: Entry, place: int, with_clinic: bool) -> dict[str, object]:
    """``source_title`` is empty where the title is the original's own, ``archive`` where all are of one clinic."""
    return {
        "label": shown_notice(entry_label(entry.lang, entry.original)),
        "path": entry.path,
        "title": entry.title,
        "source_title": "" if entry.original else entry.source_title,
        "archive": archive_path(entry.lang, entry.clinic) if with_clinic else "",
        "clinic": shown_names(entry.names[:1], entry.lang) if with_clinic else "",
        "date": entry.posted.isoformat(),
        "day": date_words(entry.posted, entry.lang),
        "excerpt": entry.excerpt,
        "tags": _shown_tags(entry.tags, entry.lang, entry.clinic) if entry.tags else "",
        "picture": _shown_picture(entry.pictures[0], place) if entry.pictures else "",
    }


def _shown_picture(picture: Picture, place: int) -> Markup:
    srcset = srcset_of(picture.path, picture.widths)
    return macro("entry.html", "picture")(picture, srcset, lazy=place >= _FETCHED_AT_ONCE)
