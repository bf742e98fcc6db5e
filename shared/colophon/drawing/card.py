"""The card of a clinic or of the site: what other sites show where a page of it is shared and has no picture.

What a card looks like depends on nothing but ``Card`` and this code, so its path is known before it is drawn.
"""

from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from msgspec.json import encode

from colophon.drawing import CARD_HEIGHT, CARD_WIDTH
from colophon.drawing.canvas import Canvas
from colophon.drawing.text import Line, fit, measure
from colophon.site_settings import DEFAULT_COLOUR
from colophon.upload.colours import WHITE, Colour, parse_colour

# The last is part of every path, as a card drawn otherwise is another object. With a change of the drawing or of the
# glyphs (after the dot: GLYPHS_VERSION) add one at the end, and keep the others: a withdrawal ends the cards of all.
CARD_RECIPES = ("1.1",)
# As in style.css: --paper, --ink, --soft, --line, --label-paper and --label-ink of the light colours.
_PAPER, _INK, _SOFT = parse_colour("#fcfbf8"), parse_colour("#22252a"), parse_colour("#5a6068")
_LINE = parse_colour("#dcd8cf")
_LABEL_PAPER, _LABEL_INK = parse_colour("#7a4a00"), WHITE
_BAR, _MARGIN = 20, 96
_TEXT_WIDTH = CARD_WIDTH - 2 * _MARGIN
_NAME_SIZES, _NAME_LINES = (96, 84, 74, 64, 56, 48), 3
_OTHER_SIZES = (44, 38, 32)
_SMALL = 32
# Of an em: how far lines are apart, and how high capitals and Hangul stand above the base line.
_LEADING, _RISE = 1.22, 0.78


class Card(Struct, frozen=True):
    """``label`` says what the pages are, ``name`` whose they are; ``other_name`` and ``language`` stand below.

    ``colour`` is that of the bar at the side.
    """

    label: str
    name: str
    other_name: str
    language: str
    colour: str = DEFAULT_COLOUR

    @property
    def digest(self) -> str:
        """The identity of the picture, for its path."""
        return self.digest_by(CARD_RECIPES[-1])

    def digest_by(self, recipe: str) -> str:
        """The identity of the picture that ``recipe``, one of CARD_RECIPES, made."""
        return sha256(encode((recipe, self))).hexdigest()[:12]


@lru_cache(maxsize=16)
def draw_card(card: Card) -> bytes:
    """``card`` as a PNG of CARD_WIDTH by CARD_HEIGHT pixels. The texts have glyphs.

    Cached, as an attempt is repeated after a conflict.
    """
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, _PAPER)
    canvas.fill(0, 0, _BAR, CARD_HEIGHT, parse_colour(card.colour))
    _draw_label(canvas, card.label)
    _draw_names(canvas, card)
    canvas.fill(_MARGIN, CARD_HEIGHT - 118, _TEXT_WIDTH, 2, _LINE)
    canvas.write(Line(card.language, _SMALL), _MARGIN, CARD_HEIGHT - 62, _SOFT)
    return canvas.as_png()


def _draw_label(canvas: Canvas, label: str) -> None:
    """The label, as it stands above the title of a page."""
    line = Line(label, _SMALL)
    canvas.fill(_MARGIN, 76, round(measure(line)) + 44, 62, _LABEL_PAPER)
    canvas.write(line, _MARGIN + 22, 76 + 43, _LABEL_INK, _LABEL_PAPER)


def _draw_names(canvas: Canvas, card: Card) -> None:
    """The name and, below it, the other one, in the middle of what the label and the language leave."""
    names = fit(card.name, _TEXT_WIDTH, _NAME_SIZES, _NAME_LINES)
    others = fit(card.other_name, _TEXT_WIDTH, _OTHER_SIZES, 1) if card.other_name else ()
    lines: list[tuple[Line, Colour]] = [*((line, _INK) for line in names), *((line, _SOFT) for line in others)]
    gap = 18 if others else 0
    height = sum(line.size * _LEADING for line, _ in lines) + gap
    top = (138 + CARD_HEIGHT - 118 - height) / 2
    for number, (line, ink) in enumerate(lines):
        top += gap if number == len(names) else 0
        base = top + line.size * (_LEADING - 1) / 2 + line.size * (0.5 + _RISE / 2)
        canvas.write(line, _MARGIN, round(base), ink)
        top += line.size * _LEADING
