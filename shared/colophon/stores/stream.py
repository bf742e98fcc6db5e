"""The table's stream as Lambda delivers it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, HomeRow, YearRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.stores import listing_keys as keys
from colophon.stores import row_encoding
from colophon.stores.row_encoding import Damaged
from colophon.upload.keys import PostRef

Attributes = Mapping[str, Any]


class RowChange(Struct, frozen=True):
    """An item's key, and the item before and after (empty: it was not there)."""

    pk: str
    sk: str
    before: Attributes
    after: Attributes


def changes_in(event: Mapping[str, Any]) -> Iterator[RowChange]:
    """The changes that one invocation brings, in their order."""
    return (change_of(record) for record in event["Records"])


def change_of(record: Mapping[str, Any]) -> RowChange:
    """The change that one record of the stream tells of, with both images (template.yaml asks for them)."""
    stream = record["dynamodb"]
    keys = stream["Keys"]
    return RowChange(keys["pk"]["S"], keys["sk"]["S"], stream.get("OldImage", {}), stream.get("NewImage", {}))


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
        return lambda item: row_encoding.read_post(PostRef(*name.split("/")), item)
    row = _KINDS.get(kind + mark)
    return lambda item: row_encoding.read(row, item) if row and item else None
