"""Values in English text: 3 million, thirty-eight, 13th, XIV, quarter past eight, half an hour, 11 November."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from colophon.fidelity.value import Value, load_words, make_readings, sort_values

_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_ROMAN = re.compile(r"\b[IVXLC]{1,7}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@cache
def _words() -> Mapping[str, Any]:
    return load_words("en")


@cache
def _spelled_numbers() -> Mapping[str, int]:
    words = _words()
    return {**words["ones"], **words["tens"], **words["ordinals"], **words["multipliers"]}


@cache
def _spelled() -> re.Pattern[str]:
    words = _words()
    names = sorted(_spelled_numbers(), key=len, reverse=True)
    one = "|".join(names)
    return re.compile(rf"\b(?:{one})s?(?:(?:[\s-]+|(?=[a-z]))(?:and\s+)?(?:{one})s?(?![a-z]))*(?![a-z])", re.IGNORECASE)


@cache
def _written() -> re.Pattern[str]:
    multipliers = "|".join(_words()["multipliers"])
    return re.compile(rf"(?P<sign>[$₩€¥£])?\s?(?<![\d.,])(?P<number>{_NUMBER})(?:[\s-]?(?P<times>{multipliers})s?\b)?", re.IGNORECASE)


@cache
def _unit_pattern() -> tuple[re.Pattern[str], tuple[str, ...]]:
    names = {name: unit for unit, all_names in _words()["units"].items() for name in all_names}
    ordered = sorted(names, key=len, reverse=True)
    parts = "|".join(f"(?P<u{i}>{re.escape(name)})" for i, name in enumerate(ordered))
    return re.compile(rf"[\s-]?(?:{parts})(?![A-Za-z])"), tuple(names[name] for name in ordered)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _words()["words"]), key=len, reverse=True)) + r")\b", re.IGNORECASE)


@cache
def _month() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(_words()["months"], key=len, reverse=True)) + r")\b\.?", re.IGNORECASE)


_SIGNS = {"$": "dollar", "₩": "won", "€": "euro", "¥": "yen"}


# The minutes of a full hour are no value of their own.
_FULL_HOUR = re.compile(r"(?<=\d):00(?!\d)")


def find_unit(text: str, at: int) -> str:
    pattern, units = _unit_pattern()
    found = pattern.match(text, at)
    return units[int((found.lastgroup or "u0")[1:])] if found else ""


def find_values(text: str) -> tuple[Value, ...]:
    """All values of ``text``, in its order."""
    return sort_values((*_find_written(text), *_find_spelled(text), *_find_words(text), *_find_months(text), *_find_roman(text)))


def _find_written(text: str) -> Iterator[Value]:
    for found in _written().finditer(_FULL_HOUR.sub("   ", text)):
        number = Fraction(found["number"].replace(",", ""))
        if found["times"]:
            number *= _words()["multipliers"][found["times"].lower()]
        unit = _SIGNS.get(found["sign"] or "") or find_unit(text, found.end())
        yield Value(frozenset({number}), unit, found[0].strip(), found.start("number"))


def parse_spelled(text: str) -> Fraction:
    """The number that English words mean."""
    numbers, multipliers = _spelled_numbers(), _words()["multipliers"]
    total = section = 0
    for word in _split(text):
        if word in multipliers and word != "hundredth":
            if multipliers[word] == 100:
                section = (section or 1) * 100
            else:
                total += (section or 1) * multipliers[word]
                section = 0
        else:
            section += numbers[word]
    return Fraction(total + section)


def _split(text: str) -> list[str]:
    names = "|".join(sorted(_spelled_numbers(), key=len, reverse=True))
    return [word.lower() for word in re.findall(names, text, re.IGNORECASE)]


def _find_spelled(text: str) -> Iterator[Value]:
    for found in _spelled().finditer(text):
        parts = _split(found[0])
        readings = {parse_spelled(found[0]), *(Fraction(_spelled_numbers()[part]) for part in parts)}
        yield Value(frozenset(readings), find_unit(text, found.end()), found[0], found.start(), has_digits=False)


def _find_words(text: str) -> Iterator[Value]:
    for found in _word().finditer(text):
        yield Value(make_readings(*_words()["words"][found[0].lower()]), "", found[0], found.start(), has_digits=False)


def _find_months(text: str) -> Iterator[Value]:
    for found in _month().finditer(text):
        number = _words()["months"][found[0].lower().rstrip(".")]
        yield Value(make_readings(number), "calendar-month", found[0], found.start(), has_digits=False)


def _find_roman(text: str) -> Iterator[Value]:
    for found in _ROMAN.finditer(text):
        digits = [_ROMAN_VALUES[letter] for letter in found[0]]
        signed = [-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True)]
        yield Value(make_readings(sum(signed)), "", found[0], found.start(), has_digits=False)
