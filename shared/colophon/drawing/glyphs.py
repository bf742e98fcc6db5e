"""The outlines of characters, from a font under an open licence (``OFL.txt`` beside this file).

``common.glyphs`` has Latin, Kana and the Hangul syllables of KS X 1001, ``han.glyphs`` the Han of the first levels of
JIS X 0208 and GB 2312. ``tests/tools/draw_glyphs.py`` made them. Coordinates are in ``UNITS_PER_EM``, y upwards from
the base line.

A file is compressed (XZ). In it, little-endian: three 32-bit lengths; the characters in UTF-8; the widths, 16 bits
each; for each glyph the numbers of points of its segments, then 0; then x and y of each point as the step from the one
before, 16 bits: the low bytes of all x, of all y, the high bytes of all x, of all y. A number of 255 begins a contour
with one point, 1 is a line, n are n - 1 control points and an end of quadratic curves with implied points between, as
in TrueType.
"""

import lzma
import sys
from array import array
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

# Part of every path: with other outlines the same words are another picture.
GLYPHS_VERSION = "1"
UNITS_PER_EM = 256
FILES = {name: Path(__file__).with_name(f"{name}.glyphs") for name in ("common", "han")}
_MOVE = 255
Point: TypeAlias = tuple[int, int]


class Glyph(Struct, frozen=True):
    """``width`` is how far the next glyph is. ``contours`` are closed: a start, then segments of one point or more."""

    width: int
    contours: tuple[tuple[Point, tuple[tuple[Point, ...], ...]], ...]


class _GlyphFile(Struct, frozen=True):
    """A file of glyphs: places by character, and the bounds of each glyph's counts and points."""

    places: dict[str, int]
    widths: "array[int]"
    counts: list[bytes]
    starts: list[int]
    xs: "array[int]"
    ys: "array[int]"


def find_glyph(character: str) -> Glyph | None:
    """The glyph of ``character``, if there is one."""
    for name in FILES:
        file = _load(name)
        if (place := file.places.get(character)) is not None:
            return _decode(file, place)
    return None


def has_glyphs(text: str) -> bool:
    """Whether every character of ``text`` has a glyph."""
    return all(any(character in _load(name).places for name in FILES) for character in text)


@lru_cache(maxsize=4096)
def measure_glyph(character: str) -> int:
    """How far the next glyph is, in units. Raises ValueError if ``character`` has no glyph."""
    for name in FILES:
        file = _load(name)
        if (place := file.places.get(character)) is not None:
            return file.widths[place]
    raise ValueError(character)


@cache
def _load(name: str) -> _GlyphFile:
    content = lzma.decompress(FILES[name].read_bytes())
    text_length, count_length, points = _read_words("I", content[:12])
    text = content[12 : (at := 12 + text_length)].decode()
    widths = _read_words("h", content[at : (at := at + 2 * len(text))])
    counts = content[at : (at := at + count_length)]
    low, high = content[at : at + 2 * points], content[at + 2 * points :]
    both = bytearray(4 * points)
    both[0::2], both[1::2] = low, high
    steps = _read_words("h", bytes(both))
    by_glyph = counts.split(b"\0")[:-1]
    starts = list(accumulate((sum(each) - (_MOVE - 1) * each.count(_MOVE) for each in by_glyph), initial=0))
    places = {character: place for place, character in enumerate(text)}
    return _GlyphFile(places, widths, by_glyph, starts, steps[:points], steps[points:])


def _read_words(kind: str, content: bytes) -> "array[int]":
    found = array(kind, content)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _decode(file: _GlyphFile, place: int) -> Glyph:
    at, x, y = file.starts[place], 0, 0
    contours: list[tuple[Point, list[tuple[Point, ...]]]] = []
    for count in file.counts[place]:
        points: list[Point] = []
        for step in range(at, at + (1 if count == _MOVE else count)):
            x, y = x + file.xs[step], y + file.ys[step]
            points.append((x, y))
        at += len(points)
        if count == _MOVE:
            contours.append((points[0], []))
        else:
            contours[-1][1].append(tuple(points))
    return Glyph(file.widths[place], tuple((start, tuple(segments)) for start, segments in contours))
