"""Finds values in English text: 3 million, thirty-eight, 13th, XIV, quarter past eight, half an hour, 11 November."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from typing import Any

from colophon.fidelity.numerals import MAX_LETTERS, NUMBER, read_number
from colophon.fidelity.value import Readings, Value, load_words, make_readings, share_readings
from colophon.fidelity.word_cache import WordCache, find_places
from colophon.upload.lazy_pattern import compile_lazily

# A hyphen joins a number and a word, but not a letter: L3-L4 has no litres.
_SHORT = 2
_LONGEST_LIKE_A_WORD = 5
# "one" may be a pronoun, and "hundred" or "million" any great number.
_NOT_COUNTED = frozenset(map(Fraction, (0, 1, 100, 1000, 10**6, 10**9, 10**12)))
_TOKEN, _BEGINNING = compile_lazily(r"[A-Za-z]+|[\d$₩€¥]"), 3
_OF_A = compile_lazily(r"\s(?:of\s)?an?(?=\s)")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
# What tells that a number is an hour: minutes after it, or a half of the day, also behind the second of two hours.
_HOUR = compile_lazily(r":\d\d(?!\d)|(?:\s?(?:[–~-]|to)\s?\d{1,2}(?::\d\d)?)?\s?[ap]\.?m\b", re.IGNORECASE)


@cache
def _words() -> Mapping[str, Any]:
    return load_words("en")


@cache
def _numbers() -> Mapping[str, int]:
    """The words that make up a spelled number."""
    words = _words()
    return {**words["ones"], **words["tens"], **words["ordinals"], **words["multipliers"]}


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


@cache
def _pattern() -> re.Pattern[str]:
    """Numbers in digits, with the sign of a currency and a multiplier; spelled ones; months; words; Roman numerals."""
    words = _words()
    times = rf"(?:[\s-]?(?P<times>(?i:{_any_of(words['multipliers'])}))s?\b)?"
    written = rf"(?P<sign>{_any_of(words['signs'])})?\s?(?<![\d.,])(?P<number>{NUMBER}){times}"
    one = f"(?:{_any_of(_numbers())})s?"
    spelled = rf"\b{one}(?:(?:[\s-]+(?:and\s+)?|(?=[a-z])){one}(?![a-z]))*(?![a-z])"
    months, others = _any_of(words["months"]), _any_of(words["words"])
    # "three quarters" is one word here, not a three.
    phrases = _any_of(name for name in words["words"] if not name.isalpha())
    in_words = rf"(?i:(?P<spelled>{spelled})|\b(?P<month>{months})\b|\b(?P<word>{others})\b)"
    return re.compile(
        rf"(?i:(?<![\w.,])(?P<phrase>{phrases})(?![\w]))|{written}|{in_words}|\b(?P<roman>[{''.join(_ROMAN)}]{{1,7}})\b"
    )


@cache
def _one_number() -> re.Pattern[str]:
    return re.compile(_any_of(_numbers()))


@cache
def _units() -> tuple[re.Pattern[str], Mapping[str, str]]:
    names = {name: unit for unit, found in _words()["units"].items() for name in found}
    words = _any_of(name for name in names if len(name) > _SHORT)
    return re.compile(rf"(?:\s?({_any_of(names)})|-({words}))(?![A-Za-z])"), names


def find_unit(text: str, end: int) -> tuple[str, str]:
    """The unit that follows the number which ends at ``end``, and how it is written; both empty if none does."""
    pattern, units = _units()
    found = pattern.match(text, end)
    return (units[found[1] or found[2]], found[0]) if found else ("", "")


def _find_unit_of_part(text: str, end: int) -> str:
    """The unit of half a litre, or of a quarter of an hour."""
    found = _OF_A.match(text, end)
    return find_unit(text, found.end())[0] if found else ""


def find_counting_word(text: str) -> re.Match[str] | None:
    """A word that a value in words has, if it has a unit or counts something; other texts may have it, too."""
    return _counting().search(text)


@cache
def _counting() -> re.Pattern[str]:
    words = _words()
    numbers = (name for name, number in (words["ones"] | words["tens"]).items() if number not in _NOT_COUNTED)
    units = (name.split()[-1] for names in words["units"].values() for name in names)
    names = _any_of((*numbers, *units, *words["months"], *words["often"]))
    return re.compile(rf"(?<![A-Za-z])(?:{names})s?(?![A-Za-z])", re.IGNORECASE)


def find_values(text: str) -> tuple[Value, ...]:
    """The values of ``text``, in order."""
    return tuple(_find(text))


def _match_values(text: str) -> Iterator[re.Match[str]]:
    """Matches of the pattern, tried only where a value may begin: five times as fast as at every place."""
    pattern, end = _pattern(), 0
    for place in find_places(_MAY_BEGIN, text):
        if place >= end and (found := pattern.match(text, place)):
            # The C of °C is no Roman numeral.
            end = found.end() + (len(find_unit(text, found.end())[1]) if found["number"] else 0)
            yield found


def _find_beginnings(word: str) -> tuple[int, ...]:
    """The places in ``word`` at which a value may begin, with letters or a sign, whatever follows the word."""
    return tuple(token.start() for token in _TOKEN.finditer(word) if _may_begin(token))


_MAY_BEGIN = WordCache(_find_beginnings)


def _may_begin(token: re.Match[str]) -> bool:
    small = token[0].lower()
    if not small.isalpha() or small in _first_words():
        return True
    return small[:_BEGINNING] in _beginnings() and _pattern().match(token.string, token.start()) is not None


@cache
def _first_words() -> frozenset[str]:
    """Those that no value is without what follows them."""
    words = _words()
    several = (name.split()[0] for name in words["words"] if " " in name)
    return frozenset(name.lower() for name in (*several, *words["signs"]))


@cache
def _beginnings() -> frozenset[str]:
    """How the words of values begin; a Roman numeral may begin with any of its letters, and has at most three."""
    words = _words()
    names = (*_numbers(), *words["months"], *words["words"])
    roman = ("".join(letters) for n in (1, 2, 3) for letters in product("".join(_ROMAN).lower(), repeat=n))
    return frozenset((*(name[:_BEGINNING].lower() for name in names), *roman))


def _find(text: str) -> Iterator[Value]:
    for found in _match_values(text):
        month = found["month"]
        if found["number"]:
            yield _read_digits(text, found)
        # "may" and "march" are words.
        elif not month or month[0].isupper() or len(month) > _LONGEST_LIKE_A_WORD:
            yield _read_in_words(text, found)


def _read_digits(text: str, found: re.Match[str]) -> Value:
    unit, unit_text = find_unit(text, found.end())
    if unit == "o-clock" and text[found.start() - 1 : found.start()] == ":":
        # Minutes of a time.
        unit = ""
    is_hour = unit == "o-clock" or _HOUR.match(text, found.end()) is not None
    readings = _read_number(found["number"], (found["times"] or "").lower(), is_hour=is_hour)
    unit = _words()["signs"].get(found["sign"], unit)
    return Value(readings, unit, found[0].strip() + unit_text, found.start())


@lru_cache(maxsize=4096)
def _read_number(digits: str, times: str, *, is_hour: bool) -> Readings:
    number = Fraction(digits.replace(",", "")) * _words()["multipliers"].get(times, 1)
    return read_number(number, "o-clock" if is_hour else "")


def _read_in_words(text: str, found: re.Match[str]) -> Value:
    (unit, unit_text), written = find_unit(text, found.end()), found[0].strip()
    if found["spelled"]:
        readings, counts = _read_spelled(written[:MAX_LETTERS].lower())
        return Value(readings, unit, written + unit_text, found.start(), has_digits=False, counts=counts)
    if found["roman"]:
        readings = make_readings(_read_roman(written))
    elif found["month"]:
        unit, readings = "calendar-month", make_readings(_words()["months"][written.lower()])
    else:
        word = written.lower()
        readings = make_readings(*_words()["words"][word])
        unit = unit or ("times" if word in _words()["often"] else _find_unit_of_part(text, found.end()))
    return Value(readings, unit, written + unit_text, found.start(), has_digits=False)


@lru_cache(maxsize=4096)
def _read_spelled(written: str) -> tuple[Readings, bool]:
    """What a spelled number may mean, and whether it counts something."""
    parts = _one_number().findall(written)
    # "seven-thirty" is a time of two numbers.
    readings = share_readings(frozenset({parse_words(parts), *(Fraction(_numbers()[part]) for part in parts)}))
    counts = len(parts) == 1 and parts[0] not in _words()["ordinals"] and readings.isdisjoint(_NOT_COUNTED)
    return readings, counts


def parse_words(parts: Iterable[str]) -> Fraction:
    """The number that words such as two, hundred, thousand mean one after the other."""
    numbers, multipliers = _numbers(), _words()["multipliers"]
    total = section = 0
    for part in parts:
        if part not in multipliers:
            section += numbers[part]
        elif multipliers[part] == multipliers["hundred"]:
            section = (section or 1) * multipliers[part]
        else:
            total += (section or 1) * multipliers[part]
            section = 0
    return Fraction(total + section)


def _read_roman(text: str) -> int:
    digits = [_ROMAN[letter] for letter in text]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))
