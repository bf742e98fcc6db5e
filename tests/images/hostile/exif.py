"""Exif blocks: an orientation, a place on earth, and words in every field that has room for them."""

import struct

from tests.images.hostile.case import MARKER

_SHORT, _LONG, _ASCII, _RATIONAL = 3, 4, 2, 5
_ORIENTATION, _GPS = 0x0112, 0x8825
_WORDS = (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298)


def oriented(orientation: int, kind: int = _SHORT, order: str = "<") -> bytes:
    """A block that says no more than how the image is turned."""
    value = struct.pack(
        order + ("HH" if kind == _SHORT else "I"), *((orientation, 0) if kind == _SHORT else (orientation,))
    )
    return (
        _head(order)
        + struct.pack(order + "H", 1)
        + struct.pack(order + "HHI", _ORIENTATION, kind, 1)
        + value
        + bytes(4)
    )


def telling(orientation: int = 1) -> bytes:
    """A block with the marker in its texts, a place in its GPS directory, and a thumbnail of words."""
    entries, values = [], b""
    count = len(_WORDS) + 2
    at = 8 + 2 + 12 * count + 4
    for tag in _WORDS:
        entries.append(struct.pack("<HHII", tag, _ASCII, len(MARKER) + 1, at + len(values)))
        values += MARKER + b"\0"
    entries.append(struct.pack("<HHIHH", _ORIENTATION, _SHORT, 1, orientation, 0))
    entries.append(struct.pack("<HHII", _GPS, _LONG, 1, at + len(values)))
    gps = struct.pack("<HHHI4s", 1, 1, _ASCII, 2, b"N\0\0\0") + bytes(4) + MARKER
    return _head("<") + struct.pack("<H", count) + b"".join(sorted(entries)) + bytes(4) + values + gps


def _head(order: str) -> bytes:
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
