"""How a clean copy of an image is made with libvips: limits, pixels, colours, sizes. No metadata survives."""

import hashlib
import re
from functools import cache
from typing import Any

import pyvips

from colophon.images.copy import WEBP_ENDING, Copy, Outline, Sized, widths_of
from colophon.images.kinds import GIF, JPEG, PNG, UPLOAD_AGAIN, WEBP, refused
from colophon.images.layout import Frame, Layout
from colophon.images.outline import layout_of, outline_of
from colophon.images.png import PROFILE_BYTES

# Exif 2.32, 4.6.4: what has to be done to the stored image, first turned clockwise and then mirrored left to right.
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_MIRRORED = {2, 4, 5, 7}


def upright(picture: Any, orientation: int) -> Any:
    """``picture`` as people see it."""
    turned = picture.rot(f"d{_TURNS[orientation]}") if _TURNS[orientation] else picture
    mirrored = turned.fliphor() if orientation in _MIRRORED else turned
    return picture if mirrored is picture else mirrored.copy_memory()


def without_idle_alpha(picture: Any) -> Any:
    """``picture`` without its alpha channel, where that hides nothing."""
    return picture[:3].copy_memory() if picture.hasalpha() and picture[3].min() == 255 else picture


def narrowed(picture: Any, width: int, height: int) -> Any:
    """``picture`` in a smaller size."""
    if (picture.width, picture.height) == (width, height):
        return picture
    across, down = width / picture.width, height / picture.height
    if not picture.hasalpha():
        return picture.resize(across, vscale=down).copy_memory()
    return picture.premultiply().resize(across, vscale=down).unpremultiply().cast("uchar").copy_memory()


# ICC.1:2022, 7.2: the colours that a profile is about, and where in its head that stands.
_COLOURS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_HEAD = 128
_NAME = "icc-profile-data"


def in_srgb(picture: Any, profile: bytes) -> Any:
    """``picture`` in sRGB: eight bits, three bands or, with alpha, four. Raises ``pyvips.Error``."""
    if _is_meant_for(picture, profile):
        managed = picture.copy()
        managed.set_type(pyvips.GValue.blob_type, _NAME, profile)
        try:
            return _eight_bits(managed.icc_transform("srgb", embedded=True, intent="relative").copy_memory())
        except pyvips.Error:
            # The colours are a little off then; the photo is what readers come for.
            return _unmanaged(picture)
    return _unmanaged(picture)


def _is_meant_for(picture: Any, profile: bytes) -> bool:
    well_formed = _HEAD < len(profile) <= PROFILE_BYTES and profile[36:40] == b"acsp"
    return well_formed and _COLOURS.get(profile[16:20]) == picture.bands - int(picture.hasalpha())


def _unmanaged(picture: Any) -> Any:
    if picture.interpretation == "cmyk":
        return _eight_bits(picture.icc_transform("srgb", input_profile="cmyk", intent="relative").copy_memory())
    return _eight_bits(picture.colourspace("srgb").copy_memory())


def _eight_bits(picture: Any) -> Any:
    return picture if picture.format == "uchar" else picture.cast("uchar").copy_memory()


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


# A photo's WebP then looks as its JPEG of quality 85 does; measured in the decision log.
_WEBP_QUALITY, _JPEG_QUALITY = 78, 82
# More effort saves a tenth of the bytes and takes twice the time, which what is large or transparent can't have.
_EFFORT, _LARGE_EFFORT, _LARGE = 4, 1, 4_000_000
_PNG_COMPRESSION = 3
_CONTENT_TYPES = {WEBP_ENDING: "image/webp", "jpg": "image/jpeg", "png": "image/png"}


def as_webp(picture: Any) -> Sized:
    """``picture`` as WebP."""
    costly = picture.hasalpha() or picture.width * picture.height > _LARGE
    effort = _LARGE_EFFORT if costly else _EFFORT
    return _sized(picture, WEBP_ENDING, picture.webpsave_buffer(Q=_WEBP_QUALITY, effort=effort, keep="none"))


def as_fallback(picture: Any) -> Sized:
    """``picture`` as JPEG, or as PNG where something of it is transparent."""
    if picture.hasalpha():
        return _sized(picture, "png", picture.pngsave_buffer(compression=_PNG_COMPRESSION, filter="all", keep="none"))
    content = picture.jpegsave_buffer(Q=_JPEG_QUALITY, interlace=True, optimize_coding=True, keep="none")
    return _sized(picture, "jpg", content)


def _sized(picture: Any, ending: str, content: bytes) -> Sized:
    return Sized(picture.width, picture.height, ending, _CONTENT_TYPES[ending], content)


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
