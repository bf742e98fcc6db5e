"""A value in a text: the numbers that it may mean, its unit, and how it is written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any
from unicodedata import normalize, numeric

import yaml
from msgspec import Struct

from colophon.upload.lazy_pattern import compile_lazily

Readings = frozenset[Fraction]
CALENDAR_UNITS = frozenset({"calendar-month", "calendar-day"})
# A conversion is rounded: 300 feet are 90 metres.
ROUNDING = Fraction(3, 100)
# Between the two parts of one value.
_TOGETHER = compile_lazily(r"\s*(?:and\s+)?")
# Before a value that says the one before again.
_ABOUT = r"약|대략|섭씨|화씨|about|around|approximately|approx\.?|roughly|some|or|=|≈|~"
_OPENS = compile_lazily(rf"\s*(?:[(（/]|,?\s+or\s)\s*(?:{_ABOUT})?\s*(?:USD?)?\s*[$€¥₩]?\s*")
_NEAR = 8
_CURRENCIES = frozenset({"won", "dollar", "euro", "yen"})
# The minutes of a full hour are no value of their own.
_FULL_HOUR = compile_lazily(r"(?<=\d):00(?!\d)")
_ASCII_DIGIT = compile_lazily("[0-9]")
_ANY_DIGIT = compile_lazily("[\\d\u2080-\u2089\u2460-\u2473\u24eb-\u24fe\u2776-\u2793]")
# Below the line, in circles and wide; in black and double circles, which have no plain form of their own; units in one
# character: ㎖, ㏄, ㎠.
_SIGN = compile_lazily("[\u2080-\u2089\u2460-\u2473\uff01-\uff5e]|([\u24eb-\u24fe\u2776-\u2793])|([\u3380-\u33df])")
# One of them, which is found faster.
_ANY_SIGN = compile_lazily("[\u2080-\u2089\u2460-\u2473\uff01-\uff5e\u24eb-\u24fe\u2776-\u2793\u3380-\u33df]")
_RAISED = str.maketrans("23", "²³")
_DATE = compile_lazily(r"(?<!\d)(?:19|20)\d\d\.\s?\d{1,2}(?:\.\s?\d{1,2})?(?:\.|(?!\d))")
# 24.3.15: a year of two digits, a month and a day.
_SHORT_DATE = compile_lazily(r"(?<![\d.])(\d\d)\.\s?(1[0-2]|0?[1-9])\.\s?(3[01]|[12]\d|0?[1-9])(?:\.(?!\d)|(?![\d.]))")
_LAST_CENTURY = 70
_COUNTRY = compile_lazily(r"\+82[-. ]?(?:\(0\)[-. ]?|0)?(?=\d)")
# 01012345678, 031.123.4567: a telephone number without dashes.
_TELEPHONE = compile_lazily(r"(?<![\d.])(02|0[13-9]\d)\.?(\d{3,4})\.?(\d{4})(?!\d)")
# No value; Python reads no number of more than 4,300 digits.
_ENDLESS = compile_lazily(r"\d[\d,.]{60,}")
_ZONE = compile_lazily(r"(?:UTC|GMT)\s?[+\u2212-]\s?\d{1,2}(?::\d\d)?")
# 2024–25: the second year of a season.
_SEASON = compile_lazily(r"(?<!\d)((?:19|20)(\d\d)\s?[–~-]\s?)(\d\d)(?![\d-])")
# HbA1c: a digit within a name.
_IN_NAME = compile_lazily(r"(?<=[A-Za-z])\d(?=[a-z])")
# 10명 중 3명: a share, which may be 30% or three tenths.
_OUT_OF = compile_lazily(r"\s(?:중(?:에서?)?|가운데)\s(?:약\s)?")
# What reads as a fraction is divided by less: 120/80 is none.
_DIVISOR = 10
_HALVES = frozenset(map(Fraction, ("1/2", "30", "50")))


class Value(Struct, frozen=True):
    """``readings`` are the numbers that ``text`` may mean; ``unit`` is one of units.yaml, or empty.

    A value with digits must have a counterpart in the other text. One in words, such as "a" or "second", may mean no
    value at all, so it is only taken as a counterpart, unless it ``counts`` something: three people. ``start`` is its
    place in the text. If it says how often, ``period`` is the unit of time, and ``phrase`` is written with it.
    """

    readings: Readings
    unit: str
    text: str
    start: int
    has_digits: bool = True
    counts: bool = False
    period: str = ""
    phrase: str = ""


@cache
def load_words(name: str) -> Mapping[str, Any]:
    """``words/<name>.yaml``; the file says what it holds."""
    return _load(f"words/{name}.yaml")


def _load(path: str) -> Mapping[str, Any]:
    """A file of this package, read by libyaml where there is one, which takes a tenth of the time."""
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    loaded: Mapping[str, Any] = yaml.load((files("colophon.fidelity") / path).read_text("utf-8"), loader)  # noqa: S506
    return loaded


@cache
def _measures() -> Mapping[str, tuple[str, Fraction]]:
    """What each unit measures, and its size in that measure's first unit."""
    return {
        unit: (name, Fraction(str(size))) for name, units in _load("units.yaml").items() for unit, size in units.items()
    }


def plain_numbers(text: str) -> str:
    """``text`` with its numbers as both languages write them, and without the hours by which a time zone differs.

    Digits below the line, in circles and wide ones are plain; minutes of a full hour, dots in a date and the country in
    a telephone number are left out. A raised digit belongs to a unit (cm²) and stays.
    """
    plain = text if text.isascii() or not _ANY_SIGN.search(text) else _SIGN.sub(_write_plain, text)
    if not has_digits(text):
        return plain
    plain = _DATE.sub(lambda date: date[0].replace(".", " "), _FULL_HOUR.sub("   ", plain))
    plain = _SHORT_DATE.sub(_write_short_date, plain)
    plain = _SEASON.sub(_write_second_year, plain)
    plain = _IN_NAME.sub(" ", plain)
    plain = _ZONE.sub(lambda zone: " " * len(zone[0]), plain)
    plain = _TELEPHONE.sub(r"\1-\2-\3", _COUNTRY.sub("0", plain))
    return _ENDLESS.sub(lambda digits: " " * len(digits[0]), plain)


def has_digits(text: str) -> bool:
    """Whether ``text`` may have a number in digits, of any form."""
    return (_ASCII_DIGIT if text.isascii() else _ANY_DIGIT).search(text) is not None


def _write_plain(sign: re.Match[str]) -> str:
    if sign[1]:
        return str(int(numeric(sign[0])))
    plain = normalize("NFKC", sign[0])
    return plain.translate(_RAISED) if sign[2] else plain


def _write_second_year(years: re.Match[str]) -> str:
    is_next = int(years[3]) == int(years[2]) + 1
    return f"{years[1]}{years[1][:2]}{years[3]}" if is_next else years[0]


def _write_short_date(date: re.Match[str]) -> str:
    century = 19 if int(date[1]) >= _LAST_CENTURY else 20
    return f"{century}{date[1]} {date[2]} {date[3]}"


# Cached, as are other readings: texts repeat their numbers, and a Fraction is slow to make and to hash.
@lru_cache(maxsize=4096)
def make_readings(*numbers: object) -> Readings:
    """Readings from numbers as the word files write them: 5, 0.5, 1/2."""
    return share_readings(frozenset(Fraction(str(number)) for number in numbers))


@lru_cache(maxsize=4096)
def share_readings(readings: Readings) -> Readings:
    """The same object for the same readings: two values are then compared without a look at their numbers."""
    return readings


def is_same(one: Value, other: Value) -> bool:
    """Whether both may mean the same number. Units do not count, but a month of the calendar is nothing else."""
    if "calendar-month" in (one.unit, other.unit) and has_other_unit(one, other):
        return False
    return bool(one.readings & other.readings)


def is_converted(one: Value, other: Value, rounding: Fraction = ROUNDING) -> bool:
    """Whether one is the other in another unit of the same measure, to within ``rounding`` of the greater."""
    if not is_of_same_measure(one, other):
        return False
    return any(
        abs(x - y) <= rounding * max(abs(x), abs(y))
        for x in _convert(one.readings, one.unit)
        for y in _convert(other.readings, other.unit)
    )


def _convert(readings: Readings, unit: str) -> Iterator[Fraction]:
    """In the first unit of the measure."""
    size = _measures()[unit][1]
    return ((number - 32) * 5 / 9 if unit == "fahrenheit" else number * size for number in readings)


def has_other_unit(one: Value, other: Value) -> bool:
    """Whether the units of both are known and differ. A day of a month is a day."""
    units = {one.unit, other.unit} - {""}
    return len(units) > 1 and units != {"day", "calendar-day"}


def is_of_same_measure(one: Value, other: Value) -> bool:
    """Whether their units are two of one measure: months and weeks."""
    first, second = (_measures().get(value.unit) for value in (one, other))
    return first is not None and second is not None and first[0] == second[0] and one.unit != other.unit


def find_glosses(values: Sequence[Value], text: str) -> tuple[Value, ...]:
    """Those in brackets that say the one before in another unit: 38°C (100.4°F), 5만 원(약 $36)."""
    return tuple(other for one, other in pairwise(values) if _is_gloss(one, other, text))


def _is_gloss(one: Value, other: Value, text: str) -> bool:
    if not _OPENS.fullmatch(text, one.start + len(one.text), other.start):
        return False
    is_money = all(_measures().get(value.unit, ("",))[0] in _CURRENCIES for value in (one, other))
    return is_converted(one, other) or (is_money and one.unit != other.unit)


def find_sums(values: Sequence[Value], text: str) -> Iterator[tuple[Value, tuple[Value, Value]]]:
    """Two values that stand together and are one: 1 hour 30 minutes, two and a half years, 3/4; with these two."""
    for one, other in pairwise(values):
        gap = text[one.start + len(one.text) : other.start]
        if (
            gap == "/"
            and one.has_digits
            and other.has_digits
            and 0 < min(one.readings) < min(other.readings) < _DIVISOR
        ):
            parts = min(one.readings) / min(other.readings)
            yield Value(frozenset({parts}), "", "", one.start, has_digits=False), (one, other)
        if _OUT_OF.search(gap) and len(gap) < _NEAR and 0 < max(other.readings) < max(one.readings):
            share = max(other.readings) / max(one.readings)
            yield Value(frozenset({share}), "", "", one.start, has_digits=False), (one, other)
            yield Value(frozenset({100 * share}), "percent", "", one.start, has_digits=False), (one, other)
        if not _TOGETHER.fullmatch(gap):
            continue
        if other.readings == _HALVES and (one.unit or other.unit):
            halves = frozenset(number + Fraction(1, 2) for number in one.readings)
            yield Value(halves, one.unit or other.unit, "", one.start, has_digits=False), (one, other)
        first, second = (_measures().get(value.unit) for value in (one, other))
        if first and second and first[0] == second[0] and first[1] > second[1]:
            sums = frozenset(x + y * second[1] / first[1] for x in one.readings for y in other.readings)
            yield Value(sums, one.unit, "", one.start, has_digits=False), (one, other)
