"""The pixels of an image, decoded by libvips and shrunk while they come."""

from functools import cache
from typing import Any

import pyvips

from colophon.images.kinds import GIF, JPEG, PNG, WEBP
from colophon.images.layout import Frame, Layout

_LOADERS = {JPEG: "jpegload_buffer", PNG: "pngload_buffer", WEBP: "webpload_buffer", GIF: "gifload_buffer"}
# Decoders shrink fast and filters shrink well, so this much is left to the filter.
_LEFT_TO_FILTER = 1.2
# A larger WebP image is shrunk by its decoder, which would hold all of it otherwise.
_WEBP_WHOLE = 4_000_000
_CLEAR = [0, 0, 0, 0]
# Encoders write how large it is on paper, so all copies get the same: 72 dots an inch, here by the millimetre.
_DOTS = 72 / 25.4


def decoded(layout: Layout, width: int, height: int) -> Any:
    """The image as stored, ``width`` by ``height`` pixels, in its own colours; alpha, if any, is the last band.

    Raises ``pyvips.Error`` where its pixels can't be decoded.
    """
    picture = _loaded(layout, layout.width / width)
    if layout.frame:
        picture = _on_canvas(picture, layout.frame, layout)
    across, down = width / picture.width, height / picture.height
    if picture.hasalpha():
        # What is hidden below transparent pixels must not shine through, nor go out with the copy.
        stored = picture.format
        picture = picture.premultiply().resize(across, vscale=down).unpremultiply().cast(stored, shift=False)
    elif (across, down) != (1, 1):
        picture = picture.resize(across, vscale=down)
    return picture.copy_memory().copy(xres=_DOTS, yres=_DOTS)


def _loaded(layout: Layout, ratio: float) -> Any:
    options: dict[str, Any] = {}
    if layout.kind == JPEG:
        least = min(ratio / _LEFT_TO_FILTER, layout.width, layout.height)
        options["shrink"] = next((shrink for shrink in (8, 4, 2) if least >= shrink), 1)
    if layout.kind == WEBP and not layout.frame and layout.width * layout.height > _WEBP_WHOLE:
        options["scale"] = min(1.0, 1.5 / ratio)
    load = getattr(_image_library().Image, _LOADERS[layout.kind])
    return load(layout.bare, access="sequential", fail_on="truncated", **options)


def _on_canvas(picture: Any, frame: Frame, layout: Layout) -> Any:
    whole = picture if picture.hasalpha() else picture.bandjoin(255)
    place = (frame.left, frame.top, layout.width, layout.height)
    return whole.embed(*place, extend="background", background=_CLEAR)


@cache
def _image_library() -> Any:
    """libvips, once for all: one thread, nothing kept for later, and none of its many other decoders."""
    pyvips.concurrency_set(1)
    pyvips.cache_set_max(0)
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    for loader in ("Jpeg", "Png", "Webp", "Nsgif"):
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", state=False)
    return pyvips
