"""The clean copy of an uploaded image: its sizes, and the site keys of its files."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from msgspec import Struct

from colophon.images.mark import ImageMark
from colophon.upload.keys import ImageRef

# Part of every key: a new recipe makes different bytes, and the bytes at a key never change.
RECIPE_VERSION = "3"
# Recipes that make the same bytes as an earlier one of an image without a mark, whose keys therefore stay.
_SAME_IF_UNMARKED = {"3": "2"}
# Widths of the WebP files, in pixels. Old browsers get the widest size as JPEG, or as PNG if it has transparency.
WIDTHS = (480, 960, 1600)
WEBP_EXTENSION = "webp"
FALLBACK_EXTENSIONS = ("jpg", "png")


class ImageFile(Struct, frozen=True):
    """One file of a copy: re-encoded, upright, sRGB, without metadata but the source type of the upload's mark.

    ``extension`` is webp, jpg or png.
    """

    width: int
    height: int
    extension: str
    content_type: str
    content: bytes


class Outline(Struct, frozen=True):
    """What the keys of a copy depend on, known without decoding a pixel.

    ``sha256`` is that of the upload, in hex; ``width`` is that of the upright image, in pixels. ``mark`` is what the
    upload says of how it was made.
    """

    sha256: str
    width: int
    mark: ImageMark = ImageMark()


class Copy(Struct, frozen=True):
    """What the site serves instead of an upload: a WebP file for each width, narrowest first, then the fallback.

    ``is_animated``: the upload has more frames, which the files don't show.
    """

    outline: Outline
    files: tuple[ImageFile, ...]
    is_animated: bool = False

    @property
    def fallback(self) -> ImageFile:
        return self.files[-1]

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(file.width for file in self.files[:-1])


class Copier(Protocol):
    """Makes copies. ``make_copy`` raises Refused; ``read_outline`` returns None for what can't be an image."""

    def make_copy(self, content: bytes) -> Copy: ...

    def read_outline(self, content: bytes) -> Outline | None: ...


def output_widths(outline: Outline) -> tuple[int, ...]:
    """The widths of the WebP files, narrowest first, in pixels. An image is never enlarged."""
    widest = min(outline.width, WIDTHS[-1])
    return (*(width for width in WIDTHS if width < widest), widest)


def recipe_id(mark: ImageMark) -> str:
    """The identity of what makes the files of an image with ``mark``: of the recipe, and of the mark if it has one."""
    if not mark:
        return _SAME_IF_UNMARKED.get(RECIPE_VERSION, RECIPE_VERSION)
    return f"{RECIPE_VERSION} {mark.source_type}{' credentials' if mark.has_credentials else ''}"


def image_key_base(image: ImageRef, outline: Outline, times_ended: int) -> str:
    """The common start of an image's site keys.

    ``times_ended`` counts deletions and withdrawals of the image, so that a key is never used again after one.
    Two images never share a key, not even with equal bytes.
    """
    inputs = f"{recipe_id(outline.mark)}\0{image.name}\0{outline.sha256}"
    digest = hashlib.sha256(inputs.encode()).hexdigest()[:12]
    suffix = f".{times_ended}" if times_ended else ""
    return f"images/{image.post.clinic}/{image.post.post}/{PurePosixPath(image.name).stem}.{digest}{suffix}"


def image_file_key(base: str, width: int, extension: str) -> str:
    """The site key of one file of a copy."""
    return f"{base}-{width}.{extension}"


def possible_file_keys(image: ImageRef, outline: Outline, times_ended: int) -> Iterator[str]:
    """Every site key that a copy may have. Includes both fallbacks, of which a copy has only one."""
    base, widths = image_key_base(image, outline, times_ended), output_widths(outline)
    yield from (image_file_key(base, width, WEBP_EXTENSION) for width in widths)
    yield from (image_file_key(base, widths[-1], extension) for extension in FALLBACK_EXTENSIONS)
