"""A canvas of few colours, and its PNG."""

import struct
import zlib

from colophon.drawing.raster import FULL, Bitmap, draw_glyph
from colophon.drawing.text import Line
from colophon.upload.colours import Colour

# Places of a palette (PNG specification, 11.2.2).
_MOST_COLOURS = 256
# Bytes of rows that are compared: far more than a drawing has.
_MOST_PIXELS = 4_000_000
_HEADER = struct.Struct(">IIBBBBB")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED, _EIGHT_BITS = 3, 8


class Canvas:
    """``paper`` with what is drawn on it in ``inks``. Inks do not mix: text in one is drawn on a plain ground.

    A pixel is the place of its colour in the palette: 0 is the paper, then FULL shades of each ink on its ground.
    """

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.width, self.height, self.paper = width, height, paper
        self._rows = [bytearray(width) for _ in range(height)]
        self._palette: list[Colour] = [paper]
        self._inks: dict[tuple[Colour, Colour], int] = {}

    def fill(self, left: int, top: int, width: int, height: int, ink: Colour) -> None:
        """A rectangle of ``ink``."""
        pixel = bytes([self._first_shade(ink, self.paper) + FULL - 1]) * width
        for row in self._rows[top : top + height]:
            row[left : left + width] = pixel

    def write(self, line: Line, left: float, base: int, ink: Colour, ground: Colour | None = None) -> None:
        """``line`` from ``left`` on the base line ``base``, on ``ground`` (the paper if None).

        What is outside of the canvas is left out.
        """
        first = self._first_shade(ink, ground or self.paper) - 1
        below = self._place_of(ground or self.paper)
        shades = bytes([below, *range(first + 1, first + FULL + 1)]).ljust(_MOST_COLOURS, b"\0")
        for character in line.text:
            bitmap = draw_glyph(character, line.size)
            self._stamp(bitmap, round(left) + bitmap.left, base + bitmap.top, shades, below)
            left += bitmap.width

    def as_png(self) -> bytes:
        """The canvas as a PNG file (W3C PNG Specification, Third Edition)."""
        header = _HEADER.pack(self.width, self.height, _EIGHT_BITS, _INDEXED, 0, 0, 0)
        rows = b"".join(b"\0" + row for row in self._rows)
        palette = bytes(part for colour in self._palette for part in colour)
        # The last level saves a sixth of the bytes in four times the time.
        chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
        return _SIGNATURE + b"".join(map(_encode_chunk, chunks))

    def _stamp(self, bitmap: Bitmap, left: int, top: int, shades: bytes, below: int) -> None:
        skip = max(0, -left)
        for number, covered in enumerate(bitmap.rows, top):
            if not 0 <= number < self.height:
                continue
            row, at = self._rows[number], left + skip
            new = covered[skip : skip + self.width - at].translate(shades)
            old = bytes(row[at : at + len(new)])
            if old.count(below) == len(old):
                row[at : at + len(new)] = new
            else:
                # Glyphs may reach into each other. What is drawn stays.
                row[at : at + len(new)] = bytes(one if two == below else two for one, two in zip(old, new, strict=True))

    def _place_of(self, ground: Colour) -> int:
        return 0 if ground == self.paper else self._first_shade(ground, self.paper) + FULL - 1

    def _first_shade(self, ink: Colour, ground: Colour) -> int:
        """The place in the palette of the faintest shade of ``ink`` on ``ground``."""
        if (ink, ground) not in self._inks:
            self._inks[ink, ground] = len(self._palette)
            self._palette += (mix(ground, ink, step / FULL) for step in range(1, FULL + 1))
            assert len(self._palette) <= _MOST_COLOURS
        return self._inks[ink, ground]


def are_same_pixels(one: bytes, other: bytes) -> bool:
    """Whether two files are drawings of the same pixels: libraries pack them into different bytes."""
    unpacked = _unpack(one)
    return unpacked is not None and unpacked == _unpack(other)


def _unpack(content: bytes) -> dict[bytes, bytes] | None:
    """The chunks of a PNG that ``as_png`` made, its rows unpacked; None for any other file."""
    chunks: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while content.startswith(_SIGNATURE) and at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        chunks[content[at + 4 : at + 8]] = content[at + 8 : at + 8 + length]
        at += length + 12
    if chunks.keys() != {b"IHDR", b"PLTE", b"IDAT", b"IEND"} or len(chunks[b"IHDR"]) != _HEADER.size:
        return None
    width, height, *_ = _HEADER.unpack(chunks[b"IHDR"])
    unpack = zlib.decompressobj()
    try:
        return {**chunks, b"IDAT": unpack.decompress(chunks[b"IDAT"], min(height * (width + 1), _MOST_PIXELS))}
    except zlib.error:
        return None


def mix(ground: Colour, ink: Colour, part: float) -> Colour:
    """``part`` of ``ink`` on ``ground``."""
    red, green, blue = (round(one + (other - one) * part) for one, other in zip(ground, ink, strict=True))
    return red, green, blue


def _encode_chunk(chunk: tuple[bytes, bytes]) -> bytes:
    name, content = chunk
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
