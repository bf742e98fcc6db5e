"""The table's stream: what Lambda hands a function of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

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
