"""Makes the clean copy of an image with libvips: decode, convert to sRGB, rotate, shrink, encode.

No metadata survives but the source type of the image's mark, in a packet of our own.

A ``picture`` is a ``pyvips.Image``.
"""

import re
from functools import cache
from typing import Any

import pyvips

from colophon.images.copy import WEBP_EXTENSION, Copy, ImageFile, output_widths
from colophon.images.kinds import AVIF, GIF, JPEG, PNG, UPLOAD_AGAIN, WEBP, refusal
from colophon.images.layout import Frame, Layout
from colophon.images.mark import build_packet
from colophon.images.outline import outline_of, read_layout, read_outline
from colophon.images.png import MAX_PROFILE_BYTES, add_packet

__all__ = ["make_copy", "read_outline"]

# By orientation (Exif 2.32, 4.6.4): degrees to rotate clockwise, then whether to mirror left to right.
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_MIRRORED_ORIENTATIONS = {2, 4, 5, 7}
# The data colour space in the header of a profile (ICC.1:2022, 7.2), with its number of bands.
_BANDS_BY_COLOUR_SPACE = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_PROFILE_HEADER_BYTES = 128
_PROFILE_FIELD, _XMP_FIELD = "icc-profile-data", "xmp-data"
_LOADERS = {
    JPEG: "jpegload_buffer",
    PNG: "pngload_buffer",
    WEBP: "webpload_buffer",
    GIF: "gifload_buffer",
    AVIF: "heifload_buffer",
}
# Decoders shrink fast, filters shrink well: leave at least this factor to the filter.
_FILTER_SHRINK = 1.2
# In pixels. The decoder shrinks larger WebP images, which it would otherwise hold in full size.
_MAX_WEBP_UNSCALED = 4_000_000
_TRANSPARENT = [0, 0, 0, 0]
# Encoders write a resolution, so every copy gets the same one: 72 dots per inch.
_DOTS_PER_MILLIMETRE = 72 / 25.4
# WebP of this quality looks like JPEG of quality 85; the decision log has the measurement.
_WEBP_QUALITY, _JPEG_QUALITY = 78, 82
# Effort 4 saves a tenth of the bytes in twice the time, too slow for large or transparent images.
_EFFORT, _LARGE_EFFORT, _LARGE = 4, 1, 4_000_000
_PNG_COMPRESSION = 3
_CONTENT_TYPES = {WEBP_EXTENSION: "image/webp", "jpg": "image/jpeg", "png": "image/png"}
# libvips and its decoders report it only in the text of the error.
_MEMORY_ERROR = re.compile(
    "out of memory|insufficient memory|failed to allocate|creating thread|memory allocation|allocating [0-9]+ bytes",
    re.IGNORECASE,
)


def make_copy(content: bytes) -> Copy:
    """The clean copy of the image in ``content``; equal bytes make an equal copy.

    Raises Refused, and MemoryError if there is too little memory. A malicious file may crash or hang the process,
    so ``colophon.stores.decoder`` calls this in a child process.
    """
    layout = read_layout(content)
    outline = outline_of(layout, content)
    widths = output_widths(outline)
    picture = _set_source_type(_decode_widest(layout, widths[-1]), outline.mark.source_type)
    try:
        webp_files = [encode_webp(shrink(picture, width, _scaled_height(layout, width))) for width in widths]
        return Copy(outline, (*webp_files, encode_fallback(picture)), layout.is_animated)
    except pyvips.Error:
        # The pixels were decoded, so only memory can be the reason.
        raise MemoryError from None


def _set_source_type(picture: Any, source_type: str) -> Any:
    """``picture`` with a packet that says ``source_type``, in place of any that its decoder has read; or without."""
    marked = picture.copy()
    if source_type:
        marked.set_type(pyvips.GValue.blob_type, _XMP_FIELD, build_packet(source_type))
    elif marked.get_typeof(_XMP_FIELD):
        marked.remove(_XMP_FIELD)
    return marked


def _decode_widest(layout: Layout, width: int) -> Any:
    size = width, _scaled_height(layout, width)
    stored = size[::-1] if layout.is_on_side else size
    try:
        return drop_opaque_alpha(
            rotate_upright(convert_to_srgb(decode_pixels(layout, *stored), layout.profile), layout.orientation)
        )
    except pyvips.Error as error:
        if _MEMORY_ERROR.search(str(error)):
            raise MemoryError from None
        raise refusal(f"The {layout.kind} image is damaged: its pixels can't be decoded.", UPLOAD_AGAIN) from None


def _scaled_height(layout: Layout, width: int) -> int:
    """The height, in pixels, of the image scaled to ``width``."""
    full_width, full_height = layout.upright_size
    return max(1, round(full_height * width / full_width))


def decode_pixels(layout: Layout, width: int, height: int) -> Any:
    """The image not yet rotated, ``width`` by ``height`` pixels, in its own colours. Alpha, if any, is the last band.

    Raises ``pyvips.Error`` if its pixels can't be decoded.
    """
    picture = _load(layout, layout.width / width)
    if layout.frame:
        picture = _place_on_canvas(picture, layout.frame, layout)
    across, down = width / picture.width, height / picture.height
    if picture.hasalpha():
        # Colours of transparent pixels must not bleed into their neighbours or be published.
        stored = picture.format
        picture = picture.premultiply().resize(across, vscale=down).unpremultiply().cast(stored, shift=False)
    elif (across, down) != (1, 1):
        picture = picture.resize(across, vscale=down)
    return picture.copy_memory().copy(xres=_DOTS_PER_MILLIMETRE, yres=_DOTS_PER_MILLIMETRE)


def _load(layout: Layout, ratio: float) -> Any:
    options: dict[str, Any] = {}
    if layout.kind == JPEG:
        least = min(ratio / _FILTER_SHRINK, layout.width, layout.height)
        options["shrink"] = next((shrink for shrink in (8, 4, 2) if least >= shrink), 1)
    if layout.kind == WEBP and not layout.frame and layout.width * layout.height > _MAX_WEBP_UNSCALED:
        options["scale"] = min(1.0, 1.5 / ratio)
    load = getattr(_libvips().Image, _LOADERS[layout.kind])
    return load(layout.pixel_content, access="sequential", fail_on="truncated", **options)


def _place_on_canvas(picture: Any, frame: Frame, layout: Layout) -> Any:
    with_alpha = picture if picture.hasalpha() else picture.bandjoin(255)
    position = (frame.left, frame.top, layout.width, layout.height)
    return with_alpha.embed(*position, extend="background", background=_TRANSPARENT)


@cache
def _libvips() -> Any:
    """libvips, set up once: one thread, no cache, and only the five decoders that are needed."""
    pyvips.concurrency_set(1)
    pyvips.cache_set_max(0)
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    for loader in ("Jpeg", "Png", "Webp", "Nsgif", "Heif"):
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", state=False)
    return pyvips


def convert_to_srgb(picture: Any, profile: bytes) -> Any:
    """``picture`` in sRGB: eight bits, three bands, or four with alpha. Raises ``pyvips.Error``."""
    if _profile_fits(picture, profile):
        managed = picture.copy()
        managed.set_type(pyvips.GValue.blob_type, _PROFILE_FIELD, profile)
        try:
            return _to_eight_bits(managed.icc_transform("srgb", embedded=True, intent="relative").copy_memory())
        except pyvips.Error:
            # A photo in slightly wrong colours is better than none.
            return _convert_without_profile(picture)
    return _convert_without_profile(picture)


def _profile_fits(picture: Any, profile: bytes) -> bool:
    well_formed = _PROFILE_HEADER_BYTES < len(profile) <= MAX_PROFILE_BYTES and profile[36:40] == b"acsp"
    return well_formed and _BANDS_BY_COLOUR_SPACE.get(profile[16:20]) == picture.bands - int(picture.hasalpha())


def _convert_without_profile(picture: Any) -> Any:
    if picture.interpretation == "cmyk":
        return _to_eight_bits(picture.icc_transform("srgb", input_profile="cmyk", intent="relative").copy_memory())
    return _to_eight_bits(picture.colourspace("srgb").copy_memory())


def _to_eight_bits(picture: Any) -> Any:
    return picture if picture.format == "uchar" else picture.cast("uchar").copy_memory()


def rotate_upright(picture: Any, orientation: int) -> Any:
    """``picture`` as viewers see it, rotated and mirrored by ``orientation`` (1 to 8)."""
    turned = picture.rot(f"d{_TURNS[orientation]}") if _TURNS[orientation] else picture
    mirrored = turned.fliphor() if orientation in _MIRRORED_ORIENTATIONS else turned
    return picture if mirrored is picture else mirrored.copy_memory()


def drop_opaque_alpha(picture: Any) -> Any:
    """``picture`` without its alpha channel if that is opaque everywhere."""
    return picture[:3].copy_memory() if picture.hasalpha() and picture[3].min() == 255 else picture


def shrink(picture: Any, width: int, height: int) -> Any:
    """``picture`` in a smaller size, in pixels."""
    if (picture.width, picture.height) == (width, height):
        return picture
    across, down = width / picture.width, height / picture.height
    if not picture.hasalpha():
        return picture.resize(across, vscale=down).copy_memory()
    return picture.premultiply().resize(across, vscale=down).unpremultiply().cast("uchar").copy_memory()


def _kept(picture: Any) -> str:
    """What an encoder writes beside the pixels: the packet if there is one."""
    return "xmp" if picture.get_typeof(_XMP_FIELD) else "none"


def encode_webp(picture: Any) -> ImageFile:
    """``picture`` as WebP."""
    costly = picture.hasalpha() or picture.width * picture.height > _LARGE
    effort = _LARGE_EFFORT if costly else _EFFORT
    return _build_file(
        picture, WEBP_EXTENSION, picture.webpsave_buffer(Q=_WEBP_QUALITY, effort=effort, keep=_kept(picture))
    )


def encode_fallback(picture: Any) -> ImageFile:
    """``picture`` as JPEG, or as PNG if it has transparency."""
    if picture.hasalpha():
        content = picture.pngsave_buffer(compression=_PNG_COMPRESSION, filter="all", keep="none")
        is_marked = picture.get_typeof(_XMP_FIELD)
        return _build_file(picture, "png", add_packet(content, picture.get(_XMP_FIELD)) if is_marked else content)
    content = picture.jpegsave_buffer(Q=_JPEG_QUALITY, interlace=True, optimize_coding=True, keep=_kept(picture))
    return _build_file(picture, "jpg", content)


def _build_file(picture: Any, extension: str, content: bytes) -> ImageFile:
    return ImageFile(picture.width, picture.height, extension, _CONTENT_TYPES[extension], content)
