"""What rows hold that this code does not know: fields and attributes that a newer version added.

Decisions build rows of the fields that they know. So the store remembers what else was in the items that it read and
writes it again with the row. The write has the condition that the row's ``n`` is still the one that was read, so it
adds what the row has.
"""

from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, Encoder

from colophon.stores import row_encoding
from colophon.trace import TRACE

Attributes = dict[str, Any]
# So many items, newest first: more than one message reads.
_MAX_ITEMS = 1000
_OWN_ATTRIBUTES = frozenset({"pk", "sk", "n", "row", TRACE})
_FIELDS = Decoder(dict[str, Raw])
_NAME = Encoder()


class Unknown(Struct, frozen=True):
    """What this code does not know of one row: fields of its JSON, and attributes beside it."""

    fields: dict[str, Raw]
    attributes: Attributes


class UnknownFields:
    """The unknown fields of the rows that one client of the table read last. Threads may share it."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], dict[str, Unknown]] = {}
        self._lock = Lock()

    def note(self, kind: type, item: Attributes) -> None:
        """Remember what is unknown of ``item``, one row of ``kind``. Empty: there is no item."""
        if item:
            unknown = _find_unknown(kind, item)
            self._note(item, {"": unknown} if unknown else {})

    def note_post(self, item: Attributes) -> None:
        """Remember what is unknown of the rows and claims in ``item``, a post's."""
        if item:
            self._note(item, dict(_find_unknown_in_post(item)))

    def keep(self, key: Attributes, encoded: Attributes, attribute: str = "") -> Attributes:
        """``encoded``, a row to write at ``key``, with what is unknown of the row that is there.

        ``attribute`` is the map attribute that the row is in, if it is a post's.
        """
        unknown = self._items.get(row_encoding.split_key(key), {}).get(attribute)
        if unknown is None:
            return encoded
        return {**unknown.attributes, **encoded, "row": {"S": _add_fields(encoded["row"]["S"], unknown.fields)}}

    def _note(self, item: Attributes, found: dict[str, Unknown]) -> None:
        name = row_encoding.split_key(item)
        with self._lock:
            self._items.pop(name, None)
            if found:
                self._items[name] = found
                if len(self._items) > _MAX_ITEMS:
                    del self._items[next(iter(self._items))]


def _find_unknown_in_post(item: Attributes) -> Iterator[tuple[str, Unknown]]:
    for name, value in item.items():
        kind = row_encoding.POST_ATTRIBUTES.get(name[:2])
        if kind and "M" in value and (unknown := _find_unknown(kind, value["M"])):
            yield name, unknown


def _find_unknown(kind: type, attributes: Attributes) -> Unknown | None:
    """What is unknown of one row; None if nothing is. A row that can't be decoded is the reader's to report."""
    try:
        fields = _FIELDS.decode(attributes["row"]["S"])
    except (MsgspecError, KeyError, TypeError):
        return None
    known = _known_names(kind)
    unknown = {name: value.copy() for name, value in fields.items() if name not in known}
    others = {name: value for name, value in attributes.items() if name not in _OWN_ATTRIBUTES}
    return Unknown(unknown, others) if unknown or others else None


@lru_cache
def _known_names(kind: Any) -> frozenset[str]:
    return frozenset(kind.__struct_encode_fields__)


def _add_fields(row: str, fields: dict[str, Raw]) -> str:
    members = [f"{_NAME.encode(name).decode()}:{bytes(value).decode()}" for name, value in fields.items()]
    own = row[1:-1]
    return f"{{{','.join([own, *members] if own else members)}}}"
