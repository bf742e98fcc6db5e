"""Changes of the index without what nobody can read of them."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, HomeRow, YearRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.stores import listing_keys as keys
from colophon.stores import rows
from colophon.stores.damaged import Damaged
from colophon.stores.stream import Attributes, RowChange
from colophon.upload.keys import PostRef

_KINDS: Mapping[str, type] = {
    "clinic#": ClinicRow,
    "site": SiteRow,
    "stray": StrayRow,
    keys.ENTRIES: EntryRow,
    keys.RECENT: EntryRow,
    keys.YEARS: YearRow,
    keys.ARCHIVES: ArchiveRow,
    keys.DIRECTORY: DirectoryRow,
    keys.HOME: HomeRow,
}


def readable(change: RowChange) -> RowChange:
    """``change`` as if an item that nobody can read were not there: its record must not stop those behind it."""
    before, after = (_or_nothing(change.pk, item) for item in (change.before, change.after))
    return replace(change, before=before, after=after)


def _or_nothing(pk: str, item: Attributes) -> Attributes:
    try:
        _reader(pk)(dict(item))
    except Damaged:
        return {}
    return item


def _reader(pk: str) -> Callable[[dict[str, Any]], object]:
    kind, mark, name = pk.partition("#")
    if kind + mark == "post#":
        return lambda item: rows.read_post(PostRef(*name.split("/")), item)
    row = _KINDS.get(kind + mark)
    return lambda item: rows.read(row, item) if row and item else None
