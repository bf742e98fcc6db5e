"""Pixels as files: WebP for readers of today, JPEG or PNG for all others. Nothing but pixels is written."""

from typing import Any

from colophon.images.copy import WEBP, Sized

# A photo's WebP then looks as its JPEG of quality 85 does; measured in the decision log.
_WEBP_QUALITY, _JPEG_QUALITY = 78, 82
# More effort saves a tenth of the bytes and takes twice the time, which what is large or transparent can't have.
_EFFORT, _LARGE_EFFORT, _LARGE = 4, 1, 4_000_000
_PNG_COMPRESSION = 3
_CONTENT_TYPES = {WEBP: "image/webp", "jpg": "image/jpeg", "png": "image/png"}


def as_webp(picture: Any) -> Sized:
    """``picture`` as WebP."""
    costly = picture.hasalpha() or picture.width * picture.height > _LARGE
    effort = _LARGE_EFFORT if costly else _EFFORT
    return _sized(picture, WEBP, picture.webpsave_buffer(Q=_WEBP_QUALITY, effort=effort, keep="none"))


def as_fallback(picture: Any) -> Sized:
    """``picture`` as JPEG, or as PNG where something of it is transparent."""
    if picture.hasalpha():
        return _sized(picture, "png", picture.pngsave_buffer(compression=_PNG_COMPRESSION, filter="all", keep="none"))
    content = picture.jpegsave_buffer(Q=_JPEG_QUALITY, interlace=True, optimize_coding=True, keep="none")
    return _sized(picture, "jpg", content)


def _sized(picture: Any, ending: str, content: bytes) -> Sized:
    return Sized(picture.width, picture.height, ending, _CONTENT_TYPES[ending], content)
