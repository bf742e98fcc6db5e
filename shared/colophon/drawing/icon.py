"""The site's icon where it has uploaded none: the first letter of its name on its colour."""

from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from msgspec.json import encode

from colophon.drawing.canvas import Canvas
from colophon.drawing.glyphs import GLYPHS_VERSION
from colophon.drawing.raster import draw_glyph
from colophon.drawing.text import Line
from colophon.upload.colours import LEAST_CONTRAST, WHITE, Colour, contrast, parse_colour

# What phones put on their home screen; browsers make their own sizes of it.
_SIZE, _LETTER = 180, 118
_RECIPE = f"1.{GLYPHS_VERSION}"
_BLACK = parse_colour("#16181b")


class Icon(Struct, frozen=True):
    """``letter`` on a square of ``colour``; it may be empty."""

    letter: str
    colour: str

    @property
    def digest(self) -> str:
        """The identity of the picture, for its path."""
        return sha256(encode((_RECIPE, self))).hexdigest()[:12]


def letter_colour(ground: Colour) -> Colour:
    """White, or black where white is too faint on ``ground``."""
    return WHITE if contrast(WHITE, ground) >= LEAST_CONTRAST else _BLACK


@lru_cache(maxsize=16)
def draw_icon(icon: Icon) -> bytes:
    """``icon`` as a square PNG. Cached, as an attempt is repeated after a conflict."""
    ground = parse_colour(icon.colour)
    canvas = Canvas(_SIZE, _SIZE, ground)
    if icon.letter.strip():
        bitmap = draw_glyph(icon.letter, _LETTER)
        width, height = len(bitmap.rows[0]) - 2, len(bitmap.rows)
        left, top = (_SIZE - width) // 2 - bitmap.left, (_SIZE - height) // 2 - bitmap.top
        canvas.write(Line(icon.letter, _LETTER), left, top, letter_colour(ground))
    return canvas.as_png()
