"""Finds values in Korean text: 3백만, 40만 년, 스물다섯, 세 시 반, 절반, 11월 2일."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from colophon.fidelity.numerals import MAX_LETTERS, NUMBER, parse_numeral, read_number, read_numeral
from colophon.fidelity.value import Readings, Value, has_digits, load_words, make_readings, plain_numbers
from colophon.fidelity.word_cache import WordCache, find_places
from colophon.upload.lazy_pattern import compile_lazily

# "만" after a number is ten thousand, or the particle "only".
# Likewise "조" is a million million, or a group of people.
_ONLY = compile_lazily(r"([\d.,]+)[만조]")
# '98년, 98년 5월, 90년대, 95년생.
_SHORT_YEAR, _CENTURY = compile_lazily(r"\s?년(?:대|생|\s?\d{1,2}월)"), 100
_APOSTROPHES = ("'", "’", "‘")
# The first number of a range may share what follows the second: 1~2만, 3~40대.
_RANGE = compile_lazily(r"\s?[~～∼〜,-]\s?\d+(?:\s?([십백천만억]+)|(?<=0)대)")
_AFTER_MONTH, _NEAR = compile_lazily(r"월\s?(?:\d{1,2}\s?[~～∼〜,-]\s?)?$"), 8
# 3.15(금), 8.15 광복절: a day, and no number with a decimal point.
_DAY = compile_lazily(
    r"(?<![\d.])(1[0-2]|0?[1-9])\.(?=(?:3[01]|[12]\d|0?[1-9])"
    r"(?:\.?\s?\([월화수목금토일](?:요일)?[),·/~]|절|\s?(?:삼일|광복|개천|제헌)절|\s?(?:현충일|어린이날|한글날)))"
)
# It begins with the point, which is found faster than a day.
_POINT = compile_lazily(r"\.(?=\d)")
# 제56조 2항: an article of a law is no million million.
_ARTICLE = r"(?:(?<=제)|(?<=제 ))\d+(?=\s?조)|\d+(?=\s?조\s?제?\s?\d+\s?항)"
# 만 5천 원 is 15,000 won.
_TEN_THOUSAND, _THOUSANDS = compile_lazily(r"(?<![가-힣\d])만\s?$"), compile_lazily(r"\d\s?천")
_FAHRENHEIT = compile_lazily(r"화씨\s?$")
# A numeral at the end of a word: the next word says what it counts.
_AT_END = compile_lazily(r"(?:여|남짓)?$")
_MINUTES = compile_lazily(r":\d\d(?!\d)")


@cache
def _words() -> Mapping[str, Any]:
    return load_words("ko")


@cache
def build_pattern() -> re.Pattern[str]:
    """Numerals that begin with digits; then those in Chinese readings, in native words, and words that mean a value.

    What is in words begins a word: "이" within a word is no two.
    """
    words = _words()
    digits, step, spelled = "".join(words["digits"]), _any_step(), _spelled()
    part = f"(?:{NUMBER}|[{digits}])"
    written = rf"{_ARTICLE}|(?:{NUMBER})(?:\s?{step}+(?:\s?{part}{step}+)*(?:\s?{part}(?!\d))?)?"
    tens, ones, others = (_any_of(words[name]) for name in ("tens", "ones", "words"))
    native = rf"(?P<tens>{tens})\s?(?P<ones>{ones})?|(?P<one>{ones})"
    fraction = r"(?P<bottom>[1-9]\d?)분의\s?(?P<top>\d+)"
    return re.compile(
        rf"{fraction}|(?P<written>{written})|(?<![가-힣\d])(?:(?P<word>{others})|(?P<spelled>{spelled})|{native})|(?P<half>반|배)"
    )


def _spelled() -> str:
    """A numeral in Chinese readings: one digit only before what it may count."""
    words = _words()
    digits, step = "".join(words["digits"]), _any_step()
    return (
        rf"[{digits}]?{step}+(?:\s?[{digits}]?{step}+)*[{digits}]?|[{digits}](?=\s?(?:{'|'.join(words['counters'])}))"
    )


def _any_step() -> str:
    """A multiplier or a group, which does not begin a word of another meaning."""
    words = _words()
    steps = (f"{sign}(?!{'|'.join(words['not_steps'][sign])})" for sign in (*words["multipliers"], *words["groups"]))
    return f"(?:{'|'.join(steps)})"


def _any_of(names: Mapping[str, object]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


@cache
def _units() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What may stand right after a numeral, and the unit of each name."""
    words = _words()
    names = {name: unit for unit, found in words["units"].items() for name in found}
    not_after = words["not_units"]
    parts = (
        re.escape(name) + (f"(?![{''.join(not_after[names[name]])}])" if names[name] in not_after else "")
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?:여|남짓)?\s?({'|'.join(parts)})"), names


@cache
def _beginning() -> re.Pattern[str]:
    """The places in a word at which a value may begin, whatever follows the word.

    Of a digit in a Chinese reading at the end of a word the next word decides.
    """
    words = _words()
    names = _any_of({name.split()[0]: name for name in (*words["words"], *words["tens"], *words["ones"])})
    digits = "".join(words["digits"])
    return re.compile(rf"(?=[\d반배])|(?<![가-힣\d])(?={names}|{_spelled()}|[{digits}]$)")


def _find_beginnings(word: str) -> tuple[int, ...]:
    return tuple(found.start() for found in _beginning().finditer(word))


_MAY_BEGIN = WordCache(_find_beginnings)


def may_count(word: str) -> bool:
    """Whether a value in words that begins in ``word`` may have a unit or count something, whatever follows."""
    plain = plain_numbers(word)
    places = _MAY_BEGIN[plain]
    if not places:
        return False
    if has_digits(plain) or places[-1] == len(plain) - 1:
        return True
    return any(
        value.unit or value.counts or _AT_END.match(plain, value.start + len(value.text)) for value in _find(plain)
    )


@cache
def _counted() -> re.Pattern[str]:
    """What native numerals count. Without it 네 may be "your", and 열 "heat"."""
    return re.compile(rf"\s?(?:{'|'.join(_words()['counted'])})(?!리|움|장님)")


@cache
def _dose() -> re.Pattern[str]:
    """What a dose is counted in."""
    return re.compile(rf"\s?(?:{'|'.join(_words()['doses'])})")


def find_unit(text: str, end: int) -> tuple[str, str]:
    """The unit that follows the numeral which ends at ``end``, and how it is written; both empty if none does."""
    pattern, units = _units()
    found = pattern.match(text, end)
    return (units[found[1]], found[0]) if found else ("", "")


def find_values(text: str) -> tuple[Value, ...]:
    """The values of ``text``, in order."""
    return tuple(_find(_DAY.sub(r"\1 ", text) if _POINT.search(text) else text))


def match_values(text: str) -> Iterator[re.Match[str]]:
    """Matches of the pattern, tried only where a value may begin."""
    pattern, end = build_pattern(), 0
    for place in find_places(_MAY_BEGIN, text):
        if place >= end and (found := pattern.match(text, place)):
            end = found.end()
            yield found


def _find(text: str) -> Iterator[Value]:
    words = _words()
    for found in match_values(text):
        start, written = found.start(), found[0].rstrip()
        unit, unit_text = find_unit(text, start + len(written))
        shown = written + unit_text
        if bottom := found["bottom"]:
            yield Value(make_readings(f"{found['top']}/{bottom}"), "", written, start, has_digits=False)
        elif found["written"] or found["spelled"]:
            yield _read_numeral(text, found, written, unit, shown)
        elif word := found["word"] or found["half"]:
            unit = unit or ("day" if word in words["days"] else "")
            counts = _dose().match(text, start + len(written)) is not None
            yield Value(make_readings(*words["words"][word]), unit, shown, start, has_digits=False, counts=counts)
        else:
            number, readings = _read_native(found["tens"], found["ones"] or found["one"], unit)
            counted = _counted() if number > 1 else _dose()
            counts = counted.match(text, start + len(written)) is not None
            yield Value(readings, unit, shown, start, has_digits=False, counts=counts)


def _read_numeral(text: str, found: re.Match[str], written: str, unit: str, shown: str) -> Value:
    start, end, written = found.start(), found.start() + len(written), written[:MAX_LETTERS]
    readings = read_numeral("ko", written, "o-clock" if _MINUTES.match(text, end) else unit)
    if shared := _RANGE.match(text, end):
        readings |= {parse_numeral("ko", written) * (parse_numeral("ko", f"1{shared[1]}") if shared[1] else 10)}
    if not unit and (only := _ONLY.fullmatch(written)):
        readings |= {parse_numeral("ko", only[1])}
    if _is_short_year(text, start, end) and (number := parse_numeral("ko", written)) < _CENTURY:
        readings |= {number + 1900, number + 2000}
    before = text[max(0, start - _NEAR) : start]
    if _THOUSANDS.match(written) and _TEN_THOUSAND.search(before):
        readings |= {parse_numeral("ko", written) + 10_000}
    if unit == "day" and _AFTER_MONTH.search(before):
        unit = "calendar-day"
    if unit == "degree" and _FAHRENHEIT.search(before):
        unit = "fahrenheit"
    return Value(readings, unit, shown, start, has_digits=bool(found["written"]))


@cache
def _read_native(tens: str | None, ones: str | None, unit: str) -> tuple[int, Readings]:
    words = _words()
    number: int = words["tens"].get(tens, 0) + words["ones"].get(ones, 0)
    return number, read_number(Fraction(number), unit)


def _is_short_year(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in _APOSTROPHES or _SHORT_YEAR.match(text, end) is not None
