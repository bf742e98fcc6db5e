"""Reads the headers of an image, whatever its kind, and checks every limit that needs no pixel decoded."""

import hashlib
import struct
from collections.abc import Callable

from colophon.images.avif import read_avif_layout
from colophon.images.copy import WIDTHS, Outline
from colophon.images.gif import read_gif_layout
from colophon.images.jpeg import read_jpeg_layout
from colophon.images.kinds import (
    AVIF,
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

# Memory for decoding one image, apart from the process and the copy.
MAX_DECODER_BYTES = 155_000_000
# The largest dimension of WebP (RFC 9649, 2.7), and the largest copy that fits into memory.
MAX_COPY_HEIGHT = 16_383
MAX_COPY_PIXELS = 12_000_000
_READERS: dict[str, Callable[[bytes], Layout]] = {
    JPEG: read_jpeg_layout,
    PNG: read_png_layout,
    WEBP: read_webp_layout,
    GIF: read_gif_layout,
    AVIF: read_avif_layout,
}


def read_outline(content: bytes) -> Outline | None:
    """The outline of the image in ``content``; None if ``read_layout`` refuses it."""
    try:
        layout = read_layout(content)
    except Refused:
        return None
    return outline_of(layout, content)


def outline_of(layout: Layout, content: bytes) -> Outline:
    """The outline of the image that ``layout`` was read from."""
    return Outline(hashlib.sha256(content).hexdigest(), layout.upright_size[0], layout.mark)


def read_layout(content: bytes) -> Layout:
    """The layout of the image in ``content``. Raises Refused if it is malformed or over a limit."""
    if len(content) > MAX_IMAGE_BYTES:
        raise size_refusal(len(content))
    layout = _parse_layout(detect_kind(content), content)
    width, height = layout.upright_size
    if width * height > MAX_IMAGE_PIXELS:
        what = f"The image is {width:,} by {height:,} pixels; at most {MAX_IMAGE_PIXELS:,} in total are allowed."
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
        # The file ends within a header.
        raise truncated_refusal(kind) from None


def size_refusal(size: int) -> Refused:
    """The refusal of an image of ``size`` bytes, more than ``MAX_IMAGE_BYTES``."""
    return refusal(
        f"The image is {size:,} bytes long; at most {MAX_IMAGE_BYTES:,} are allowed.",
        "Save it with fewer pixels or a stronger compression.",
    )
