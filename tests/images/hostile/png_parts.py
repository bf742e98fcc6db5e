"""How a PNG file is put together from its chunks, rightly and wrongly, without an encoder."""

import struct
import zlib
from collections.abc import Callable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOURS, PALETTE, GREY_ALPHA, COLOURS_ALPHA = 0, 2, 3, 4, 6
_PIECE = 1 << 20
_SAMPLES = {GREY: 1, COLOURS: 3, PALETTE: 1, GREY_ALPHA: 2, COLOURS_ALPHA: 4}
# Start and step across and down of the seven passes (PNG, 8.2).
_PASSES = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))


def chunk(name: bytes, said: bytes, crc: int | None = None) -> bytes:
    """One chunk."""
    sum_of_it = zlib.crc32(name + said) if crc is None else crc
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", sum_of_it)


def head(width: int, height: int, bits: int = 8, colour: int = COLOURS, interlaced: int = 0) -> bytes:
    """The chunk that says what the image is."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))


def png(*chunks: bytes) -> bytes:
    """A file of ``chunks``."""
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


def rows(width: int, height: int, pixel: Callable[[int, int], bytes]) -> bytes:
    """The packed pixels of an image, row by row."""
    lines = (b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    return chunk(b"IDAT", zlib.compress(b"".join(lines)))


def interlaced_rows(width: int, height: int, pixel: Callable[[int, int], bytes]) -> bytes:
    """The packed pixels of an image in seven passes."""
    lines = b""
    for left, across, top, down in _PASSES:
        columns = range(left, width, across)
        for y in range(top, height, down):
            lines += b"\0" + b"".join(pixel(x, y) for x in columns) if columns else b""
    return chunk(b"IDAT", zlib.compress(lines))


def empty_rows(width: int, height: int, bits: int = 8, colour: int = COLOURS, interlaced: int = 0) -> bytes:
    """The packed pixels of an image that is all zeros, at hardly any cost."""
    length = 0
    for left, across, top, down in _PASSES if interlaced else ((0, 1, 0, 1),):
        columns, lines = len(range(left, width, across)), len(range(top, height, down))
        length += lines * (1 + (columns * bits * _SAMPLES[colour] + 7) // 8) if columns else 0
    return chunk(b"IDAT", packed_zeros(length))


def packed_zeros(length: int, after: bytes = b"") -> bytes:
    """``length`` zeros and ``after`` them something else, compressed (RFC 1950); most of it is one piece, repeated."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = pack.compress(bytes(_PIECE)) + pack.flush(zlib.Z_FULL_FLUSH)
    rest = pack.compress(bytes(length % _PIECE) + after) + pack.flush()
    # Of zeros alone the first half of the sum stays 1, and the second counts them.
    total = zlib.adler32(after, length % 65_521 << 16 | 1)
    return b"\x78\xda" + piece * (length // _PIECE) + rest + struct.pack(">I", total)
