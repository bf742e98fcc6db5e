"""Lines of text for a picture: measured, broken and made to fit."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from colophon.drawing.raster import draw_glyph

# Text is broken at spaces, and between characters of scripts that are written without them.
_PIECES = re.compile(r"[^\s぀-ヿ㐀-鿿]+|[぀-ヿ㐀-鿿]|\s+")
# Such a character stays with the piece before it.
_NEVER_FIRST = "、。」』〉》】〕！）：；？］ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
_CUT = "…"


class Line(Struct, frozen=True):
    """A line of text; ``size`` is its em in pixels."""

    text: str
    size: int


def measure(line: Line) -> float:
    """The width of ``line`` in pixels."""
    return sum(draw_glyph(character, line.size).width for character in line.text)


def fit(text: str, width: int, sizes: Sequence[int], most_lines: int) -> tuple[Line, ...]:
    """``text`` in as few lines of at most ``width`` pixels as hold it, in the largest of ``sizes`` in which they do.

    Fewer lines count for more than the size, but only in the first half of ``sizes``. If nothing holds it, it is cut in
    the last size, with an ellipsis.
    """
    for most in range(1, most_lines + 1):
        for size in sizes if most == most_lines else sizes[: (len(sizes) + 1) // 2]:
            lines = tuple(_break(text, width, size))
            if len(lines) <= most:
                return _balance(text, lines, width)
    kept = tuple(_break(text, width, sizes[-1]))[:most_lines]
    return (*kept[:-1], _cut(kept[-1], width))


def _balance(text: str, lines: tuple[Line, ...], width: int) -> tuple[Line, ...]:
    """``text`` in as many lines, of lengths that are as equal as can be: no single letter is left for the last one."""
    low, high = 0, width
    while high - low > 4:
        middle = (low + high) // 2
        tried = tuple(_break(text, middle, lines[0].size))
        if len(tried) <= len(lines) and all(measure(line) <= middle for line in tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _break(text: str, width: int, size: int) -> Iterator[Line]:
    """``text`` in as few lines as hold it. A piece that is wider than a line is cut where it must be."""
    current = ""
    for piece in _pieces(text):
        if measure(Line((current + piece).rstrip(), size)) <= width:
            current += piece
            continue
        if current.strip():
            yield Line(current.rstrip(), size)
        current = piece.lstrip()
        while measure(Line(current, size)) > width:
            most = next(n for n in range(len(current), 0, -1) if n == 1 or measure(Line(current[:n], size)) <= width)
            yield Line(current[:most], size)
            current = current[most:]
    if current.strip():
        yield Line(current.rstrip(), size)


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for piece in _PIECES.findall(text):
        if piece[0] in _NEVER_FIRST:
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _cut(line: Line, width: int) -> Line:
    text = line.text
    while text and measure(Line(text + _CUT, line.size)) > width:
        text = text[:-1]
    return Line(text.rstrip() + _CUT, line.size)
