"""Days of the week, weeks of a month and halves of the day that a translation has in place of others.

Only what both texts name in full is compared: Saturday beside 토요일, 9 p.m. beside 오전 9시. A translator may add such
words or leave them out, so one without its counterpart is no difference by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypeAlias

from colophon.fidelity.discrepancy import Discrepancy, build_discrepancy
from colophon.fidelity.outline import TextBlock
from colophon.fidelity.parts import Pair
from colophon.fidelity.value import load_words
from colophon.fidelity.value_pairs import find_word_file

_Sort: TypeAlias = Literal["weekday", "week"]
_SORTS: tuple[_Sort, ...] = ("weekday", "week")
_NOON, _MORNING, _AFTERNOON = 12, "am", "pm"
# 밤 1시 is in the morning, 낮 11시 too.
_EARLIEST_EVENING, _LATEST_NOON = 6, 6
# An hour, and its half of the day.
_Hour: TypeAlias = tuple[int, str]


def find_other_calendar_words(pair: Pair) -> Iterator[Discrepancy]:
    """Of each sort the words of one text which the other lacks, if each has one."""
    langs = (find_word_file(blocks[0].lang) for blocks in (pair.there, pair.here))
    (lang, there), (other, here) = zip(langs, map(_text, (pair.there, pair.here)), strict=True)
    if not _words(lang) or not _words(other):
        return
    for sort in _SORTS:
        mine = _find_certain(lang, sort, there)
        others = _find_certain(other, sort, here) if mine else {}
        if len(mine) != len(others):
            continue
        lost = [word for number, word in mine.items() if number not in _find_possible(other, sort, here)]
        new = [word for number, word in others.items() if number not in _find_possible(lang, sort, there)]
        for one, another in zip(lost, new, strict=False):
            yield build_discrepancy("date", "differs", pair, one, another)
    hours = _find_hours(lang, there)
    other_hours = _find_hours(other, here) if hours else {}
    for (hour, half), word in hours.items():
        opposite = hour, _AFTERNOON if half == _MORNING else _MORNING
        if (hour, half) not in other_hours and opposite in other_hours and opposite not in hours:
            yield build_discrepancy("number", "differs", pair, word, other_hours[opposite])


def _text(blocks: Sequence[TextBlock]) -> str:
    return "\n".join(block.text for block in blocks)


@cache
def _words(word_file: str) -> Mapping[str, Any]:
    return load_words(word_file).get("calendar", {}) if word_file else {}


@cache
def _pattern(word_file: str, name: str) -> re.Pattern[str]:
    return re.compile(_words(word_file)[name])


def _find_certain(word_file: str, sort: _Sort, text: str) -> Mapping[int, str]:
    """The numbers of the days or weeks that ``text`` names in full, and how."""
    names = _words(word_file)[f"{sort}s"]
    found = _pattern(word_file, sort).finditer(text)
    return {names[each[each.lastindex or 0].lower()]: each[0] for each in found}


def _find_possible(word_file: str, sort: _Sort, text: str) -> set[int]:
    """The same, with what may be one: 월·수·금, Mon."""
    names = _words(word_file)[f"{sort}s"]
    found = _pattern(word_file, f"any_{sort}").findall(text)
    short = {names[part.lower()] for each in found for part in ([each] if each.lower() in names else each)}
    return short.union(_find_certain(word_file, sort, text))


def _find_hours(word_file: str, text: str) -> Mapping[_Hour, str]:
    """The full hours with their halves: 오후 2시, 2 p.m., noon."""
    halves = _words(word_file)["halves"]
    hours: dict[_Hour, str] = {}
    for found in _pattern(word_file, "hour").finditer(text):
        name = (found["half"] or found["twelve"]).lower()
        hour = int(found["hour"] or _NOON)
        half = halves[name]
        if half == "day":
            half = _AFTERNOON if hour < _LATEST_NOON or hour == _NOON else _MORNING
        elif half == "night":
            half = _AFTERNOON if _EARLIEST_EVENING <= hour < _NOON else _MORNING
        elif hour == _NOON and found["hour"] and name not in _words(word_file)["twelve"]:
            # 오전 12시 may be either.
            continue
        hours.setdefault((hour, half), found[0])
    return hours
