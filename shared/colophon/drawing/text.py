"""Lines of text for a picture: measured, broken and made to fit."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from colophon.drawing.glyphs import UNITS_PER_EM, measure_glyph

# Text is broken at spaces, and between characters of scripts that are written without them.
_PIECES = re.compile(r"[^\s぀-ヿ㐀-鿿]+|[぀-ヿ㐀-鿿]|\s+")
# Such a character stays with the piece before it.
_NEVER_FIRST = "、。」』〉》】〕！）：；？］ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
_CUT = "…"


class Line(Struct, frozen=True):
    """A line of text; ``size`` is its em in pixels."""

    text: str
    size: int


class _Measured(Struct, frozen=True):
    """A text without spaces at its ends. ``pieces`` are the ends of its pieces; ``reach`` has, for each place of a
    character and the end, how wide all before it is, in units of the font."""

    text: str
    pieces: tuple[int, ...]
    reach: tuple[int, ...]

    def line(self, span: tuple[int, int], size: int) -> Line:
        return Line(self.text[slice(*span)].rstrip(), size)

    def width(self, start: int, end: int) -> int:
        """How wide it is from ``start`` to ``end``, without spaces at the end, in units."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return self.reach[end] - self.reach[start]

    def most(self, start: int, limit: int) -> int:
        """Where a line of at most ``limit`` units from ``start`` ends at the latest."""
        return bisect_right(self.reach, self.reach[start] + limit) - 1


def measure(line: Line) -> float:
    """The width of ``line`` in pixels. Raises ValueError if a character has no glyph."""
    return sum(map(measure_glyph, line.text)) * line.size / UNITS_PER_EM


def fit(text: str, width: int, sizes: Sequence[int], most_lines: int) -> tuple[Line, ...]:
    """``text`` in as few lines of at most ``width`` pixels as hold it, in the largest of ``sizes`` in which they do.

    Fewer lines count for more than the size, but only in the first half of ``sizes``. If nothing holds it, it is cut in
    the last size, with an ellipsis. A blank text has no lines. Raises ValueError if a character has no glyph.
    """
    measured = _measure_all(text.strip(), most_lines * _units(width, sizes[-1]))
    for most in range(1, most_lines + 1):
        for size in sizes if most == most_lines else sizes[: (len(sizes) + 1) // 2]:
            spans = _break(measured, _units(width, size))
            if len(spans) <= most:
                spans = _balance(measured, spans, width, size)
                return tuple(measured.line(span, size) for span in spans)
    kept = _break(measured, _units(width, sizes[-1]))[:most_lines]
    return (*(measured.line(span, sizes[-1]) for span in kept[:-1]), _cut(measured, kept[-1], width, sizes[-1]))


def _measure_all(text: str, limit: int) -> _Measured:
    """``text``, each character measured once; without the end of one that is wider than ``limit`` units in any case."""
    widths: list[int] = []
    ink = 0
    for character in text:
        widths.append(measure_glyph(character))
        ink += 0 if character.isspace() else widths[-1]
        if ink > limit:
            break
    kept = text[: len(widths)]
    return _Measured(kept, tuple(accumulate(map(len, _pieces(kept)))), tuple(accumulate(widths, initial=0)))


def _units(width: int, size: int) -> int:
    """How many units of the font ``width`` pixels hold in ``size``."""
    return width * UNITS_PER_EM // size


def _balance(text: _Measured, spans: list[tuple[int, int]], width: int, size: int) -> list[tuple[int, int]]:
    """As many lines, of lengths that are as equal as can be: no single letter is left for the last one."""
    low, high = 0, width
    while high - low > 4:
        middle = (low + high) // 2
        limit = _units(middle, size)
        tried = _break(text, limit)
        if len(tried) <= len(spans) and all(text.width(*span) <= limit for span in tried):
            spans, high = tried, middle
        else:
            low = middle
    return spans


def _break(text: _Measured, limit: int) -> list[tuple[int, int]]:
    """Where lines of at most ``limit`` units begin and end that are as few as hold ``text``.

    A piece that is wider than a line is cut where it must be.
    """
    spans: list[tuple[int, int]] = []
    start = before = 0
    for end in text.pieces:
        if text.width(start, end) > limit:
            if before > start:
                spans.append((start, before))
            start = before
            while start < end and text.text[start].isspace():
                start += 1
            while text.width(start, end) > limit:
                cut = max(start + 1, text.most(start, limit))
                if cut >= end:
                    break
                spans.append((start, cut))
                start = cut
        before = end
    return [*spans, (start, before)] if before > start else spans


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


def _cut(text: _Measured, span: tuple[int, int], width: int, size: int) -> Line:
    start, end = span
    most = text.most(start, max(0, _units(width, size) - measure_glyph(_CUT)))
    return Line(text.text[start : min(end, most)].rstrip() + _CUT, size)
