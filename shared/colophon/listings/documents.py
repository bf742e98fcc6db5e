"""Documents for programs: one-line JSON, well-formed XML, and their timestamps."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from colophon.page.entry import Entry
from colophon.page.template import render


def encode_json(fields: Mapping[str, Any]) -> bytes:
    """``fields`` in their order, in UTF-8. A space follows each colon, so that ``"rev": 12`` is found by its bytes."""
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ": ")) + "\n").encode()


# Not allowed in XML 1.0, not even escaped (XML 1.0, 2.2, Char), as UTF-8: C0 controls, U+FFFE, U+FFFF.
_FORBIDDEN_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


def render_xml(template: str, rev: int, **values: Any) -> bytes:
    """``template`` (``atom.xml``) with ``values``, in UTF-8; a character that XML doesn't allow becomes U+FFFD."""
    return _FORBIDDEN_BYTES.sub(_REPLACEMENT, render(template, rev=rev, **values))


# The last change of an empty feed, which has none. A clock would make the bytes differ from run to run.
EPOCH = "1970-01-01T00:00:00Z"


def to_instant(stated: str) -> str:
    """``stated``, a date or an instant with its offset, as an instant (RFC 3339).

    A date becomes the start of that day in UTC, so that its digits are those on the page.
    """
    return stated if "T" in stated else f"{stated}T00:00:00Z"


def last_changed(entry: Entry) -> str:
    """The later of the times when ``entry`` was published and modified, as the page states it. Never empty."""
    return find_latest((entry.published, *((entry.modified,) if entry.modified else ())))


def find_latest(stated: Iterable[str]) -> str:
    """The latest of dates and instants, as stated; ``EPOCH`` if there are none."""
    return max(stated, key=lambda value: datetime.fromisoformat(to_instant(value)), default=EPOCH)
