"""Numerals of digits and characters: 3백만, 1억 2천만, 二十五, 3万."""

from fractions import Fraction
from functools import lru_cache

from colophon.fidelity.value import Readings, load_words, share_readings
from colophon.upload.lazy_pattern import compile_lazily

NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_HALF_DAY = 12
# What is longer is no number that a text means; it would fill the cache.
MAX_LETTERS = 200
_TOKEN = compile_lazily(rf"{NUMBER}|\S")


@lru_cache(maxsize=4096)
def parse_numeral(word_file: str, text: str) -> Fraction:
    """The number that ``text`` means in the language of ``word_file``. A row of digits in characters is one number."""
    words = load_words(word_file)
    total = section = Fraction(0)
    number: Fraction | None = None
    for token in _TOKEN.findall(text):
        if multiplier := words["multipliers"].get(token):
            section += (1 if number is None else number) * multiplier
            number = None
        elif group := words["groups"].get(token):
            total += (section + (number or 0) or 1) * group
            section, number = Fraction(0), None
        elif token in words["digits"]:
            number = 10 * (number or 0) + Fraction(words["digits"][token])
        else:
            number = Fraction(token.replace(",", ""))
    return total + section + (number or 0)


@lru_cache(maxsize=4096)
def read_numeral(word_file: str, text: str, unit: str) -> Readings:
    """The same. An hour is one of twelve, or of twenty-four."""
    return read_number(parse_numeral(word_file, text), unit)


def read_number(number: Fraction, unit: str) -> Readings:
    """The readings of ``number`` with this unit."""
    return share_readings(
        frozenset({number, number + _HALF_DAY, number - _HALF_DAY} if unit == "o-clock" else {number})
    )
