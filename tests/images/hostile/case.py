"""What a hostile image is, and what must come of it."""

import io
from collections.abc import Callable

from msgspec import Struct
from PIL import Image

# Planted wherever a file has room for words; nothing that is published may carry it.
MARKER = b"PLANTED-marker-of-the-uploader"
Colour = tuple[int, int, int]
RED, GREEN, BLUE, GOLD = (200, 30, 30), (30, 160, 40), (30, 50, 190), (220, 180, 40)
QUARTERS = (RED, GREEN, BLUE, GOLD)


class Case(Struct, frozen=True):
    """``size`` is that of the widest file that comes of it, or None where it is refused with ``says`` in the words.

    ``corners`` are the colours that its corners have then: top left, top right, bottom left, bottom right.
    """

    name: str
    make: Callable[[], bytes]
    size: tuple[int, int] | None = None
    says: str = ""
    transparent: bool = False
    corners: tuple[Colour, Colour, Colour, Colour] | None = None

    def __str__(self) -> str:
        return self.name


def clean(name: str, make: Callable[[], bytes], size: tuple[int, int], **more: object) -> Case:
    """A case that is published."""
    return Case(name, make, size, **more)  # type: ignore[arg-type]


def refusal(name: str, make: Callable[[], bytes], says: str) -> Case:
    """A case that is refused."""
    return Case(name, make, says=says)


def quarters(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """An image whose four quarters differ, so that one sees how it was turned."""
    picture = Image.new("RGB", (width, height), RED)
    half = width // 2, height // 2
    picture.paste(GREEN, (half[0], 0, width, half[1]))
    picture.paste(BLUE, (0, half[1], half[0], height))
    picture.paste(GOLD, (*half, width, height))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    """``picture`` as a file of the form that Pillow calls ``form``."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
