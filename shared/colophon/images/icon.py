"""Reads ``site.icon.png``, the deployer's own icon: a square PNG, published without its metadata."""

import struct
import zlib

from colophon.images.kinds import PNG, UPLOAD_AGAIN, detect_kind, refusal
from colophon.images.png import SAMPLES, read_chunks, read_png_layout

# In pixels. Browsers and phones shrink it; a smaller one is blurred on their home screens.
_LEAST, _MOST = 48, 512
_SIZE_FIX = f"Export it as a square PNG of {_LEAST} to {_MOST} pixels, best 180, and upload that as site.icon.png."
_HEADER = struct.Struct(">IIBBBBB")
_HEADER_START = 16
# By colour type: the bits that a sample may have (PNG specification, 11.2.1).
_BITS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def read_icon(content: bytes) -> bytes:
    """The icon to publish, for the bytes of site.icon.png. Raises Refused unless they are a square PNG."""
    kind = detect_kind(content)
    if kind != PNG:
        raise refusal(f"site.icon.png is a {kind} image; an icon is a PNG.", _SIZE_FIX)
    layout = read_png_layout(content)
    if layout.width != layout.height or not _LEAST <= layout.width <= _MOST:
        raise refusal(f"The icon is {layout.width:,} by {layout.height:,} pixels.", _SIZE_FIX)
    if not _has_all_pixels(layout.pixel_content):
        raise refusal("The PNG image is damaged: its pixels can't be decoded.", UPLOAD_AGAIN)
    return layout.pixel_content


def _has_all_pixels(content: bytes) -> bool:
    """Whether the rows of an image can be unpacked; of an interlaced one, whether there are enough bytes."""
    width, height, bits, colour, compression, filters, interlace = _HEADER.unpack_from(content, _HEADER_START)
    if bits not in _BITS[colour] or compression or filters or interlace > 1:
        return False
    least = height * (1 + (width * SAMPLES[colour] * bits + 7) // 8)
    # Seven passes have a few more rows, and so more filter bytes, than one.
    most = least if not interlace else 2 * least + 16 * height
    unpack = zlib.decompressobj()
    try:
        rows = unpack.decompress(_packed_rows(content), most + 1)
    except zlib.error:
        return False
    return least <= len(rows) <= most and (unpack.eof or interlace == 1)


def _packed_rows(content: bytes) -> bytes:
    """The content of all IDAT chunks, one after another."""
    return b"".join(content[start + 8 : end - 4] for name, start, end in read_chunks(content) if name == b"IDAT")
