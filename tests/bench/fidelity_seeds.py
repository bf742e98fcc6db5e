"""Errors as translations have them, put into correct pairs: one at a time, each of one kind."""

import re
from collections.abc import Callable, Iterator, Mapping

from tests.bench.fidelity_pairs import Pair

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_UNITS = {
    "minutes": "hours", "hours": "minutes", "seconds": "minutes", "weeks": "days", "days": "weeks", "months": "weeks",
    "years": "months", "mm": "cm", "cm": "mm", "mL": "L", "kg": "g", "mg": "g", "percent": "degrees",
}  # fmt: skip
_MONTHS = {
    "January": "July",
    "March": "May",
    "May": "March",
    "July": "June",
    "November": "December",
    "September": "October",
}
_WORDS = {
    "two": "four", "three": "five", "four": "six", "five": "nine", "six": "eight", "seven": "three", "ten": "twelve",
    "twenty": "thirty", "thirty": "forty", "fifty": "sixty",
}  # fmt: skip


def change_digit(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        for place, digit in enumerate(found[0]):
            other = str((int(digit) + 3) % 10) if digit.isdecimal() else ""
            if other and not (place == 0 and other == "0"):
                yield _put(pair[1], found, found[0][:place] + other + found[0][place + 1 :])


def add_zero(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if "." not in found[0]:
            yield _put(pair[1], found, found[0] + "0")


def lose_zero(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if found[0].endswith("0") and len(found[0]) > 1 and "." not in found[0]:
            yield _put(pair[1], found, found[0][:-1])


def lose_point(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if "." in found[0]:
            yield _put(pair[1], found, found[0].replace(".", ""))


def delete_number(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        yield _put(pair[1], found, "")


def swap_multiplier(pair: Pair) -> Iterator[str]:
    for one, other in (("million", "billion"), ("billion", "million"), ("thousand", "million")):
        yield from _swap_word(pair[1], one, other)


def swap_unit(pair: Pair) -> Iterator[str]:
    """Only where a number in digits stands before it: else the words may mean anything."""
    for unit, other in _UNITS.items():
        for found in re.finditer(rf"(?<=\d) ?\b{unit}\b", pair[1]):
            yield _put(pair[1], found, f" {other}")


def swap_month(pair: Pair) -> Iterator[str]:
    for month, other in _MONTHS.items():
        if "월" in pair[0]:
            yield from _swap_word(pair[1], month, other)


def swap_word(pair: Pair) -> Iterator[str]:
    """A number in words, where the original has digits."""
    if re.search(r"\d", pair[0]):
        for word, other in _WORDS.items():
            yield from _swap_word(pair[1], word, other)


def leave_untranslated(pair: Pair) -> Iterator[str]:
    """The middle of the original instead of the middle of the translation."""
    korean, english = pair[0].split(), pair[1].split()
    if len(korean) >= 4 and len(english) >= 4:
        yield " ".join([*english[:2], *korean[1:-1], *english[-1:]])


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Numbers; the minutes of a full hour are none."""
    return (found for found in _NUMBER.finditer(text) if text[found.start() - 1 : found.end()] != ":00")


def _put(text: str, found: re.Match[str], instead: str) -> str:
    return text[: found.start()] + instead + text[found.end() :]


def _swap_word(text: str, one: str, other: str) -> Iterator[str]:
    for found in re.finditer(rf"\b{one}\b", text):
        yield _put(text, found, other)


# By kind of what should be found, and what was done.
SEEDS: Mapping[tuple[str, str], Callable[[Pair], Iterator[str]]] = {
    ("number", "digit changed"): change_digit,
    ("number", "zero added"): add_zero,
    ("number", "zero lost"): lose_zero,
    ("number", "point lost"): lose_point,
    ("number", "number deleted"): delete_number,
    ("number", "million for billion"): swap_multiplier,
    ("number", "other number in words"): swap_word,
    ("unit", "other unit"): swap_unit,
    ("date", "other month"): swap_month,
    ("untranslated", "Korean left in"): leave_untranslated,
}
