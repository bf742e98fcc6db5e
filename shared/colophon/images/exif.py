"""Reads the orientation from Exif. A copy needs nothing else of it and keeps none of it."""

import struct

_ORIENTATION = 0x0112
_UINT16_TYPE = 3
_ENTRY_BYTES = 12


def read_orientation(exif: bytes) -> int:
    """The orientation, 1 to 8 (Exif 2.32, 4.6.4), from ``exif``, a TIFF header and its first directory.

    1, upright, if it is missing or malformed.
    """
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    try:
        return _find_orientation(block, order) if order else 1
    except struct.error:
        return 1


def _find_orientation(block: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", block, 4)
    (entries,) = struct.unpack_from(order + "H", block, start)
    for at in range(start + 2, start + 2 + entries * _ENTRY_BYTES, _ENTRY_BYTES):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", block, at)
        if tag == _ORIENTATION:
            return value if kind == _UINT16_TYPE and 1 <= value <= 8 else 1
    return 1
