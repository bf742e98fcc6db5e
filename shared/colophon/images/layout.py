"""The layout of a stored image: size, orientation, colour profile and the bytes that hold its pixels."""

from msgspec import Struct

from colophon.images.mark import ImageMark


class Frame(Struct, frozen=True):
    """The position and size, in pixels, of a first frame that covers only a part of its canvas."""

    left: int
    top: int
    width: int
    height: int


class Layout(Struct, frozen=True):
    """An image before its pixels are decoded.

    ``width`` and ``height`` are as stored, in pixels, before rotation. ``orientation`` is 1 to 8 (Exif 2.32, 4.6.4).
    ``pixel_content`` is the file reduced to what the pixels of the first frame need, without metadata. ``profile`` is
    the ICC profile, or empty. ``decoder_bytes`` is the memory that a decoder needs if it can't read row by row,
    else 0. ``frame`` is set if the first frame covers only a part of the canvas. ``is_animated``: more frames follow.
    ``mark`` is what the file says of how the image was made.
    """

    kind: str
    width: int
    height: int
    pixel_content: bytes
    orientation: int = 1
    profile: bytes = b""
    decoder_bytes: int = 0
    frame: Frame | None = None
    is_animated: bool = False
    mark: ImageMark = ImageMark()

    @property
    def is_on_side(self) -> bool:
        """Whether it is stored rotated by 90 or 270 degrees."""
        return self.orientation >= 5

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the image as viewers see it."""
        return (self.height, self.width) if self.is_on_side else (self.width, self.height)
