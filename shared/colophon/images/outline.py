"""What an upload says of itself before any pixel of it is decoded, and the limits that are checked on that alone."""

import hashlib
import struct
from collections.abc import Callable

from colophon.images.copy import WIDTHS, Outline
from colophon.images.gif import read_gif_layout
from colophon.images.jpeg import read_jpeg_layout
from colophon.images.kinds import (
    GIF,
    JPEG,
    PNG,
    SAVE_SMALLER,
    WEBP,
    detect_kind,
    memory_refusal,
    refusal,
    truncated_refusal,
)
from colophon.images.layout import Layout
from colophon.images.png import read_png_layout
from colophon.images.webp import read_webp_layout
from colophon.problem import Refused
from colophon.upload.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS

# What may be held of one image at once, beside the process itself and the copy that is made of it.
MAX_DECODER_BYTES = 155_000_000
# WebP can't say more (RFC 9649, 2.7), so no taller copy can be written; one of more pixels takes too much memory.
MAX_COPY_HEIGHT = 16_383
MAX_COPY_PIXELS = 12_000_000

_READERS: dict[str, Callable[[bytes], Layout]] = {
    JPEG: read_jpeg_layout,
    PNG: read_png_layout,
    WEBP: read_webp_layout,
    GIF: read_gif_layout,
}


def read_layout(content: bytes) -> Layout:
    """How the image in ``content`` lies, within every limit that needs no pixel decoded. Raises Refused."""
    if len(content) > MAX_IMAGE_BYTES:
        raise size_refusal(len(content))
    layout = _parse_layout(detect_kind(content), content)
    width, height = layout.upright_size
    if width * height > MAX_IMAGE_PIXELS:
        what = f"The image is {width:,} by {height:,} pixels; at most {MAX_IMAGE_PIXELS:,} in all are allowed."
        raise refusal(what, SAVE_SMALLER)
    if layout.decoder_bytes > MAX_DECODER_BYTES:
        raise memory_refusal(layout.kind, width, height)
    widest = min(width, WIDTHS[-1])
    if height * widest > width * min(MAX_COPY_HEIGHT, MAX_COPY_PIXELS // widest):
        what = f"The image is {width:,} by {height:,} pixels, which is too tall for its width."
        raise refusal(what, "Cut it into several images, and upload these.")
    return layout


def _parse_layout(kind: str, content: bytes) -> Layout:
    try:
        return _READERS[kind](content)
    except (IndexError, struct.error):
        # It ends in the midst of what it says of itself.
        raise truncated_refusal(kind) from None


def read_outline(content: bytes) -> Outline | None:
    """What the paths of its copy hang on; None where ``copy_of`` refuses it without decoding a pixel."""
    try:
        width, _ = read_layout(content).upright_size
    except Refused:
        return None
    return Outline(hashlib.sha256(content).hexdigest(), width)


def size_refusal(size: int) -> Refused:
    """The refusal of an image of ``size`` bytes."""
    return refusal(f"The image is {size:,} bytes long; at most {MAX_IMAGE_BYTES:,} are allowed.", "Save it smaller.")
