"""A sheet of paper to draw on: flat shapes in a few inks, drawn large and scaled down so that edges are smooth."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]

PAPER = "#f6f1e7"
INK = "#2b3a42"
TEAL = "#3f7d7a"
SEA = "#a9cdc8"
CORAL = "#e4796a"
ROSE = "#f3c9bd"
OCHRE = "#e0a84b"
CREAM = "#fbe8bf"
SKY = "#c3dde8"
SKIN = "#ecc7a6"
SHADE = "#d9a982"
WHITE = "#fffdf8"
GREY = "#b9bdbb"

_SCALE = 3


class Sheet:
    """All coordinates and widths are in pixels of the finished picture; ``paper=None`` leaves it transparent."""

    def __init__(self, width: int = 960, height: int = 640, paper: str | None = PAPER) -> None:
        self.width, self.height = width, height
        background = (0, 0, 0, 0) if paper is None else paper
        self._image = Image.new("RGBA", (width * _SCALE, height * _SCALE), background)
        self._pen = ImageDraw.Draw(self._image)

    def disc(self, x: float, y: float, radius: float, fill: str, flat: float = 1.0) -> None:
        """A filled circle, or with ``flat`` below 1 an ellipse of less height."""
        self._pen.ellipse(_scaled([(x - radius, y - radius * flat), (x + radius, y + radius * flat)]), fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float = 6) -> None:
        box = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._pen.ellipse(box, outline=colour, width=round(width * _SCALE))

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, round_by: float = 0) -> None:
        self._pen.rounded_rectangle(_scaled([(left, top), (right, bottom)]), radius=round_by * _SCALE, fill=fill)

    def shape(self, corners: Sequence[Point], fill: str, smooth: bool = True) -> None:
        """A filled outline through ``corners``, rounded through them when ``smooth``."""
        outline = _curve(corners, closed=True) if smooth else list(corners)
        self._pen.polygon(_scaled(outline), fill=fill)

    def stroke(self, points: Sequence[Point], colour: str = INK, width: float = 6, smooth: bool = True) -> None:
        """An open line with round ends."""
        path = _curve(points, closed=False) if smooth and len(points) > 2 else list(points)
        self._pen.line(_scaled(path), fill=colour, width=round(width * _SCALE), joint="curve")
        # The pen leaves hairlines open between the pieces of a wide curve.
        for x, y in path:
            self.disc(x, y, width / 2, colour)

    def dots(self, start: Point, end: Point, colour: str = INK, size: float = 5, gap: float = 18) -> None:
        """A dotted line."""
        length = math.dist(start, end)
        for step in range(int(length // gap) + 1):
            part = step * gap / length
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            self.disc(x, y, size / 2, colour)

    def arrow(self, points: Sequence[Point], colour: str = CORAL, width: float = 7) -> None:
        """A line that ends in an open head."""
        self.stroke(points, colour, width)
        (x0, y0), (x1, y1) = points[-2], points[-1]
        turn = math.atan2(y1 - y0, x1 - x0)
        for side in (2.5, -2.5):
            tip = (x1 + 26 * math.cos(turn + side), y1 + 26 * math.sin(turn + side))
            self.stroke([(x1, y1), tip], colour, width)

    def write(self, x: float, y: float, text: str, size: float = 30, colour: str = INK) -> None:
        """A few figures, centred at a point, in the face that Pillow carries."""
        font = ImageFont.load_default(size * _SCALE)
        self._pen.text((x * _SCALE, y * _SCALE), text, font=font, fill=colour, anchor="mm")

    def picture(self) -> Image.Image:
        """The finished picture, RGBA."""
        return self._image.resize((self.width, self.height), Image.Resampling.LANCZOS)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _curve(points: Sequence[Point], closed: bool, steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through ``points``."""
    ring = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        curve.extend(
            (_spline(a[0], b[0], c[0], d[0], k / steps), _spline(a[1], b[1], c[1], d[1], k / steps))
            for k in range(steps)
        )
    return curve if closed else [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
