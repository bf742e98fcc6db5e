"""Records of the table's stream, as Lambda delivers them."""

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

# The attributes of an item before or after a change.
StreamImage = Mapping[str, Any]
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


class RowChange(Struct, frozen=True):
    """The key of an item, and the item before and after the change (empty: there was none)."""

    pk: str
    sk: str
    before: StreamImage
    after: StreamImage


def parse_changes(event: Mapping[str, Any]) -> Iterator[RowChange]:
    """The changes of one invocation, in order."""
    return (parse_change(record) for record in event["Records"])


def parse_change(record: Mapping[str, Any]) -> RowChange:
    """The change in one record of the stream, with both images (StreamViewType in template.yaml)."""
    stream = record["dynamodb"]
    keys = stream["Keys"]
    return RowChange(keys["pk"]["S"], keys["sk"]["S"], stream.get("OldImage", {}), stream.get("NewImage", {}))


def without_unreadable(change: RowChange) -> RowChange:
    """``change`` without an image that cannot be decoded: its record must not block those behind it."""
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
