"""Entries as listings show them: the label first, and nothing that the entry does not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from colophon.notices.policy import entry_label
from colophon.page.dates import date_words
from colophon.page.entry import Entry, Picture
from colophon.page.paths import archive_path
from colophon.page.shown_notices import shown_notice
from colophon.page.srcset import srcset_of

# Pictures further down are fetched when a reader comes near them.
_FETCHED_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class TagLink:
    """A tag, and where it leads: to the clinic's archive, whose search looks for what stands behind ``#q=``."""

    tag: str
    path: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry with the label that it owes. ``source_title`` is empty where the title is the original's own."""

    entry: Entry
    label: Markup
    day: str
    source_title: str
    archive: str
    picture: Picture | None
    srcset: str
    lazy: bool
    tags: tuple[TagLink, ...]


def shown_entries(entries: Iterable[Entry]) -> list[ShownEntry]:
    """``entries`` in their order."""
    return [_shown(entry, place) for place, entry in enumerate(entries)]


def tag_links(tags: Iterable[str], lang: str, clinic: str) -> tuple[TagLink, ...]:
    """``tags`` in their order. Without a script each leads to the clinic's archive, and no further."""
    archive = archive_path(lang, clinic)
    return tuple(TagLink(tag, f"{archive}#q={quote(tag, safe='')}") for tag in tags)


def _shown(entry: Entry, place: int) -> ShownEntry:
    picture = entry.pictures[0] if entry.pictures else None
    return ShownEntry(
        entry=entry,
        label=shown_notice(entry_label(entry.lang, entry.original)),
        day=date_words(entry.posted, entry.lang),
        source_title="" if entry.original else entry.source_title,
        archive=archive_path(entry.lang, entry.clinic),
        picture=picture,
        srcset=srcset_of(picture.path, picture.widths) if picture else "",
        lazy=place >= _FETCHED_AT_ONCE,
        tags=tag_links(entry.tags, entry.lang, entry.clinic),
    )
