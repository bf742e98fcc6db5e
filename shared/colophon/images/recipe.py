"""How a copy is made: limits first, then pixels, then sizes. What is no pixel is left behind before the first step."""

import hashlib
import re
from typing import Any

import pyvips

from colophon.images.copy import Copy, Outline, widths_of
from colophon.images.decode import decoded
from colophon.images.encode import as_fallback, as_webp
from colophon.images.layout import Layout
from colophon.images.outline import layout_of, outline_of
from colophon.images.pixels import narrowed, upright, without_idle_alpha
from colophon.images.refusal import UPLOAD_AGAIN, refused
from colophon.images.srgb import in_srgb

__all__ = ["copy_of", "outline_of"]

# libvips and its decoders tell it in words only.
_NO_MEMORY = re.compile("out of memory|insufficient memory|failed to allocate|creating thread", re.IGNORECASE)


def copy_of(content: bytes) -> Copy:
    """The clean copy of an uploaded image; the same bytes make the same copy.

    Raises Refused, and MemoryError where there is too little memory. A decoder that crashes or hangs takes its process
    with it, so uploads that nobody has looked at go through ``colophon.stores.decoder``.
    """
    layout = layout_of(content)
    outline = Outline(hashlib.sha256(content).hexdigest(), layout.upright[0])
    widths = widths_of(outline)
    picture = _widest(layout, widths[-1])
    try:
        sizes = [as_webp(narrowed(picture, width, _height(layout, width))) for width in widths]
        return Copy(outline, (*sizes, as_fallback(picture)))
    except pyvips.Error:
        # Its pixels are good, so there is nothing else that can be wrong.
        raise MemoryError from None


def _widest(layout: Layout, width: int) -> Any:
    size = width, _height(layout, width)
    stored = size[::-1] if layout.turned else size
    try:
        return without_idle_alpha(upright(in_srgb(decoded(layout, *stored), layout.profile), layout.orientation))
    except pyvips.Error as error:
        if _NO_MEMORY.search(str(error)):
            raise MemoryError from None
        raise refused(f"The {layout.kind} image is damaged: its pixels can't be decoded.", UPLOAD_AGAIN) from None


def _height(layout: Layout, width: int) -> int:
    """The height that belongs to ``width``."""
    full_width, full_height = layout.upright
    return max(1, round(full_height * width / full_width))
