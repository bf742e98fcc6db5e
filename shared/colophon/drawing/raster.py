"""From outlines to coverage: how much of each pixel a glyph covers.

Each edge adds to the pixels that it crosses the area to its right; the sum along a row, from the left, is the coverage.
That is exact for outlines that do not overlap, as those of the font, and needs no samples.
"""

from functools import lru_cache
from itertools import accumulate
from math import ceil, floor

from msgspec import Struct

from colophon.drawing.glyphs import UNITS_PER_EM, Glyph, Point, find_glyph

# Shades from nothing (0) to all of a pixel.
FULL = 15
# In pixels: about how long the lines are that stand for a curve.
_STEP = 8.0


class Bitmap(Struct, frozen=True):
    """Rows of coverage, 0 to FULL, one byte a pixel. ``left`` is the first column, ``top`` the first row, both from
    where the text stands on its base line; ``width`` is how far the next glyph is, in pixels."""

    left: int
    top: int
    width: float
    rows: tuple[bytes, ...]


@lru_cache(maxsize=1024)
def draw_glyph(character: str, size: int) -> Bitmap:
    """``character`` with an em of ``size`` pixels. Raises ValueError if there is no glyph for it."""
    glyph = find_glyph(character)
    if glyph is None:
        raise ValueError(character)
    scale = size / UNITS_PER_EM
    lines = _lines(glyph, scale)
    if not lines:
        return Bitmap(0, 0, glyph.width * scale, ())
    left = floor(min(min(line[0], line[2]) for line in lines))
    top = floor(min(min(line[1], line[3]) for line in lines))
    right = ceil(max(max(line[0], line[2]) for line in lines))
    bottom = ceil(max(max(line[1], line[3]) for line in lines))
    # An edge at the right end adds to the pixel behind it.
    areas = [[0.0] * (right - left + 2) for _ in range(bottom - top)]
    for x0, y0, x1, y1 in lines:
        _add_edge(areas, x0 - left, y0 - top, x1 - left, y1 - top)
    rows = tuple(bytes([int(min(abs(area), 1.0) * FULL + 0.5) for area in accumulate(row)]) for row in areas)
    return Bitmap(left, top, glyph.width * scale, rows)


def _lines(glyph: Glyph, scale: float) -> list[tuple[float, float, float, float]]:
    """The outline in pixels, y downwards, as lines."""
    lines: list[tuple[float, float, float, float]] = []
    for start, segments in glyph.contours:
        at = start[0] * scale, -start[1] * scale
        first = at
        for segment in segments:
            for point in _flatten(at, segment, scale):
                lines.append((*at, *point))
                at = point
        lines.append((*at, *first))
    return lines


def _flatten(start: tuple[float, float], segment: tuple[Point, ...], scale: float) -> list[tuple[float, float]]:
    """The ends of the lines that stand for ``segment``, which begins at ``start``."""
    points = [(x * scale, -y * scale) for x, y in segment]
    if len(points) == 1:
        return points
    found: list[tuple[float, float]] = []
    *controls, end = points
    x0, y0 = start
    for place, (cx, cy) in enumerate(controls):
        # Between two control points stands an implied point of the curve.
        following = controls[place + 1] if place + 1 < len(controls) else None
        x2, y2 = ((cx + following[0]) / 2, (cy + following[1]) / 2) if following else end
        length = abs(cx - x0) + abs(cy - y0) + abs(x2 - cx) + abs(y2 - cy)
        steps = max(2, ceil(length / _STEP))
        for step in range(1, steps):
            t = step / steps
            u = 1 - t
            found.append((u * u * x0 + 2 * u * t * cx + t * t * x2, u * u * y0 + 2 * u * t * cy + t * t * y2))
        found.append((x2, y2))
        x0, y0 = x2, y2
    return found


def _add_edge(areas: list[list[float]], x0: float, y0: float, x1: float, y1: float) -> None:
    """Add what the edge from (x0, y0) to (x1, y1) changes. Coordinates are not negative."""
    if y0 == y1:
        return
    sign = 1.0
    if y0 > y1:
        sign, x0, y0, x1, y1 = -1.0, x1, y1, x0, y0
    slope = (x1 - x0) / (y1 - y0)
    row, last = int(y0), ceil(y1)
    x = x0
    while row < last:
        height = min(row + 1, y1) - max(row, y0)
        following = x + slope * height
        _add_to_row(areas[row], x, following, sign * height)
        x = following
        row += 1


def _add_to_row(row: list[float], x0: float, x1: float, area: float) -> None:
    """Add ``area`` to the pixels from x0 to x1 on, evenly along the way between the two."""
    if x0 > x1:
        x0, x1 = x1, x0
    first = int(x0)
    if x1 <= first + 1:
        behind = area * ((x0 + x1) / 2 - first)
        row[first] += area - behind
        row[first + 1] += behind
        return
    # The part of the edge over each pixel, and where in the pixel its middle is.
    per_pixel = area / (x1 - x0)
    at = x0
    for pixel in range(first, ceil(x1)):
        end = min(pixel + 1, x1)
        part = per_pixel * (end - at)
        behind = part * ((at + end) / 2 - pixel)
        row[pixel] += part - behind
        row[pixel + 1] += behind
        at = end
