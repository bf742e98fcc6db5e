"""Records of the table's stream, as Lambda delivers them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.stray import StrayRow
from colophon.stores import row_encoding
from colophon.stores.item_trace import read_trace
from colophon.stores.row_encoding import DamagedRow
from colophon.trace import Trace
from colophon.upload.keys import PostRef

StreamImage: TypeAlias = Mapping[str, Any]


class RowChange(Struct, frozen=True, dict=True):
    """An item's key, and the item before and after. Empty: it did not exist."""

    pk: str
    sk: str
    before: StreamImage
    after: StreamImage

    @cached_property
    def trace(self) -> Trace:
        """The uploads that the change follows from. Decodes the new rows, so it is kept: several ask for it."""
        return read_trace(self.before, self.after)


# Decodes an item of a change, or raises DamagedRow.
ItemDecoder: TypeAlias = Callable[[RowChange, StreamImage], object]


def parse_changes(event: Mapping[str, Any]) -> Iterator[RowChange]:
    """The changes of one invocation, in their order."""
    return (parse_change(record) for record in event["Records"])


def parse_change(record: Mapping[str, Any]) -> RowChange:
    """The change in one record of the stream, with both images (template.yaml asks for them)."""
    stream = record["dynamodb"]
    keys = stream["Keys"]
    return RowChange(keys["pk"]["S"], keys["sk"]["S"], stream.get("OldImage", {}), stream.get("NewImage", {}))


def decode_upload_row(change: RowChange, image: StreamImage) -> object:
    """The row of a post, a clinic, the site or a stray; None for any other item. Raises DamagedRow."""
    kind, separator, name = change.pk.partition("#")
    item = dict(image)
    match kind + separator:
        case "post#":
            return row_encoding.decode_post(PostRef(*name.split("/")), item)
        case "clinic#":
            return row_encoding.decode_clinic(name, item)
        case "site":
            return row_encoding.decode_site(item)
        case "stray":
            return row_encoding.decode_row(StrayRow, item) if item else None
    return None


def without_unreadable(change: RowChange, decode: ItemDecoder = decode_upload_row) -> RowChange:
    """``change`` without the items that ``decode`` cannot read: a damaged item must not stop the stream behind it."""
    before, after = (_readable_or_empty(change, item, decode) for item in (change.before, change.after))
    return replace(change, before=before, after=after)


def _readable_or_empty(change: RowChange, item: StreamImage, decode: ItemDecoder) -> StreamImage:
    try:
        decode(change, item)
    except DamagedRow:
        return {}
    return item
