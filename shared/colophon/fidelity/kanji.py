"""Finds values in Japanese and Chinese text: 3万円, 三十分, 第二次, 一半, 5月3日.

What is written in characters is only taken as a counterpart, because 一 and 三 are parts of many words.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from colophon.fidelity.numerals import MAX_LETTERS, NUMBER, read_numeral
from colophon.fidelity.value import Value, load_words, make_readings


class KanjiReader:
    """Finds values in the language of one word file."""

    def __init__(self, word_file: str) -> None:
        self._word_file = word_file

    def __call__(self, text: str) -> tuple[Value, ...]:
        """The values of ``text``, in order."""
        return tuple(self._find(text))

    def _find(self, text: str) -> Iterator[Value]:
        words, (pattern, units) = load_words(self._word_file), _patterns(self._word_file)
        for found in pattern.finditer(text):
            following = units.match(text, found.end())
            unit = _unit_names(self._word_file)[following[1]] if following else ""
            written = found[0] + (following[0] if following else "")
            if found["bottom"]:
                readings = make_readings(f"{found['top']}/{found['bottom']}")
                yield Value(readings, "", written, found.start(), has_digits=False)
            elif found["word"]:
                readings = make_readings(*words["words"][found["word"]])
                yield Value(readings, unit, written, found.start(), has_digits=False)
            else:
                readings = read_numeral(self._word_file, found[0][:MAX_LETTERS], unit)
                yield Value(readings, unit, written, found.start(), has_digits=bool(found["written"]))


@cache
def _patterns(word_file: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Values, and the units that may follow them."""
    words = load_words(word_file)
    digits, steps = "".join(words["digits"]), "".join((*words["multipliers"], *words["groups"]))
    written = rf"(?:{NUMBER})[{steps}]*(?:(?:{NUMBER})[{steps}]+)*"
    fraction = r"(?P<bottom>[1-9]\d?)分(?:の|之)(?P<top>\d+)"
    others = "|".join(sorted(words["words"], key=len, reverse=True))
    units = "|".join(sorted(map(re.escape, _unit_names(word_file)), key=len, reverse=True))
    return re.compile(
        rf"{fraction}|(?P<written>{written})|(?P<word>{others})|(?P<spelled>[{digits}{steps}]+)"
    ), re.compile(rf"\s?({units})")


@cache
def _unit_names(word_file: str) -> Mapping[str, str]:
    return {name: unit for unit, names in load_words(word_file)["units"].items() for name in names}
