"""How a stored image lies: its size, how it is turned, and the bytes that its pixels hang on."""

from msgspec import Struct


class Frame(Struct, frozen=True):
    """A first frame that covers only a part of its canvas: where it lies there, in pixels."""

    left: int
    top: int
    width: int
    height: int


class Layout(Struct, frozen=True):
    """An image before its pixels are decoded.

    ``width`` and ``height`` are as stored, before it is turned; ``orientation`` is that of Exif 2.32, 4.6.4 (1 to 8);
    ``bare`` is the file again with nothing but what its pixels are made from, the first frame's only; ``profile`` is
    its ICC profile or empty; ``whole`` is how many bytes a decoder holds at once, where it can't decode row by row;
    ``frame`` is set where the frame in ``bare`` covers only a part of the canvas.
    """

    kind: str
    width: int
    height: int
    pixel_content: bytes
    orientation: int = 1
    profile: bytes = b""
    decoder_bytes: int = 0
    frame: Frame | None = None

    @property
    def is_on_side(self) -> bool:
        """Whether it is stored on its side."""
        return self.orientation >= 5

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the image as people see it."""
        return (self.height, self.width) if self.is_on_side else (self.width, self.height)
