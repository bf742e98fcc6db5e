"""A list that became a sentence, and a paragraph that became several: the other way round too.

The alignment knows two blocks in one. More are found where it left blocks without a counterpart.
"""

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from colophon.fidelity.outline import TextBlock
from colophon.upload.lazy_pattern import compile_lazily

_LEAST, _MAX_ZONE = 3, 24
# By how much lengths may differ from the usual, as a logarithm; those of single words tell little.
_MAX_UNEQUAL, _MAX_UNEQUAL_WORDS = 0.5, 1.1
# Between the parts of a list in a sentence.
_BETWEEN = compile_lazily(r"[,，、;·]|\b(?:and|or)\b|(?<=[가-힣])(?:와|과|랑|하고)\s|\s및\s")


class Pair(Struct, frozen=True):
    """Blocks that stand for each other: one each, or several that one holds together; empty if none does."""

    there: tuple[TextBlock, ...]
    here: tuple[TextBlock, ...]


def join_parts(pairs: Sequence[Pair], usual: float) -> Iterator[Pair]:
    """``pairs``; blocks without a counterpart, with the pairs beside them, as one pair where one block holds them all.

    ``usual`` is by how much the blocks of the translation are longer than expected, as a logarithm.
    """
    at = 0
    while at < len(pairs):
        end = _find_end(pairs, at)
        zone = pairs[at:end]
        there = tuple(block for pair in zone for block in pair.there)
        here = tuple(block for pair in zone for block in pair.here)
        if len(zone) > 1 and len(there) + len(here) <= _MAX_ZONE and (joined := _join(there, here, usual)):
            yield from joined
        else:
            yield from zone
        at = end


def _find_end(pairs: Sequence[Pair], at: int) -> int:
    """The end of what begins at ``at``: blocks without a counterpart, and a pair before, between or after them."""
    end = at + 1
    while end < len(pairs) and (_is_alone(pairs[end]) or _is_alone(pairs[end - 1])):
        end += 1
    return end


def _is_alone(pair: Pair) -> bool:
    return not pair.there or not pair.here


def _join(there: tuple[TextBlock, ...], here: tuple[TextBlock, ...], usual: float) -> list[Pair] | None:
    """The pairs of a zone, in which one block of a text holds several of the other, and all else has its place."""
    for place, whole in enumerate(here):
        parts = there[place : len(there) - (len(here) - place - 1)]
        if _holds(whole, parts, usual) and (others := _pair_others(there, here, place, parts, (whole,))):
            return others
    for place, whole in enumerate(there):
        parts = here[place : len(here) - (len(there) - place - 1)]
        if _holds(whole, parts, -usual) and (others := _pair_others(there, here, place, (whole,), parts)):
            return others
    return None


def _pair_others(
    there: tuple[TextBlock, ...],
    here: tuple[TextBlock, ...],
    place: int,
    joined_there: tuple[TextBlock, ...],
    joined_here: tuple[TextBlock, ...],
) -> list[Pair] | None:
    """``joined_there`` and ``joined_here``, which begin at ``place``, and the blocks around them; None if their kinds
    differ."""
    rest = (*there[:place], *there[place + len(joined_there) :]), (*here[:place], *here[place + len(joined_here) :])
    pairs = [Pair((one,), (other,)) for one, other in zip(*rest, strict=True)]
    if any(one.kind != other.kind or one.figure != other.figure for one, other in zip(*rest, strict=True)):
        return None
    return [*pairs[:place], Pair(joined_there, joined_here), *pairs[place:]]


def _holds(whole: TextBlock, parts: Sequence[TextBlock], usual: float) -> bool:
    """Whether ``whole`` is a paragraph as long as all ``parts``, with as many sentences, or members of a list.

    Of two paragraphs the alignment knows better, as it sees what each is about.
    """
    kinds = {part.kind for part in parts}
    if len(parts) < _LEAST or whole.kind != "paragraph" or (kinds != {"item"} and kinds != {"paragraph"}):
        return False
    is_list = kinds == {"item"} and len(parts) - 1 <= len(_BETWEEN.findall(whole.text)) <= len(parts)
    if not is_list and whole.sentences != sum(part.sentences for part in parts):
        return False
    unequal = abs(math.log(whole.length / sum(part.length for part in parts)) - usual)
    return unequal <= (_MAX_UNEQUAL_WORDS if is_list else _MAX_UNEQUAL)
