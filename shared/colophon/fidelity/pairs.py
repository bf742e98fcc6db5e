"""Which blocks of an original and of its translation stand for each other."""

import math
import statistics
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from colophon.fidelity.alignment import GAP, Step, Traits, align, read_traits, score
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.placed_blocks import BlockKind

_HEAD: tuple[BlockKind, ...] = ("title", "excerpt")
# The time of a comparison is bounded by the number of pairs that are considered, about a microsecond and a half each.
_MAX_CELLS, _MIN_WIDTH = 32_000, 4
# By how much a translator's blocks may be longer than expected in all, as a logarithm.
_MAX_USUAL, _MIN_PAIRS = 0.4, 4
# In texts that are built alike, such a share of blocks may be unlike their counterparts before others are looked for.
_MAX_UNLIKE, _UNLIKE, _CLEARLY_BETTER = 0.02, 2.2, 1.5
_MAX_UNLIKE_OF_MANY, _MANY = 0.15, 100
# So few are looked at by themselves, with as many blocks before and after each: most of them have only other words.
_FEW, _NEAR = 2, 4
_MIN_TOPICS = 2
Head: TypeAlias = dict[BlockKind, TextBlock]


class Pair(Struct, frozen=True):
    """Blocks that stand for each other: one each, or two that one holds together; empty if none does."""

    there: tuple[TextBlock, ...]
    here: tuple[TextBlock, ...]


def pair_blocks(original: TextOutline, translation: TextOutline) -> list[Pair]:
    """Every block of both texts, in order: first the title and the excerpt, then the body.

    If both are built alike, blocks are paired by their places.
    """
    heads, bodies = zip(*(_split_head(outline.blocks) for outline in (original, translation)), strict=True)
    return [*_pair_heads(*heads), *_pair_bodies(*bodies)]


def _split_head(blocks: Sequence[TextBlock]) -> tuple[Head, Sequence[TextBlock]]:
    head = {block.kind: block for block in blocks[: len(_HEAD)] if not block.number}
    return head, blocks[len(head) :]


def _pair_heads(original: Head, translation: Head) -> Iterator[Pair]:
    """A page without an excerpt of its own shows the body's beginning, so that one alone is no difference."""
    kinds = original.keys() & translation.keys()
    yield from (Pair((original[kind],), (translation[kind],)) for kind in _HEAD if kind in kinds)


def _pair_bodies(original: Sequence[TextBlock], translation: Sequence[TextBlock]) -> list[Pair]:
    by_place = [(1, 1)] * len(original)
    is_alike = _shapes(original) == _shapes(translation)
    unlike = _find_unlike(original, translation) if is_alike else []
    if is_alike and len(unlike) <= _count_allowed(len(original)):
        return list(_take_steps(by_place, original, translation))
    there, here = read_traits(original), read_traits(translation)
    usual = _expect_growth(there, here)
    if is_alike and len(unlike) <= _FEW and not _is_better_near(unlike, there, here, usual):
        return list(_take_steps(by_place, original, translation))
    steps = _find_steps(there, here, usual)
    if is_alike and not _is_better(steps, there, here, usual):
        steps = by_place
    return list(_take_steps(steps, original, translation))


def _is_better_near(places: Iterable[int], there: Sequence[Traits], here: Sequence[Traits], usual: float) -> bool:
    """Whether near one of ``places`` other blocks stand for each other than those at the same place."""
    for place in places:
        near = slice(max(0, place - _NEAR), place + _NEAR + 1)
        steps = align(there[near], here[near], len(here[near]), usual)
        if _is_better(steps, there[near], here[near], usual):
            return True
    return False


def _is_better(steps: Sequence[Step], there: Sequence[Traits], here: Sequence[Traits], usual: float) -> bool:
    """Whether ``steps`` are clearly better than to pair blocks by their places."""
    by_place = [(1, 1)] * len(there)
    return _total(steps, there, here, usual) >= _total(by_place, there, here, usual) + _CLEARLY_BETTER


def _count_allowed(blocks: int) -> float:
    """How many of so many blocks may be unlike; a long text that lost its order has far more of them."""
    return max(blocks * _MAX_UNLIKE, (blocks - _MANY) * _MAX_UNLIKE_OF_MANY)


def _shapes(blocks: Sequence[TextBlock]) -> list[tuple[str, str]]:
    return [(block.kind, block.figure) for block in blocks]


def _find_unlike(original: Sequence[TextBlock], translation: Sequence[TextBlock]) -> list[int]:
    """The places of blocks that can hardly stand for each other: no number or no topic in common, or by far longer
    than usual."""
    usual = sum(block.length for block in translation) / max(1.0, sum(block.length for block in original))
    both = enumerate(zip(original, translation, strict=True))
    return [place for place, (there, here) in both if _are_unlike(there, here, usual)]


def _are_unlike(there: TextBlock, here: TextBlock, usual: float) -> bool:
    if not 1 / _UNLIKE < here.length / there.length / usual < _UNLIKE:
        return True
    if there.has_digits and here.has_digits:
        digits, others = there.digits, here.digits
        if digits and others and digits.isdisjoint(others):
            return True
    if len(there.topics) < _MIN_TOPICS:
        return False
    return len(here.topics) >= _MIN_TOPICS and there.topics.isdisjoint(here.topics)


def _find_steps(there: Sequence[Traits], here: Sequence[Traits], usual: float) -> list[Step]:
    """The steps of an alignment, in bounded time: of long texts between blocks that are certain."""
    if (len(there) + 1) * (len(here) + 1) <= _MAX_CELLS:
        steps = align(there, here, len(here), usual)
        better = _usual_growth(steps, there, here)
        return steps if better is None else align(there, here, len(here), better)
    steps = []
    row = column = 0
    for next_row, next_column in [*find_certain_pairs(there, here), (len(there), len(here))]:
        parts = there[row:next_row], here[column:next_column]
        cells = _MAX_CELLS * (len(parts[0]) + len(parts[1])) // (len(there) + len(here))
        steps += _align_part(*parts, cells, usual)
        if next_row < len(there):
            steps.append((1, 1))
        row, column = next_row + 1, next_column + 1
    return steps


def _align_part(there: Sequence[Traits], here: Sequence[Traits], cells: int, usual: float) -> list[Step]:
    """In a part that is too long for the number of cells, blocks are paired by their places."""
    width = cells // (len(there) + 1) // 2 - 1
    if width >= _MIN_WIDTH or width >= len(here):
        return align(there, here, width, usual)
    both = min(len(there), len(here))
    return [(1, 1)] * both + [(1, 0)] * (len(there) - both) + [(0, 1)] * (len(here) - both)


def find_certain_pairs(there: Sequence[Traits], here: Sequence[Traits]) -> list[tuple[int, int]]:
    """The places of blocks that stand for each other because only they have these values, links or this image.

    Of those whose order differs, the most that have one order are taken (a longest increasing subsequence).
    """
    places = [_places_by_marks(traits) for traits in (there, here)]
    both = [(place, places[1][marks]) for marks, place in places[0].items() if marks in places[1]]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, column) in enumerate(both):
        at = bisect_left(ends, column)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [column], [number]
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(both[number])
        number = before[number]
    return chain[::-1]


def _places_by_marks(traits: Sequence[Traits]) -> dict[object, int]:
    marks = [(each.kind, each.figure, each.marks) for each in traits]
    counts = Counter(marks)
    return {mark: n for n, mark in enumerate(marks) if counts[mark] == 1 and (mark[1] or mark[2])}


def _expect_growth(there: Sequence[Traits], here: Sequence[Traits]) -> float:
    """By how much the translator's blocks are longer than expected, from the lengths of both texts."""
    lengths = [sum(math.exp(each.length) for each in traits if not each.figure) for traits in (there, here)]
    growth = math.log(max(1.0, lengths[1]) / max(1.0, lengths[0]))
    return max(-_MAX_USUAL, min(_MAX_USUAL, growth))


def _usual_growth(steps: Sequence[Step], there: Sequence[Traits], here: Sequence[Traits]) -> float | None:
    """The same from the blocks that stand for each other; None if they are too few."""
    row = column = 0
    growths = []
    for step in steps:
        if step == (1, 1) and not there[row].figure:
            growths.append(here[column].length - there[row].length)
        row, column = row + step[0], column + step[1]
    return statistics.median(growths) if len(growths) >= _MIN_PAIRS else None


def _total(steps: Sequence[Step], there: Sequence[Traits], here: Sequence[Traits], usual: float) -> float:
    """The sum of scores, to tell which steps are the better ones; two in one count as one of them."""
    row = column = 0
    total = 0.0
    for step in steps:
        row, column = row + step[0], column + step[1]
        total += score(there[row - 1], here[column - 1], usual) if all(step) else GAP
    return total


def _take_steps(
    steps: Sequence[Step], original: Sequence[TextBlock], translation: Sequence[TextBlock]
) -> Iterator[Pair]:
    row = column = 0
    for taken_there, taken_here in steps:
        yield Pair(tuple(original[row : row + taken_there]), tuple(translation[column : column + taken_here]))
        row, column = row + taken_there, column + taken_here
