"""The plot of a run, as SVG: how much each part can do, and how long uploads wait at each arrival rate."""

import math
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from tests.scale.simulation import Result

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 860, 230, 30, 22, 44
_DARK, _LIGHT, _ALARM = "#1f5f8b", "#b9d4e6", "#b3261e"
_COLOURS = ("#1f5f8b", "#2e8b57", "#b8860b", "#b3261e", "#7b3fa0")
_LEAST, _MOST = 1.0, 100_000.0
_CURVES = 170


def draw(now: dict[str, float], turned: dict[str, float], results: Iterable[tuple[str, Result]], late: float) -> str:
    """Bars of posts a second by part, on a logarithmic scale; below them the age of the oldest upload in an hour."""
    bars = list(_bars(now, turned))
    top = _TOP + _ROW * len(now) + 70
    height = top + _CURVES + 50
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif"'
        ' font-size="13" role="img">',
        "<title>What saturates, and how long uploads wait</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        _text(
            10,
            18,
            "Posts a second at which each part saturates: with the defaults (dark), with its knob (light)",
            bold=True,
        ),
        *_grid(_TOP + _ROW * len(now)),
        *bars,
        _text(10, top - 24, "Minutes that the oldest upload has waited, while posts arrive for an hour", bold=True),
        *_curves(list(results), top, late),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bars(now: dict[str, float], turned: dict[str, float]) -> Iterator[str]:
    for row, (name, rate) in enumerate(now.items()):
        y = _TOP + _ROW * row
        yield _text(_LEFT - 8, y + 11, name, anchor="end")
        for value, colour in ((max(turned[name], rate), _LIGHT), (rate, _DARK)):
            yield f'<rect x="{_LEFT}" y="{y}" width="{_x(value) - _LEFT:.0f}" height="14" fill="{colour}"/>'


def _grid(bottom: int) -> Iterator[str]:
    for rate in (1, 10, 100, 1_000, 10_000, 100_000):
        x = _x(rate)
        yield f'<path d="M{x:.0f} {_TOP - 6}V{bottom}" stroke="#ccc"/>'
        yield _text(x, bottom + 14, f"{rate:,}", anchor="middle")


def _curves(results: Sequence[tuple[str, Result]], top: int, late: float) -> Iterator[str]:
    most = max(late, *(age for _, result in results for age in result.intake_ages))
    width, bottom = _WIDTH - _RIGHT - _LEFT, top + _CURVES
    yield f'<path d="M{_LEFT} {top}V{bottom}H{_WIDTH - _RIGHT}" fill="none" stroke="#666"/>'
    for minutes in (0, 20, 40, 60):
        anchor = "end" if minutes == 60 else "middle"
        yield _text(_LEFT + width * minutes / 60, bottom + 14, f"minute {minutes}" if minutes else "0", anchor=anchor)
    y = bottom - _CURVES * late / most
    yield f'<path d="M{_LEFT} {y:.0f}H{_WIDTH - _RIGHT}" stroke="{_ALARM}" stroke-dasharray="2 3"/>'
    yield _text(_LEFT - 8, y + 4, f"IntakeLate: {late / 60:.0f}", anchor="end")
    yield _text(_LEFT - 8, top + 8, f"{most / 60:.0f}", anchor="end")
    for row, (name, result) in enumerate(results):
        points = " ".join(
            f"{_LEFT + width * (minute + 1) / len(result.intake_ages):.0f},{bottom - _CURVES * age / most:.0f}"
            for minute, age in enumerate(result.intake_ages)
        )
        stroke = f'fill="none" stroke="{_COLOURS[row % len(_COLOURS)]}" stroke-width="2"'
        yield f'<polyline points="{points}" {stroke}/>'
        yield f'<path d="M10 {top + 30 + 16 * row}h20" {stroke}/>'
        yield _text(36, top + 34 + 16 * row, name)


def _x(rate: float) -> float:
    share = math.log10(min(max(rate, _LEAST), _MOST) / _LEAST) / math.log10(_MOST / _LEAST)
    return _LEFT + (_WIDTH - _RIGHT - _LEFT) * share


def _text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
