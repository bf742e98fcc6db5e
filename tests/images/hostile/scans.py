"""JPEG images of very many scans: a few bytes each, and every one of them goes over the whole image."""

import struct

from tests.images.hostile.jpeg_parts import segment

_LONGEST_RUN = 32_767


def many_scans(count: int, width: int, height: int) -> bytes:
    """A grey progressive image of one scan for its brightness and ``count - 1`` that say nothing more."""
    frame = segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    quantities = segment(0xDB, b"\0" + b"\x01" * 64)
    # In each table one code of one bit: no difference, and the end of a run of blocks with fourteen bits of its length.
    codes = segment(0xC4, b"\0\x01" + bytes(15) + b"\0") + segment(0xC4, b"\x10\x01" + bytes(15) + b"\xe0")
    blocks = -(-width // 8) * -(-height // 8)
    scans = segment(0xDA, b"\x01\x01\0\0\0\0") + bytes(-(-blocks // 8))
    empty = _bits(("0" + "1" * 14) * -(-blocks // _LONGEST_RUN))
    for number in range(count - 1):
        band = number % 63 + 1
        scans += segment(0xDA, b"\x01\x01\0" + bytes([band, band, 0])) + empty
    return b"\xff\xd8" + quantities + frame + codes + scans + b"\xff\xd9"


def _bits(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
