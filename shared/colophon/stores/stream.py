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
from colophon.stores.row_encoding import DamagedRow
from colophon.upload.keys import PostRef

StreamImage = Mapping[str, Any]


class RowChange(Struct, frozen=True):
    """An item's key, and the item before and after (empty: it was not there)."""

    pk: str
    sk: str
    before: StreamImage
    after: StreamImage


def parse_changes(event: Mapping[str, Any]) -> Iterator[RowChange]:
    """The changes that one invocation brings, in their order."""
    return (parse_change(record) for record in event["Records"])


def parse_change(record: Mapping[str, Any]) -> RowChange:
    """The change that one record of the stream tells of, with both images (template.yaml asks for them)."""
    stream = record["dynamodb"]
    keys = stream["Keys"]
    return RowChange(keys["pk"]["S"], keys["sk"]["S"], stream.get("OldImage", {}), stream.get("NewImage", {}))


_ROW_TYPES: Mapping[str, type] = {
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


def without_unreadable(change: RowChange) -> RowChange:
    """``change`` as if an item that nobody can read were not there: its record must not stop those behind it."""
    before, after = (_readable_or_empty(change.pk, item) for item in (change.before, change.after))
    return replace(change, before=before, after=after)


def _readable_or_empty(pk: str, item: StreamImage) -> StreamImage:
    try:
        _decoder_for(pk)(dict(item))
    except DamagedRow:
        return {}
    return item


def _decoder_for(pk: str) -> Callable[[dict[str, Any]], object]:
    kind, separator, name = pk.partition("#")
    if kind + separator == "post#":
        return lambda item: row_encoding.decode_post(PostRef(*name.split("/")), item)
    row = _ROW_TYPES.get(kind + separator)
    return lambda item: row_encoding.decode_row(row, item) if row and item else None
