"""A dashboard's definition and samples of its metrics, drawn as CloudWatch draws it, more or less: one SVG picture."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from msgspec import Struct

from colophon_emulator.alarms import Sample, datapoints

Point: TypeAlias = tuple[float, float]
# Pixels of one cell of CloudWatch's grid of 24 columns, and of the margins inside a widget.
_COLUMN, _ROW = 52, 36
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 30, 10, 50
# Told apart by people who see no red or green (Okabe and Ito's colours).
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#444444")
_ALARM = "#b00020"


class Curve(Struct, frozen=True):
    """One metric of a widget: its label, and its values by time."""

    label: str
    points: Sequence[Point]


class Widget(Struct, frozen=True):
    """A widget's place on the grid, and what it shows. ``marks`` are horizontal lines: a value and its label."""

    x: int
    y: int
    width: int
    height: int
    title: str
    curves: Sequence[Curve]
    marks: Sequence[tuple[float, str]]


def read_widgets(body: str, samples: Sequence[Sample], start: float, end: float) -> Iterator[Widget]:
    """The widgets of the dashboard ``body`` with the ``samples`` from ``start`` to ``end``."""
    for each in json.loads(body)["widgets"]:
        shown = each["properties"]
        lines = shown.get("annotations", {}).get("horizontal", [])
        yield Widget(
            each["x"],
            each["y"],
            each["width"],
            each["height"],
            shown["title"],
            [_curve(shown, metric, samples, start, end) for metric in _whole_metrics(shown["metrics"])],
            [(float(line["value"]), str(line["label"])) for line in lines],
        )


def _whole_metrics(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[list[str], Mapping[str, Any]]]:
    """Each metric as namespace, name and dimensions, with its options. "..." stands for what the row above has."""
    before: list[str] = []
    for row in rows:
        options = row[-1] if isinstance(row[-1], dict) else {}
        words = [word for word in row if isinstance(word, str)]
        whole = [*before[: len(before) - len(words) + 1], *words[1:]] if words[0] == "..." else words
        before = whole
        yield whole, options


def _curve(
    shown: Mapping[str, Any],
    metric: tuple[list[str], Mapping[str, Any]],
    samples: Sequence[Sample],
    start: float,
    end: float,
) -> Curve:
    (namespace, name, *pairs), options = metric
    query = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": pairs[at], "Value": pairs[at + 1]} for at in range(0, len(pairs), 2)],
        "Stat": options.get("stat", shown["stat"]),
        "Period": min(shown["period"], 300),
    }
    return Curve(options.get("label", name), datapoints(query, samples, start, end))


def draw(title: str, widgets: Sequence[Widget], start: float, end: float) -> str:
    """The picture, with ``title`` as its description. Times are minutes from ``start``."""
    width = max(each.x + each.width for each in widgets) * _COLUMN
    height = max(each.y + each.height for each in widgets) * _ROW + 40
    drawn = "\n".join(part for each in widgets for part in _draw_widget(each, start, end))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="{width}" height="{height}" fill="#f2f3f3"/>\n'
        f'<text x="12" y="25" font-size="14">{escape(title)}</text>\n'
        f'<g transform="translate(0 40)">\n{drawn}\n</g>\n</svg>\n'
    )


def _draw_widget(widget: Widget, start: float, end: float) -> Iterator[str]:
    width, height = widget.width * _COLUMN - 8, widget.height * _ROW - 8
    inner_width, inner_height = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM
    values = [value for curve in widget.curves for _, value in curve.points]
    top = _round_up(max([*values, *(value for value, _ in widget.marks), 1.0]))

    def place(point: Point) -> str:
        across = _LEFT + inner_width * (point[0] - start) / (end - start)
        return f"{across:.0f},{_TOP + inner_height * (1 - point[1] / top):.0f}"

    yield f'<g transform="translate({widget.x * _COLUMN + 4} {widget.y * _ROW + 4})">'
    yield f'<rect width="{width}" height="{height}" fill="#fff" stroke="#d5dbdb"/>'
    yield f'<text x="10" y="19" font-weight="bold">{escape(widget.title)}</text>'
    for share in (0.0, 0.5, 1.0):
        down = _TOP + inner_height * (1 - share)
        yield f'<path d="M{_LEFT} {down:.0f}h{inner_width}" stroke="#e3e7e7"/>'
        yield f'<text x="{_LEFT - 6}" y="{down + 4:.0f}" text-anchor="end" fill="#555">{_number(top * share)}</text>'
    for minute in range(0, int(end - start) // 60 + 1, 60):
        across, down = place((start + minute * 60, 0)).split(",")
        anchor = "end" if minute and minute * 60 >= end - start else "middle"
        yield f'<text x="{across}" y="{int(down) + 14}" text-anchor="{anchor}" fill="#555">{minute} min</text>'
    for value, label in widget.marks:
        across, down = place((start, value)).split(",")
        yield f'<path d="M{across} {down}h{inner_width}" stroke="{_ALARM}" stroke-dasharray="5 3"/>'
        yield f'<text x="{_LEFT + 4}" y="{int(down) + 12}" fill="{_ALARM}">{escape(label)}</text>'
    yield from _draw_curves(widget, [[place(point) for point in curve.points] for curve in widget.curves])
    if not values:
        yield f'<text x="{width / 2}" y="{_TOP + inner_height / 2}" text-anchor="middle" fill="#777">no data</text>'
    yield from _draw_legend(widget, height)
    yield "</g>"


def _draw_curves(widget: Widget, placed: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, points in enumerate(placed):
        colour = _COLOURS[number % len(_COLOURS)]
        # The middle of three equal values adds nothing.
        kept = [
            point
            for at, point in enumerate(points)
            if not 0 < at < len(points) - 1 or len({_down(points[at + step]) for step in (-1, 0, 1)}) > 1
        ]
        if len(kept) > 1:
            yield f'<polyline points="{" ".join(kept)}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        elif kept:
            across, down = kept[0].split(",")
            yield f'<circle cx="{across}" cy="{down}" r="2.5" fill="{colour}"/>'


def _down(point: str) -> str:
    return point.partition(",")[2]


def _draw_legend(widget: Widget, height: int) -> Iterator[str]:
    across, down = 10, height - 30
    for number, curve in enumerate(widget.curves):
        length = 24 + 6 * len(curve.label)
        if across + length > widget.width * _COLUMN - 8:
            across, down = 10, down + 14
        yield f'<rect x="{across}" y="{down}" width="9" height="9" fill="{_COLOURS[number % len(_COLOURS)]}"/>'
        yield f'<text x="{across + 13}" y="{down + 9}">{escape(curve.label)}</text>'
        across += length


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def _round_up(value: float) -> float:
    """The next number with one digit that counts, or 1.5 or 2.5 of its power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)
