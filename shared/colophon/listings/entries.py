"""Entries as listings show them: the label first, and nothing that the entry does not hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

from colophon.notices.policy import entry_label
from colophon.page.catalogue import words_for
from colophon.page.dates import date_words
from colophon.page.entry import Entry, Picture
from colophon.page.paths import archive_path
from colophon.page.shown_notices import shown_notice
from colophon.page.srcset import srcset_of
from colophon.page.template import macro

# Pictures further down are fetched when a reader comes near them.
_FETCHED_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class TagLink:
    """A tag, and where it leads: to the clinic's archive, whose search looks for what stands behind ``#q=``."""

    tag: str
    path: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """What is shown of an entry beside what it holds, with the label that it owes.

    ``source_title`` is empty where the title is the original's own, ``archive`` where all entries are of one clinic.
    """

    label: Markup
    path: str
    date: str
    day: str
    source_title: str
    archive: str
    picture: Picture | None
    srcset: str
    lazy: bool
    tags: tuple[TagLink, ...]


def shown_entries(
    entries: Sequence[Entry], original_language: str, *, heading: str = "h3", with_clinic: bool = False
) -> Markup:
    """``entries``, all in one language, as HTML in their order; ``heading`` is the element of their titles."""
    show = macro("entry.html", "entry")
    shown = (
        show(entry, _shown(entry, place, with_clinic), words_for(entry.lang), original_language, heading)
        for place, entry in enumerate(entries)
    )
    # A template of ours has escaped all that is in it.
    return Markup("".join(shown))  # noqa: S704


def tag_links(tags: Iterable[str], lang: str, clinic: str) -> tuple[TagLink, ...]:
    """``tags`` in their order. Without a script each leads to the clinic's archive, and no further."""
    archive = archive_path(lang, clinic)
    return tuple(TagLink(tag, f"{archive}#q={_quoted(tag)}") for tag in tags)


@lru_cache(maxsize=1024)
def _quoted(tag: str) -> str:
    return quote(tag, safe="")


def _shown(entry: Entry, place: int, with_clinic: bool) -> ShownEntry:
    picture = entry.pictures[0] if entry.pictures else None
    return ShownEntry(
        label=shown_notice(entry_label(entry.lang, entry.original)),
        path=entry.path,
        date=entry.posted.isoformat(),
        day=date_words(entry.posted, entry.lang),
        source_title="" if entry.original else entry.source_title,
        archive=archive_path(entry.lang, entry.clinic) if with_clinic else "",
        picture=picture,
        srcset=srcset_of(picture.path, picture.widths) if picture else "",
        lazy=place >= _FETCHED_AT_ONCE,
        tags=tag_links(entry.tags, entry.lang, entry.clinic),
    )
