"""The most likely pairs of two sequences of blocks: dynamic programming over kinds, lengths, values and links.

The steps are those of Gale and Church, "A program for aligning sentences in bilingual corpora" (1993): one block each,
one without a counterpart, and two that one holds together.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from colophon.fidelity.outline import TextBlock
from colophon.fidelity.placed_blocks import BlockKind

GAP, _SAME_KIND, _OTHER_KIND, _SAME_MARKS, _ONE_SIDED_MARKS = -1.2, 1.0, -1.0, 3.0, -0.4
_MAX_LENGTH_COST, _LENGTH_WEIGHT = 2.5, 2.0
_SAME_TOPIC, _MAX_TOPICS, _OTHER_TOPIC = 0.8, 4.0, -0.3
_TWO_IN_ONE, _LOST_SENTENCE = -0.6, -0.9
# Blocks that may be written as one.
_JOINABLE: frozenset[BlockKind] = frozenset({"paragraph", "item"})
_MIN_IMPROVEMENT, _MIN_IMPROVEMENT_UNTOLD, _MAX_UNEQUAL, _MIN_TOPICS = 0.3, 0.1, 0.5, 2
# Blocks of the original and of the translation that a step takes.
_ONE, _ABSENT_HERE, _ABSENT_THERE, _TWO_THERE, _TWO_HERE = (1, 1), (1, 0), (0, 1), (2, 1), (1, 2)
Step: TypeAlias = tuple[int, int]


class Traits(Struct, frozen=True):
    """What tells blocks apart. ``marks`` are values in digits and links, ``length`` a logarithm."""

    kind: BlockKind
    figure: str
    marks: frozenset[object]
    topics: frozenset[int | str]
    length: float
    sentences: int


def read_traits(blocks: Sequence[TextBlock]) -> list[Traits]:
    return [
        Traits(
            block.kind,
            block.figure,
            block.digits.union(block.links),
            block.topics,
            math.log(block.length),
            block.sentences,
        )
        for block in blocks
    ]


def align(there: Sequence[Traits], here: Sequence[Traits], width: int, usual: float) -> list[Step]:
    """The steps with the greatest sum of scores, from the beginning of both sequences to their ends.

    Of each row only pairs within ``width`` of the best one of the row before are considered. ``usual`` is by how much
    the blocks of ``here`` are longer than expected, as a logarithm.
    """
    table = AlignmentTable(there, here, width, usual)
    for row in range(len(there) + 1):
        table.fill(row)
    return table.walk_back()


class AlignmentTable:
    """``cells`` counts the pairs that were considered."""

    def __init__(self, there: Sequence[Traits], here: Sequence[Traits], width: int, usual: float) -> None:
        self._there, self._here, self._width, self._usual = there, here, width, usual
        self._both_there, self._both_here = _join_neighbours(there), _join_neighbours(here)
        self._scores: list[dict[int, float]] = []
        self._steps: list[dict[int, Step]] = []
        self._best = 0

    @property
    def cells(self) -> int:
        return sum(map(len, self._scores))

    def fill(self, row: int) -> None:
        """The best way to each pair of a row."""
        scores: dict[int, float] = {}
        steps: dict[int, Step] = {}
        self._scores.append(scores)
        self._steps.append(steps)
        before, there, here, usual = self._scores[row - 1] if row else {}, self._there, self._here, self._usual
        left = -math.inf
        for column in self._columns(row):
            best, step = left + GAP, _ABSENT_THERE
            if (above := before.get(column, -math.inf) + GAP) > best:
                best, step = above, _ABSENT_HERE
            if column and (corner := before.get(column - 1)) is not None:
                corner += score(there[row - 1], here[column - 1], usual)
                if corner >= best:
                    best, step = corner, _ONE
                joined, two = self._join_two(row, column)
                if joined > best:
                    best, step = joined, two
            scores[column] = left = best if row or column else 0.0
            steps[column] = step
        self._best = max(scores, key=scores.__getitem__)

    def _columns(self, row: int) -> range:
        """Those near the best pair of the row before; in the last row also all after them."""
        last = len(self._here) if row == len(self._there) else min(len(self._here), self._best + self._width + 1)
        return range(max(0, self._best - self._width), last + 1)

    def _join_two(self, row: int, column: int) -> tuple[float, Step]:
        """The way by two blocks of one text that one of the other holds."""
        there, here, usual = self._there, self._here, self._usual
        best, step = -math.inf, _ONE
        if row > 1 and (both := self._both_there[row - 2]) and _may_hold(here[column - 1], both, usual):
            before = self._scores[row - 2].get(column - 1, -math.inf)
            best, step = before + _rate_two(here[column - 1], there[row - 2 : row], both, usual), _TWO_THERE
        if column > 1 and (both := self._both_here[column - 2]) and _may_hold(there[row - 1], both, -usual):
            before = self._scores[row - 1].get(column - 2, -math.inf)
            other = before + _rate_two(there[row - 1], here[column - 2 : column], both, -usual)
            best, step = max((best, step), (other, _TWO_HERE))
        return best, step

    def walk_back(self) -> list[Step]:
        row, column = len(self._there), len(self._here)
        steps = []
        while row or column:
            step = self._steps[row][column]
            steps.append(step)
            row, column = row - step[0], column - step[1]
        return steps[::-1]


def score(there: Traits, here: Traits, usual: float) -> float:
    """How much speaks for it that two blocks stand for each other."""
    if there.figure or here.figure:
        return _SAME_MARKS if there.figure == here.figure else 2 * _OTHER_KIND + GAP
    total = _SAME_KIND if there.kind == here.kind else _OTHER_KIND
    if there.marks and here.marks:
        total += _SAME_MARKS * len(there.marks & here.marks) / len(there.marks | here.marks)
    elif there.marks or here.marks:
        total += _ONE_SIDED_MARKS
    if there.topics and here.topics:
        common = len(there.topics & here.topics)
        others = min(len(there.topics), len(here.topics)) - common
        total += min(_MAX_TOPICS, _SAME_TOPIC * common) + _OTHER_TOPIC * others
    return total - min(_MAX_LENGTH_COST, _LENGTH_WEIGHT * abs(here.length - there.length - usual))


def _join_neighbours(blocks: Sequence[Traits]) -> list[Traits | None]:
    """Of each block and the next one: what both are together; None if nothing holds such two together."""
    return [_join(one, other) if one.kind == other.kind in _JOINABLE else None for one, other in pairwise(blocks)]


def _join(one: Traits, other: Traits) -> Traits:
    length = math.log(math.exp(one.length) + math.exp(other.length))
    return Traits(
        one.kind, "", one.marks | other.marks, one.topics | other.topics, length, one.sentences + other.sentences
    )


def _may_hold(block: Traits, both: Traits, usual: float) -> bool:
    """Whether ``block`` may hold two blocks of the other text, by its kind and its length."""
    return block.kind in _JOINABLE and abs(block.length - both.length - usual) < _MAX_UNEQUAL


def _rate_two(block: Traits, parts: Sequence[Traits], both: Traits, usual: float) -> float:
    """The score of ``block`` for two: it must hold something of each, or be too long to stand for one alone.

    What was left out is in neither text: then the block that would hold both has fewer sentences.
    """
    lost = max(0, both.sentences - block.sentences)
    total = score(both, block, usual) + _TWO_IN_ONE + _LOST_SENTENCE * lost
    holds = [is_held(part, block) for part in parts]
    alone = min(abs(block.length - part.length - usual) for part in parts)
    improvement = alone - abs(block.length - both.length - usual)
    if all(holds):
        least = _MIN_IMPROVEMENT_UNTOLD if lost else -math.inf
    elif lost:
        least = math.inf
    else:
        least = _MIN_IMPROVEMENT if False in holds else _MIN_IMPROVEMENT_UNTOLD
    return total if improvement > least else -math.inf


def is_held(part: Traits, block: Traits) -> bool | None:
    """Whether half of what ``part`` is about, or one of its values or links, is in ``block``; None if nothing tells."""
    if part.marks & block.marks:
        return True
    common = len(part.topics & block.topics)
    return None if len(part.topics) < _MIN_TOPICS and not common else 2 * common >= len(part.topics)
