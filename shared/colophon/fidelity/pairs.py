"""Which blocks of an original and of its translation stand for each other."""

import math
import statistics
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.placed_blocks import BlockKind

_HEAD: tuple[BlockKind, ...] = ("title", "excerpt")
Head: TypeAlias = dict[BlockKind, TextBlock]

# Two blocks are compared only near the diagonal: a text's time grows with its length, not with the square of it.
_BAND = 60
_GAP, _SAME_KIND, _OTHER_KIND, _ANCHOR, _MAX_LENGTH_COST = -1.2, 1.0, -1.0, 3.0, 2.5
# Blocks whose lengths differ by more than this (a factor of 1.4) may hold several of the other text.
_UNEQUAL = 0.35
_MIN_PAIRS = 4


class Pair(Struct, frozen=True):
    """Blocks that stand for each other: one each, or several that one holds together; empty if none does."""

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
    if _shapes(original) == _shapes(translation):
        return [Pair((there,), (here,)) for there, here in zip(original, translation, strict=True)]
    first = _align(original, translation, 0.0)
    usual = _usual_growth(first)
    return _join_split_blocks(_align(original, translation, usual) if usual else first, usual)


def _shapes(blocks: Sequence[TextBlock]) -> list[tuple[str, str]]:
    return [(block.kind, block.figure) for block in blocks]


def _usual_growth(pairs: Sequence[Pair]) -> float:
    """By how much the translator's blocks are longer than expected, as a logarithm; 0 for a short text."""
    growths = [_growth(pair) for pair in pairs if pair.there and pair.here and not pair.there[0].figure]
    return statistics.median([0.0, *growths]) if len(growths) >= _MIN_PAIRS else 0.0


def _align(original: Sequence[TextBlock], translation: Sequence[TextBlock], usual: float) -> list[Pair]:
    """The pairs with the greatest sum of scores (Needleman and Wunsch, 1970), within a band around the diagonal."""
    rows, columns = len(original), len(translation)
    lengths = [[block.length for block in blocks] for blocks in (original, translation)]
    band = max(_BAND, abs(rows - columns) + _BAND)
    best: list[dict[int, tuple[float, int]]] = [{} for _ in range(rows + 1)]
    for i in range(rows + 1):
        middle = i * columns // max(rows, 1)
        for j in range(max(0, middle - band), min(columns, middle + band) + 1):
            options = [(0.0, 0)] if i == j == 0 else []
            if i and j and j - 1 in best[i - 1]:
                cost = _length_cost(lengths[0][i - 1], lengths[1][j - 1], usual)
                options.append((best[i - 1][j - 1][0] + _score(original[i - 1], translation[j - 1]) - cost, 1))
            if i and j in best[i - 1]:
                options.append((best[i - 1][j][0] + _GAP, 2))
            if j and j - 1 in best[i]:
                options.append((best[i][j - 1][0] + _GAP, 3))
            best[i][j] = max(options)
    return _walk_back(best, original, translation)


def _walk_back(
    best: Sequence[dict[int, tuple[float, int]]], original: Sequence[TextBlock], translation: Sequence[TextBlock]
) -> list[Pair]:
    pairs = []
    i, j = len(original), len(translation)
    while i or j:
        step = best[i][j][1]
        there = (original[i - 1],) if step in (1, 2) else ()
        here = (translation[j - 1],) if step in (1, 3) else ()
        pairs.append(Pair(there, here))
        i, j = i - len(there), j - len(here)
    return pairs[::-1]


def _score(there: TextBlock, here: TextBlock) -> float:
    if there.figure or here.figure:
        return _ANCHOR if there.figure == here.figure else 2 * _OTHER_KIND + _GAP
    score = _SAME_KIND if there.kind == here.kind else _OTHER_KIND
    for mine, others in ((set(there.links), set(here.links)), (there.values.digits, here.values.digits)):
        if mine and others:
            score += _ANCHOR * len(mine & others) / len(mine | others)
    return score


def _length_cost(there: float, here: float, usual: float) -> float:
    return min(_MAX_LENGTH_COST, 2 * abs(math.log(here / there) - usual))


def _join_split_blocks(pairs: Sequence[Pair], usual: float) -> list[Pair]:
    """A paragraph without a counterpart belongs to its neighbour, if the neighbour's counterpart is as long as both."""
    joined: list[Pair] = []
    for pair in pairs:
        if joined and (both := _join(joined[-1], pair, usual)):
            joined[-1] = both
        else:
            joined.append(pair)
    return joined


def _join(one: Pair, other: Pair, usual: float) -> Pair | None:
    if bool(one.there and one.here) is bool(other.there and other.here):
        return None
    whole = one if one.there and one.here else other
    both = Pair((*one.there, *other.there), (*one.here, *other.here))
    if not all(block.kind == "paragraph" for block in (*both.there, *both.here)):
        return None
    there, here = (sum(block.sentences for block in blocks) for blocks in (both.there, both.here))
    # What was left out is in neither: the block that would hold both has too few sentences.
    if (there > here) if len(both.there) > len(both.here) else (here > there):
        return None
    return both if abs(_growth(both) - usual) < _UNEQUAL < abs(_growth(whole) - usual) else None


def _growth(pair: Pair) -> float:
    there, here = (sum(block.length for block in blocks) for blocks in (pair.there, pair.here))
    return math.log(here / there)
