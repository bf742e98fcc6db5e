"""Which cache tags the changes of the index call for: at once, or once the listings that mention it are swapped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, YearRow
from colophon.decision.purging import clinic_purges, entries_that_left, is_less, post_purges
from colophon.page.objects import listing_tag
from colophon.stores import listing_keys as keys
from colophon.stores import rows
from colophon.stores.stream import RowChange
from colophon.upload.keys import PostRef
from colophon.verbs.relisting import Group, archive_group, directory_group, home_group, year_group

R = TypeVar("R")


def stale_posts(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the posts whose recorded change took something away or corrected it: what stands is put already."""
    found: list[str] = []
    for change in changes:
        kind, _, name = change.pk.partition("#")
        if kind == "post":
            post = PostRef(*name.split("/"))
            found += post_purges(rows.read_post(post, dict(change.before)), rows.read_post(post, dict(change.after)))
    return tuple(dict.fromkeys(found))


def stale_listings(changes: Sequence[RowChange]) -> Iterator[tuple[Group, str]]:
    """The groups of listings that must lose something, each with the tag to purge when it has been swapped."""
    yield from _entries(changes, keys.ENTRIES)
    yield from _entries(changes, keys.RECENT)
    for change in changes:
        kind, mark, name = change.pk.partition("#")
        match kind + mark:
            case "clinic#":
                before, after = rows.read_clinic(name, dict(change.before)), rows.read_clinic(name, dict(change.after))
                for tag in clinic_purges(before, after):
                    yield from ((archive_group(lang, name), tag) for lang in sorted({*before.langs, *after.langs}))
            case keys.YEARS if is_less(_read(YearRow, change.before), _read(YearRow, change.after)):
                lang, clinic = name.split("/")
                yield archive_group(lang, clinic), listing_tag(lang)
            case keys.ARCHIVES if is_less(_read(ArchiveRow, change.before), _read(ArchiveRow, change.after)):
                yield directory_group(name), listing_tag(name)
            case keys.DIRECTORY if is_less(_read(DirectoryRow, change.before), _read(DirectoryRow, change.after)):
                yield home_group(change.sk), listing_tag(change.sk)


def _entries(changes: Sequence[RowChange], partition: str) -> Iterator[tuple[Group, str]]:
    """The pages that left the listings of ``partition``: a clinic's entries, or a whole language's."""
    own = [change for change in changes if change.pk.startswith(partition)]
    for row in sorted(
        entries_that_left((_read(EntryRow, change.before), _read(EntryRow, change.after)) for change in own),
        key=lambda row: (row.lang, row.clinic, row.posted),
    ):
        group = year_group(row.lang, row.clinic, row.posted.year) if partition == keys.ENTRIES else home_group(row.lang)
        yield group, listing_tag(row.lang)


def _read(kind: type[R], item: Mapping[str, Any]) -> R | None:
    return rows.read(kind, dict(item)) if item else None
