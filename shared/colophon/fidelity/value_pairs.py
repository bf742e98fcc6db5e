"""Which values of an original and of its translation have no counterpart in the other."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.fidelity import english, korean
from colophon.fidelity.frequency import mark_frequencies
from colophon.fidelity.kanji import KanjiReader
from colophon.fidelity.value import (
    ROUNDING,
    Readings,
    Value,
    find_glosses,
    find_sums,
    has_other_unit,
    is_converted,
    is_of_same_measure,
    is_same,
    plain_numbers,
)
from colophon.language.served import lookup_tags
from colophon.upload.lazy_pattern import compile_lazily

_READERS: Mapping[str, Callable[[str], tuple[Value, ...]]] = {
    "ko": korean.find_values,
    "en": english.find_values,
    "ja": KanjiReader("ja"),
    "zh-Hans": KanjiReader("zh-Hans"),
}
# Beyond a rounded conversion, but near enough to be meant as one.
_LOOSE = Fraction(1, 10)
# Words of the original beside their translation. Possessive: each character is read once.
_QUOTED = compile_lazily(r"\([^()가-힣]*+[가-힣][^()]*+\)")
# A translator's addition for readers abroad: 10 a.m. (1 a.m. UTC).
_OTHER_ZONE = compile_lazily(
    r"[(（][^\d()（）]{,8}\d{1,2}(?::\d\d)?\s{,4}(?:[ap]\.?m\.?)?\s?(?:UTC|GMT|[ECMP][SD]T|CES?T|BST)[)）]"
)
# A greater number is hardly said by a pronoun the second time.
_NO_PRONOUN = 10
# different: no counterpart; unit: the number has one, in a unit of something else; repeated: not as often as in the
# other text, where a pronoun may stand; converted: the same in another unit; near: nearly so.
DifferenceKind: TypeAlias = Literal["different", "unit", "repeated", "converted", "near"]


class Values(Struct, frozen=True, dict=True):
    """The values of a text in order, and sums of two that stand together, each with its parts.

    ``glosses`` say the value before them in another unit.
    """

    single: tuple[Value, ...] = ()
    sums: tuple[tuple[Value, tuple[Value, Value]], ...] = ()
    glosses: tuple[Value, ...] = ()

    @property
    def all(self) -> tuple[Value, ...]:
        """Everything that may be a counterpart."""
        return (*self.single, *(value for value, _ in self.sums))

    @cached_property
    def digits(self) -> frozenset[Fraction]:
        """The numbers that are written in digits, which tell one block from another."""
        return frozenset(number for value in self.single if value.has_digits for number in value.readings)

    @cached_property
    def key(self) -> frozenset[tuple[tuple[Readings, str, str], int]]:
        """The values in digits, and how often each is there."""
        values = (*self.single, *self.glosses)
        digits = ((value.readings, value.unit, value.period) for value in values if value.has_digits)
        return frozenset(Counter(digits).items())

    @cached_property
    def in_words(self) -> tuple[Value, ...]:
        """Values in words that have a unit or count something."""
        return tuple(value for value in self.single if not value.has_digits and (value.unit or value.counts))

    @cached_property
    def often(self) -> tuple[Value, ...]:
        """Values that say how many times something is done in which period."""
        return tuple(value for value in self.single if value.period)

    @cached_property
    def worded(self) -> frozenset[str]:
        """Their units."""
        return frozenset(value.unit for value in self.in_words)

    @cached_property
    def word_key(self) -> frozenset[tuple[Readings, str, str]]:
        """What they may mean, with their units and periods."""
        return frozenset((value.readings, value.unit, value.period) for value in self.in_words)


_NO_VALUES = Values()


class ValueDifference(Struct, frozen=True):
    """``there`` is the value of the original, ``here`` that of the translation; one of them may be missing."""

    kind: DifferenceKind
    there: Value | None
    here: Value | None


@lru_cache(maxsize=64)
def find_word_file(lang: str) -> str:
    """The name of the word file for ``lang``; empty if there is none, so that no value can be read."""
    return next((tag for tag in lookup_tags(lang) if tag in _READERS), "")


def read_values(lang: str, text: str) -> Values:
    """The values of ``text``; none if there is no word file for ``lang``."""
    word_file = find_word_file(lang)
    if not word_file:
        return _NO_VALUES
    plain = plain_numbers(text)
    values = _READERS[word_file](plain)
    if not values:
        return _NO_VALUES
    if glosses := find_glosses(values, plain):
        values = tuple(value for value in values if value not in glosses)
    values = tuple(mark_frequencies(word_file, values, plain))
    if word_file != "ko" and ("(" in plain or "（" in plain):
        values = tuple(_weaken_glosses(values, plain))
    return Values(values, tuple(find_sums(values, plain)), glosses)


def _weaken_glosses(values: Sequence[Value], text: str) -> Iterator[Value]:
    """``values``; what brackets say once more may only be a counterpart: Korean words, a time of another zone."""
    quoted = [found.span() for pattern in (_QUOTED, _OTHER_ZONE) for found in pattern.finditer(text)]
    for value in values:
        is_quoted = any(start < value.start < end for start, end in quoted)
        yield replace(value, has_digits=False, counts=False) if is_quoted else value


def compare_values(there: Values, here: Values) -> list[ValueDifference]:
    """Every difference. Values without a counterpart that stand for each other, by their order, are one."""
    if there.key == here.key:
        return [*_find_word_differences(there, here), *_find_other_periods(there, here)]
    lost, repeated_there = _find_unpaired(there, here)
    new, repeated_here = _find_unpaired(here, there)
    return [
        *_pair_up(lost, new, there, here),
        *_find_word_differences(there, here),
        *_find_unit_differences(there, here),
        *_find_other_periods(there, here),
        *_find_conversions(there, here),
        *_find_other_glosses(there, here),
        *(ValueDifference("repeated", value, None) for value in repeated_there),
        *(ValueDifference("repeated", None, value) for value in repeated_here),
    ]


def _pair_up(lost: Sequence[Value], new: Sequence[Value], there: Values, here: Values) -> Iterator[ValueDifference]:
    for one, other in zip(lost, new, strict=False):
        yield ValueDifference("near" if is_converted(one, other, _LOOSE) else "different", one, other)
    for value in lost[len(new) :]:
        yield ValueDifference("different", value, _find_of_unit(value, here, there))
    for value in new[len(lost) :]:
        yield ValueDifference("different", _find_of_unit(value, there, here), value)


def _find_of_unit(value: Value, others: Values, own: Values) -> Value | None:
    """The one value in ``others`` that may be meant: of the same unit, and without a counterpart of its own."""
    free = (each for each in others.single if each.unit and each.unit == value.unit)
    found = [each for each in free if not any(_match(each, mine) for mine in own.all)]
    return found[0] if len(found) == 1 else None


def _match(one: Value, other: Value) -> bool:
    """Whether they are counterparts. A percentage that a text has as a share is that of nothing without its sign."""
    shares = [value for value in (one, other) if value.unit == "percent" and not value.text]
    if shares and one.unit != other.unit:
        return False
    return is_same(one, other) or is_converted(one, other, ROUNDING)


def _find_unpaired(values: Values, others: Values) -> tuple[list[Value], list[Value]]:
    """The values in digits without a counterpart, and those whose only counterparts serve other values already.

    A counterpart in words serves any number of values: "seven-thirty" is two.
    """
    taken: set[int] = set()
    candidates, parts = others.all, _parts_with_counterpart(values, others)
    missing: list[Value] = []
    repeated: list[Value] = []
    for value in values.single:
        if not value.has_digits or value in parts:
            continue
        found = [place for place, other in enumerate(candidates) if _match(value, other)]
        if value.unit == "calendar-month" and any(other.unit == value.unit for other in candidates):
            # Where months have names, a bare number is none.
            found = [place for place in found if candidates[place].unit == value.unit]
        if any(not candidates[place].has_digits for place in found):
            continue
        if free := [place for place in found if place not in taken]:
            taken.add(min(free, key=lambda place: candidates[place].unit != value.unit))
        else:
            is_pronoun = bool(found) and min(value.readings) < _NO_PRONOUN
            (repeated if is_pronoun else missing).append(value)
    return missing, repeated


def _parts_with_counterpart(values: Values, others: Values) -> set[Value]:
    """The parts of sums that the other text has as one value."""
    sums = (parts for value, parts in values.sums if any(_match(value, other) for other in others.all))
    return {part for parts in sums for part in parts}


def _find_word_differences(there: Values, here: Values) -> Iterator[ValueDifference]:
    """Values in words, where neither side has the other's: of one unit, or each a number of two and more."""
    if there.word_key == here.word_key or there.worded.isdisjoint(here.worded):
        return
    told: set[Value] = set()
    parts = _parts_with_counterpart(here, there)
    for value in here.in_words:
        others = _of_unit(there.in_words, value.unit)
        if not others or value in parts or any(_match(value, other) for other in there.all):
            continue
        if not any(other.has_digits for other in _of_unit(there.single, value.unit)):
            told |= {value, others[0]}
            yield ValueDifference("different", others[0], value)
    lost, new = (
        [value for value in one.in_words if value not in told and _is_lonely(value, other)]
        for one, other in ((there, here), (here, there))
    )
    yield from (ValueDifference("different", first, second) for first, second in zip(lost, new, strict=False))


def _is_lonely(value: Value, others: Values) -> bool:
    """Whether a number in words has no counterpart."""
    return value.counts and not any(_match(value, other) for other in others.all)


def _of_unit(values: Iterable[Value], unit: str) -> list[Value]:
    return [value for value in values if unit and value.unit == unit]


def _find_unit_differences(there: Values, here: Values) -> Iterator[ValueDifference]:
    """Numbers in digits whose equals are all in another known unit; in words, in one of the same measure."""
    for value in there.single:
        same = [other for other in here.single if is_same(value, other)]
        if not value.has_digits or not same:
            continue
        if not all(other.has_digits or (other.counts and is_of_same_measure(value, other)) for other in same):
            continue
        if all(has_other_unit(value, other) for other in same) and not any(
            is_converted(value, each) for each in here.all
        ):
            yield ValueDifference("unit", value, same[0])


def _find_other_periods(there: Values, here: Values) -> Iterator[ValueDifference]:
    """As many times, but in another period: twice a week, twice a month; and "once", which else means little."""
    for value in there.often:
        same = [other for other in here.often if is_same(value, other)]
        if same and all(other.period != value.period for other in same):
            yield ValueDifference("unit", _with_period(value), _with_period(same[0]))
    if len(there.often) == len(here.often) == 1:
        one, other = there.often[0], here.often[0]
        if one.period == other.period and one.unit != other.unit and not is_same(one, other):
            yield ValueDifference("different", _with_period(one), _with_period(other))


def _with_period(value: Value) -> Value:
    return replace(value, text=value.phrase)


def _find_other_glosses(there: Values, here: Values) -> Iterator[ValueDifference]:
    """Values in brackets of one unit, if each text has one; a translator may add one or leave it out."""
    for one in there.glosses:
        mine, others = (_of_unit(values.glosses, one.unit) for values in (there, here))
        if len(mine) == len(others) == 1 and not is_same(one, others[0]):
            yield ValueDifference("different", one, others[0])


def _find_conversions(there: Values, here: Values) -> Iterator[ValueDifference]:
    """Numbers in digits that the translation has in another unit: right, but the reader sees another number."""
    for value in there.single:
        if not value.has_digits or any(is_same(value, other) for other in here.all):
            continue
        found = (other for other in here.single if other.has_digits and is_converted(value, other))
        if other := next(found, None):
            yield ValueDifference("converted", value, other)
