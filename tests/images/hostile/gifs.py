"""Hostile GIF files: huge canvases, codes that unpack to much, frames without end."""

import struct

from tests.images.hostile.case import MARKER, QUARTERS, Case, clean, quarters, refusal, saved
from tests.images.hostile.jpegs import archive

SIZE = (64, 48)


def pieces(content: bytes) -> bytes:
    """``content`` in sub-blocks."""
    parts = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def screen(width: int, height: int, palette: bytes = b"\0\0\0\xff\xff\xff") -> bytes:
    """Signature, canvas and a palette of two colours."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80 if palette else 0, 0, 0) + palette


def image(left: int, top: int, width: int, height: int, codes: bytes, bits: int = 2) -> bytes:
    """One image."""
    return b"," + struct.pack("<HHHHB", left, top, width, height, 0) + bytes([bits]) + pieces(codes)


def comment(words: bytes) -> bytes:
    """A comment."""
    return b"!\xfe" + pieces(words)


def packed_zeros(pixels: int) -> bytes:
    """Codes of ever longer runs of the first colour: the most pixels by the byte that LZW has."""
    clear, size, number, made, bits, filled = 4, 3, 5, 0, 4, 3
    run = 0
    while made < pixels:
        code = 0 if run == 0 else number
        if run:
            number += 1
        run += 1
        made += run
        bits |= code << filled
        filled += size
        if number + 1 > (1 << size) - 1 and size < 12 and run > 1:
            size += 1
        if number >= 4094:
            bits |= clear << filled
            filled += size
            size, number, run = 3, 5, 0
    bits |= 5 << filled
    return bits.to_bytes((filled + size) // 8 + 1, "little")


def plain(**options: object) -> bytes:
    """An image of four quarters."""
    return saved(quarters().quantize(8), "GIF", **options)


def with_comment(words: bytes) -> bytes:
    """The same with ``words`` in front of its image."""
    content = plain()
    at = 13 + (3 << (content[10] & 7) + 1)
    return content[:at] + comment(words) + content[at:]


def _first(content: bytes) -> bytes:
    return content[content.find(b",", 13 + (3 << (content[10] & 7) + 1)) : -1]


def _script() -> bytes:
    """Canvas and flags that read as the start of a comment in JavaScript."""
    content = plain()
    return b"GIF89a/*" + content[8:] + b"*/=1;alert('" + MARKER + b"')"


def cases() -> list[Case]:
    """All of them."""
    return [*_fine(), *_wrong()]


def _fine() -> list[Case]:
    many = plain()[:-1] + (comment(MARKER) + _first(plain())) * 5_000 + b";"
    dots = screen(*SIZE) + image(0, 0, *SIZE, packed_zeros(64 * 48)) + b";"
    return [
        clean("GIF", plain, SIZE, corners=QUARTERS),
        clean("GIF, interlaced", lambda: plain(interlace=1), SIZE, corners=QUARTERS),
        clean("GIF of 5,000 frames", lambda: many, SIZE, corners=QUARTERS),
        clean("GIF with the marker in a comment", lambda: with_comment(MARKER * 40), SIZE, corners=QUARTERS),
        clean("GIF and PHP", lambda: with_comment(b"<?php system('id'); ?>" + MARKER), SIZE, corners=QUARTERS),
        clean("GIF and ZIP", lambda: plain() + archive(), SIZE, corners=QUARTERS),
        clean(
            "GIF, its second frame broken", lambda: plain()[:-1] + b",\xff\xff\xff\xff" + MARKER, SIZE, corners=QUARTERS
        ),
        clean("GIF, its first image a part", lambda: screen(*SIZE) + image(4, 4, 8, 8, packed_zeros(64)) + b";", SIZE),
        clean("GIF and script", _script, (1600, 7)),
        clean("GIF with too few codes", lambda: screen(*SIZE) + image(0, 0, *SIZE, packed_zeros(100)) + b";", SIZE),
        clean("GIF of runs", lambda: dots, SIZE, corners=((0, 0, 0),) * 4),
        clean(
            "GIF, 25 megapixels of runs",
            lambda: screen(5_000, 5_000) + image(0, 0, 5_000, 5_000, packed_zeros(25_000_000)) + b";",
            (1600, 1600),
        ),
        clean("GIF of one pixel", lambda: screen(1, 1) + image(0, 0, 1, 1, packed_zeros(1)) + b";", (1, 1)),
    ]


def _wrong() -> list[Case]:
    good = plain()
    return [
        refusal("GIF of its signature", lambda: b"GIF89a", "cut short"),
        refusal("GIF, half of it", lambda: good[: len(good) // 2], "cut short"),
        refusal(
            "GIF on a huge canvas", lambda: screen(65_535, 65_535) + image(0, 0, 1, 1, b"\x04\x05"), "65,535 by 65,535"
        ),
        refusal(
            "GIF, 50 megapixels",
            lambda: screen(7_000, 7_000) + image(0, 0, 7_000, 7_000, b"\x04\x05") + b";",
            "decoded as a whole",
        ),
        refusal(
            "GIF on a canvas of nothing", lambda: screen(0, 0) + image(0, 0, 1, 1, b"\x04\x05"), "can't be read as one"
        ),
        refusal(
            "GIF with an image outside", lambda: screen(8, 8) + image(4, 4, 8, 8, b"\x04\x05"), "can't be read as one"
        ),
        refusal("GIF without an image", lambda: screen(*SIZE) + b";", "can't be read as one"),
        refusal("GIF of comments", lambda: screen(*SIZE) + comment(MARKER) * 5_000 + b";", "can't be read as one"),
        refusal("GIF without an end", lambda: screen(*SIZE) + comment(MARKER) * 5_000, "cut short"),
        refusal("GIF with codes of 15 bits", lambda: screen(*SIZE) + image(0, 0, *SIZE, MARKER, 15) + b";", "damaged"),
        refusal("GIF of noise", lambda: screen(*SIZE) + image(0, 0, *SIZE, b"\xff" * 400) + b";", "damaged"),
    ]
