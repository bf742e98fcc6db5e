"""Two values that change places within a block: each is there, but in the other's sentence, or in its cell of a row."""

from bisect import bisect
from collections.abc import Iterator, Mapping
from itertools import combinations

from msgspec import Struct

from colophon.fidelity.outline import TextBlock
from colophon.fidelity.signals import read_signals
from colophon.fidelity.topics import Topics
from colophon.fidelity.value import Value, has_other_unit, is_same
from colophon.fidelity.value_pairs import find_word_file

# A block with more values is a list of numbers in one paragraph.
_MAX_VALUES = 12


class Exchange(Struct, frozen=True):
    """``here`` stands where the original has ``there``. ``is_clear`` if more than the order says so."""

    there: Value
    here: Value
    is_clear: bool


class _Placed(Struct, frozen=True):
    """A value that each text has once, with the number of its sentence or of its place in a row."""

    there: Value
    here: Value
    there_at: int
    here_at: int


def find_exchanged(there: TextBlock, here: TextBlock) -> Iterator[Exchange]:
    """Both values of each exchange, if the blocks have as many sentences, or are rows."""
    if not there.has_digits or not here.has_digits:
        # Words alone are seldom worth the time.
        return
    is_row = there.kind == here.kind == "row"
    if not is_row and not there.sentences == here.sentences > 1:
        return
    placed = _place(there, here, is_row=is_row)
    for one, other in combinations(placed, 2):
        is_crossed = one.there_at == other.here_at != one.here_at == other.there_at
        if not is_crossed or not one.there.unit or one.there.unit != other.there.unit:
            continue
        straight = 1 if is_row else _weigh(there, here, one, [each for each in placed if each not in (one, other)])
        if straight >= 0:
            yield Exchange(one.there, other.here, is_clear=straight > 0)
            yield Exchange(other.there, one.here, is_clear=straight > 0)


def _place(there: TextBlock, here: TextBlock, *, is_row: bool) -> list[_Placed]:
    mine, others = there.values.single, here.values.single
    if not 1 < len(mine) <= _MAX_VALUES or not 1 < len(others) <= _MAX_VALUES:
        return []
    found = []
    for value in mine:
        same = [other for other in others if is_same(value, other)]
        is_single = len(same) == 1 and sum(is_same(each, same[0]) for each in mine) == 1
        if is_single and not has_other_unit(value, same[0]):
            found.append((value, same[0]))
    if is_row:
        order = {id(value): at for at, (_, value) in enumerate(sorted(found, key=lambda both: both[1].start))}
        return [_Placed(value, other, at, order[id(other)]) for at, (value, other) in enumerate(found)]
    ends, other_ends = there.sentence_ends, here.sentence_ends
    return [_Placed(value, other, bisect(ends, value.start), bisect(other_ends, other.start)) for value, other in found]


def _weigh(there: TextBlock, here: TextBlock, one: _Placed, others: list[_Placed]) -> int:
    """How much more says that the two sentences kept their places than that they changed them: values and topics."""
    first, second = one.there_at, one.here_at
    stayed = sum(
        1 if each.there_at == each.here_at else -1
        for each in others
        if {each.there_at, each.here_at} <= {first, second}
    )
    mine, their = (_find_topics(block, (first, second)) for block in (there, here))
    straight = len(mine[first] & their[first]) + len(mine[second] & their[second])
    return stayed + straight - len(mine[first] & their[second]) - len(mine[second] & their[first])


def _find_topics(block: TextBlock, sentences: tuple[int, int]) -> Mapping[int, Topics]:
    starts = (0, *block.sentence_ends)
    ends = (*block.sentence_ends, len(block.text))
    word_file = find_word_file(block.lang)
    return {at: read_signals(word_file, block.text[starts[at] : ends[at]]).topics for at in sentences}
