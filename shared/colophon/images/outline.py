"""What an upload says of itself before any pixel of it is decoded, and the limits that are checked on that alone."""

import hashlib
import struct
from collections.abc import Callable

from colophon.images.copy import WIDTHS, Outline
from colophon.images.gif import gif_layout
from colophon.images.jpeg import jpeg_layout
from colophon.images.kinds import GIF, JPEG, PNG, SAVE_SMALLER, WEBP, cut_short, kind_of, refused, too_much_memory
from colophon.images.layout import Layout
from colophon.images.png import png_layout
from colophon.images.webp import webp_layout
from colophon.problem import Refused
from colophon.upload.limits import IMAGE_BYTES, IMAGE_PIXELS

# What may be held of one image at once, beside the process itself and the copy that is made of it.
WHOLE_BYTES = 155_000_000
# WebP can't say more (RFC 9649, 2.7), so no taller copy can be written; one of more pixels takes too much memory.
TALLEST = 16_383
COPY_PIXELS = 12_000_000

_READERS: dict[str, Callable[[bytes], Layout]] = {
    JPEG: jpeg_layout,
    PNG: png_layout,
    WEBP: webp_layout,
    GIF: gif_layout,
}


def layout_of(content: bytes) -> Layout:
    """How the image in ``content`` lies, within every limit that needs no pixel decoded. Raises Refused."""
    if len(content) > IMAGE_BYTES:
        raise too_large(len(content))
    layout = _laid_out(kind_of(content), content)
    width, height = layout.upright
    if width * height > IMAGE_PIXELS:
        what = f"The image is {width:,} by {height:,} pixels; at most {IMAGE_PIXELS:,} in all are allowed."
        raise refused(what, SAVE_SMALLER)
    if layout.whole > WHOLE_BYTES:
        raise too_much_memory(layout.kind, width, height)
    widest = min(width, WIDTHS[-1])
    if height * widest > width * min(TALLEST, COPY_PIXELS // widest):
        what = f"The image is {width:,} by {height:,} pixels, which is too tall for its width."
        raise refused(what, "Cut it into several images, and upload these.")
    return layout


def _laid_out(kind: str, content: bytes) -> Layout:
    try:
        return _READERS[kind](content)
    except (IndexError, struct.error):
        # It ends in the midst of what it says of itself.
        raise cut_short(kind) from None


def outline_of(content: bytes) -> Outline | None:
    """What the paths of its copy hang on; None where ``copy_of`` refuses it without decoding a pixel."""
    try:
        width, _ = layout_of(content).upright
    except Refused:
        return None
    return Outline(hashlib.sha256(content).hexdigest(), width)


def too_large(size: int) -> Refused:
    """The refusal of an image of ``size`` bytes."""
    return refused(f"The image is {size:,} bytes long; at most {IMAGE_BYTES:,} are allowed.", "Save it smaller.")
