"""A value in a text: the numbers that it may mean, its unit, and where it stands."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from msgspec import Struct

Readings = frozenset[Fraction]
# Two values in different units are one value if they differ by at most this: a conversion is rounded.
_ROUNDING = Fraction(3, 100)


class Value(Struct, frozen=True):
    """``readings`` are the numbers that ``text`` may mean; ``unit`` is empty if none is known.

    ``has_digits`` is whether it must have a counterpart: a number in digits is one for certain, a word such as "one" or
    "second" may be none. ``start`` is its place in the text.
    """

    readings: Readings
    unit: str
    text: str
    start: int
    has_digits: bool = True


@cache
def load_words(name: str) -> Mapping[str, Any]:
    """The words of a language, or ``units``: see the comments in the files."""
    file = "units.yaml" if name == "units" else f"words/{name}.yaml"
    loaded: Mapping[str, Any] = yaml.safe_load((files("colophon.fidelity") / file).read_text("utf-8"))
    return loaded


@cache
def _sizes() -> Mapping[str, tuple[str, Fraction]]:
    """For each unit: what it measures, and its size."""
    measures: Mapping[str, Mapping[str, Any]] = load_words("units")
    return {
        unit: (measure, Fraction(str(size))) for measure, units in measures.items() for unit, size in units.items()
    }


def make_readings(*numbers: object) -> Readings:
    """Readings of numbers as data files write them: 5, 0.5, 1/2."""
    return frozenset(Fraction(str(number)) for number in numbers)


def is_same(one: Value, other: Value) -> bool:
    """Whether the two may mean the same number."""
    return bool(one.readings & other.readings)


def is_converted(one: Value, other: Value) -> bool:
    """Whether one is the other in another unit of the same measure, rounded."""
    first, second = _sizes().get(one.unit), _sizes().get(other.unit)
    if first is None or second is None or one.unit == other.unit or first[0] != second[0]:
        return False
    return any(
        abs(a * first[1] - b * second[1]) <= _ROUNDING * max(a * first[1], b * second[1])
        for a in one.readings
        for b in other.readings
    )


def has_other_measure(one: Value, other: Value) -> bool:
    """Whether both have a known unit, and these are not the same."""
    return bool(one.unit and other.unit and one.unit != other.unit)


def sort_values(values: Iterable[Value]) -> tuple[Value, ...]:
    """``values`` in the order of the text."""
    return tuple(sorted(values, key=lambda value: (value.start, value.text)))
