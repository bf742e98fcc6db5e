"""Which cache tags the changes of the index call for: at once, or once the listings that mention it are swapped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, YearRow
from colophon.decision.purging import clinic_purges, entries_that_left, is_less, languages_that_lost, post_purges
from colophon.page.objects import listing_tag
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.stream import RowChange
from colophon.upload.keys import PostRef

R = TypeVar("R")


def stale_posts(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the posts of which something was taken away or corrected: what stands instead is put already."""
    return tuple(dict.fromkeys(tag for change in changes for tag in _of_post(change)))


def stale_listings(changes: Sequence[RowChange]) -> tuple[str, ...]:
    """The tags of the listings that lose something by ``changes``; to be sent when they have been swapped."""
    entries = [change for change in changes if f"{change.pk.partition('#')[0]}#" in (keys.ENTRIES, keys.RECENT)]
    shown = [(_read(EntryRow, change.before), _read(EntryRow, change.after)) for change in entries]
    tags = [listing_tag(lang) for lang in languages_that_lost(shown) | {row.lang for row in entries_that_left(shown)}]
    return tuple(sorted({*tags, *(tag for change in changes for tag in _of_group(change))}))


def _of_post(change: RowChange) -> Iterator[str]:
    kind, _, name = change.pk.partition("#")
    if kind == "post":
        post = PostRef(*name.split("/"))
        yield from post_purges(
            row_encoding.read_post(post, dict(change.before)), row_encoding.read_post(post, dict(change.after))
        )


def _of_group(change: RowChange) -> Iterator[str]:
    """The listings that are made from a row which shows less than it did."""
    kind, mark, name = change.pk.partition("#")
    match kind + mark:
        case "clinic#":
            before, after = (
                row_encoding.read_clinic(name, dict(change.before)),
                row_encoding.read_clinic(name, dict(change.after)),
            )
            yield from clinic_purges(before, after)
        case keys.YEARS if is_less(_read(YearRow, change.before), _read(YearRow, change.after)):
            yield listing_tag(name.partition("/")[0])
        case keys.ARCHIVES if is_less(_read(ArchiveRow, change.before), _read(ArchiveRow, change.after)):
            yield listing_tag(name)
        case keys.DIRECTORY if is_less(_read(DirectoryRow, change.before), _read(DirectoryRow, change.after)):
            yield listing_tag(change.sk)


def _read(kind: type[R], item: Mapping[str, Any]) -> R | None:
    return row_encoding.read(kind, dict(item)) if item else None
