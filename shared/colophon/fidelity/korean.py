"""Values in Korean text: 3백만, 40만 년, 이백, 스물다섯, 세 시 반, 절반, 11월 2일."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from colophon.fidelity.value import Readings, Value, load_words, make_readings, sort_values

_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_AMPM_HOURS = 12


@cache
def _words() -> Mapping[str, Any]:
    return load_words("ko")


@cache
def _numeral() -> re.Pattern[str]:
    """A numeral that begins with a digit, or one of Chinese characters' readings with a multiplier; and its unit."""
    words = _words()
    digits = "".join(words["digits"])
    multipliers, groups = "".join(words["multipliers"]), "".join(words["groups"])
    step = f"[{multipliers}{groups}]"
    part = f"(?:{_NUMBER}|[{digits}])"
    written = f"(?:{_NUMBER})(?:\\s?{step}+(?:\\s?{part}{step}+)*(?:\\s?{part}(?!\\d))?)?"
    spelled = f"(?<![가-힣])(?:[{digits}]?{step}+)(?:\\s?[{digits}]?{step}+)*[{digits}]?|(?<![가-힣])[{digits}](?=\\s?(?:년|월|일|분|층|번|호|개월|주|학년|세기|도|등|위|차|부|장|인|명|원|회|시간|센티|미터|킬로|퍼센트|달러|초|단계|대))"
    return re.compile(f"(?P<written>{written})|(?P<spelled>{spelled})")


@cache
def _native() -> re.Pattern[str]:
    words = _words()
    tens = "|".join(words["tens"])
    ones = "|".join(sorted(words["ones"], key=len, reverse=True))
    return re.compile(f"(?<![가-힣])(?:(?P<tens>{tens})\\s?(?P<ones>{ones})?|(?P<one>{ones}))")


@cache
def _word() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words()["words"], key=len, reverse=True)))


@cache
def _unit() -> re.Pattern[str]:
    names = {name: unit for unit, all_names in _words()["units"].items() for name in all_names}
    ordered = sorted(names, key=len, reverse=True)
    return re.compile(r"(?:여|남짓)?\s?(?:" + "|".join(f"(?P<u{i}>{re.escape(name)})" for i, name in enumerate(ordered)) + ")")


@cache
def _unit_names() -> tuple[str, ...]:
    names = {name: unit for unit, all_names in _words()["units"].items() for name in all_names}
    return tuple(names[name] for name in sorted(names, key=len, reverse=True))


def find_unit(text: str, at: int) -> str:
    """The unit that stands at ``at``; empty if it is none that is known. "분" and "일" alone are told by the numeral."""
    found = _unit().match(text, at)
    if found is None:
        return ""
    return _unit_names()[int((found.lastgroup or "u0")[1:])]


def find_values(text: str) -> tuple[Value, ...]:
    """All values of ``text``, in its order."""
    return sort_values((*_find_numerals(text), *_find_native(text), *_find_words(text)))


def _find_numerals(text: str) -> Iterator[Value]:
    for found in _numeral().finditer(text):
        number = parse_numeral(found[0])
        if number is None:
            continue
        unit = find_unit(text, found.end())
        yield Value(_read(number, unit), unit, found[0].strip(), found.start(), has_digits=bool(found["written"]))


def _read(number: Fraction, unit: str) -> Readings:
    """An hour may be one of twelve or of twenty-four."""
    if unit == "o-clock" and number.denominator == 1:
        return frozenset({number, number + _AMPM_HOURS, number - _AMPM_HOURS})
    return frozenset({number})


def parse_numeral(text: str) -> Fraction | None:
    """The number that digits and their Korean multipliers mean."""
    words = _words()
    total = section = Fraction(0)
    number: Fraction | None = None
    for token in re.findall(rf"{_NUMBER}|\S", text):
        if token[0].isdecimal():
            number = Fraction(token.replace(",", ""))
        elif token in words["digits"]:
            number = Fraction(words["digits"][token])
        elif token in words["multipliers"]:
            section += (1 if number is None else number) * words["multipliers"][token]
            number = None
        elif token in words["groups"]:
            section += number or 0
            total += (section or 1) * words["groups"][token]
            section, number = Fraction(0), None
        else:
            return None
    return total + section + (number or 0)


def _find_native(text: str) -> Iterator[Value]:
    words = _words()
    for found in _native().finditer(text):
        number = words["tens"].get(found["tens"], 0) + words["ones"].get(found["ones"] or found["one"], 0)
        unit = find_unit(text, found.end())
        yield Value(_read(Fraction(number), unit), unit, found[0], found.start(), has_digits=False)


def _find_words(text: str) -> Iterator[Value]:
    for found in _word().finditer(text):
        yield Value(make_readings(*_words()["words"][found[0]]), "", found[0], found.start(), has_digits=False)
