"""A clean copy of an uploaded image in its sizes, and the paths that these may have on the site."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from msgspec import Struct

from colophon.upload.keys import ImageRef

# Part of every path: another recipe makes other bytes, and a path never changes its bytes.
RECIPE_VERSION = "2"
# What is served for readers of today; older ones get the widest size as JPEG, or PNG where something is transparent.
WIDTHS = (480, 960, 1600)
WEBP_EXTENSION = "webp"
FALLBACK_EXTENSIONS = ("jpg", "png")


class ImageFile(Struct, frozen=True):
    """One file of a copy: re-encoded, upright, in sRGB, without metadata. ``ending`` is webp, jpg or png."""

    width: int
    height: int
    extension: str
    content_type: str
    content: bytes


class Outline(Struct, frozen=True):
    """All of an upload that the paths of its copy hang on, which no pixel needs to be decoded for.

    ``source`` is the upload's SHA-256, in hex; ``width`` that of the upright image, in pixels.
    """

    sha256: str
    width: int


class Copy(Struct, frozen=True):
    """What the site serves in place of an upload: WebP in each of its widths, narrowest first, then the fallback."""

    outline: Outline
    files: tuple[ImageFile, ...]

    @property
    def fallback(self) -> ImageFile:
        return self.files[-1]

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(size.width for size in self.files[:-1])


class Copier(Protocol):
    """Whoever makes copies. ``copy_of`` raises Refused; ``outline_of`` gives None for what is no image at all."""

    def make_copy(self, content: bytes) -> Copy: ...

    def read_outline(self, content: bytes) -> Outline | None: ...


def output_widths(outline: Outline) -> tuple[int, ...]:
    """The widths in which an image is served, narrowest first; it is never enlarged."""
    widest = min(outline.width, WIDTHS[-1])
    return (*(width for width in WIDTHS if width < widest), widest)


def image_key_base(image: ImageRef, source: str, times_ended: int) -> str:
    """What the site keys of an image begin with: never shared by two names or two posts, new after each end of it."""
    digest = hashlib.sha256(f"{RECIPE_VERSION}\0{image.name}\0{source}".encode()).hexdigest()[:12]
    suffix = f".{times_ended}" if times_ended else ""
    return f"images/{image.post.clinic}/{image.post.post}/{PurePosixPath(image.name).stem}.{digest}{suffix}"


def image_file_key(base: str, width: int, extension: str) -> str:
    """The site key of one size."""
    return f"{base}-{width}.{extension}"


def possible_file_keys(image: ImageRef, outline: Outline, times_ended: int) -> Iterator[str]:
    """Every site key that a copy may have had, one of the two fallbacks among them that it never had."""
    base, widths = image_key_base(image, outline.sha256, times_ended), output_widths(outline)
    yield from (image_file_key(base, width, WEBP_EXTENSION) for width in widths)
    yield from (image_file_key(base, widths[-1], extension) for extension in FALLBACK_EXTENSIONS)
