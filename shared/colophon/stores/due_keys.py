"""Where the table keeps what is due: by its moment, in a few partitions, so that thousands may fall due at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from colophon.decision.sweep import Due

_PARTS = 4
# Moments as text in their order; no key begins with a character after it.
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_AFTER_KEYS = "\U0010ffff"


def parts() -> Iterator[str]:
    """The partition keys of all there is."""
    return (f"due#{part}" for part in range(_PARTS))


def key_of(due: Due) -> dict[str, Any]:
    """The primary key of ``due``, which is all of its item."""
    part = crc32(due.key.encode()) % _PARTS
    moment = due.at.astimezone(UTC).strftime(_MOMENT)
    return {"pk": {"S": f"due#{part}"}, "sk": {"S": f"{moment} {due.key}"}}


def due_of(item: dict[str, Any]) -> Due:
    """What an item says."""
    moment, _, key = item["sk"]["S"].partition(" ")
    return Due(datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC), key)


def last(now: datetime) -> str:
    """The sort key after everything that is due at ``now``."""
    return f"{now.astimezone(UTC).strftime(_MOMENT)} {_AFTER_KEYS}"
