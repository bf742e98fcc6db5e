"""Values of one side of a pair that the other lacks, as discrepancies."""

from collections.abc import Iterator, Sequence

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind, Grade, build_discrepancy
from colophon.fidelity.exchange import find_exchanged
from colophon.fidelity.outline import TextBlock
from colophon.fidelity.parts import Pair
from colophon.fidelity.value import CALENDAR_UNITS, Value
from colophon.fidelity.value_pairs import DifferenceKind, Values, compare_values
from colophon.upload.lazy_pattern import compile_lazily

# A year of our time. Anything else of four digits may be an amount.
_YEAR = compile_lazily(r"(?:1[89]|20)\d\d ?[년年]?")
_GRADES: dict[DifferenceKind, Grade] = {"different": "differs", "unit": "differs", "repeated": "look", "near": "look"}


def has_same_values(there: TextBlock, here: TextBlock) -> bool:
    """Whether nothing in the values of two blocks can differ. Of most it is seen before their values are read.

    Words alone can only differ if both texts have one that counts something or has a unit.
    """
    if there.has_digits or here.has_digits:
        if there.values.key != here.values.key:
            return False
    elif not (there.may_count and here.may_count):
        return True
    if not there.values.in_words:
        return True
    mine, others = here.values, there.values
    may_differ = (mine.often and others.often) or not mine.worded.isdisjoint(others.worded)
    return not may_differ or mine.word_key == others.word_key


def find_value_differences(pair: Pair) -> Iterator[Discrepancy]:
    there, here = _values(pair.there), _values(pair.here)
    for difference in compare_values(there, here):
        first, second = difference.there, difference.here
        kind = _KINDS.get(difference.kind) or _kind_of(first) or _kind_of(second) or "number"
        grade = _GRADES.get(difference.kind, "look")
        yield build_discrepancy(kind, grade, pair, first.text if first else "", second.text if second else "")


def find_exchanged_values(pair: Pair) -> Iterator[Discrepancy]:
    """Values of two blocks that change places."""
    if len(pair.there) == len(pair.here) == 1:
        for exchange in find_exchanged(pair.there[0], pair.here[0]):
            grade: Grade = "differs" if exchange.is_clear else "look"
            kind = _kind_of(exchange.there) or "number"
            yield build_discrepancy(kind, grade, pair, exchange.there.text, exchange.here.text)


_KINDS: dict[DifferenceKind, DiscrepancyKind] = {"unit": "unit", "converted": "converted", "near": "converted"}


def _kind_of(value: Value | None) -> DiscrepancyKind | None:
    if value is None:
        return None
    if value.unit in CALENDAR_UNITS or _YEAR.fullmatch(value.text):
        return "date"
    return "percent" if value.unit == "percent" else None


def _values(blocks: Sequence[TextBlock]) -> Values:
    if len(blocks) == 1:
        return blocks[0].values
    return Values(
        tuple(value for block in blocks for value in block.values.single),
        tuple(value for block in blocks for value in block.values.sums),
        tuple(value for block in blocks for value in block.values.glosses),
    )
