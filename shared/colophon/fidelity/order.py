"""What stands in both texts, but at another place: one discrepancy instead of a missing and an added one."""

from collections.abc import Iterable, Iterator, Sequence

from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.outline import TextBlock
from colophon.fidelity.parts import Pair

_MAX_FACTOR = 1.8
# Texts that share so little are others, not ones in another order.
_MAX_COMPARED = 10_000


def find_moved(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The blocks without a counterpart at their place which have one at another place: an image or a text alike."""
    there = [block for pair in pairs if not pair.here for block in pair.there]
    added = [block for pair in pairs if not pair.there for block in pair.here]
    for here in added if len(there) * len(added) <= _MAX_COMPARED else ():
        found = [block for block in there if _is_same(block, here)]
        if len(found) == 1:
            there.remove(found[0])
            yield Pair((found[0],), (here,))


def _is_same(there: TextBlock, here: TextBlock) -> bool:
    if there.kind != here.kind or there.figure != here.figure:
        return False
    if there.figure or (there.links and there.links == here.links):
        return True
    common = len(there.topics & here.topics)
    if there.digits and there.digits == here.digits:
        return common > 0 or not there.topics or not here.topics
    is_as_long = 1 / _MAX_FACTOR < here.length / there.length < _MAX_FACTOR
    return is_as_long and common > 0 and 2 * common >= min(len(there.topics), len(here.topics))


def join_moved_links(found: Iterable[Discrepancy]) -> list[Discrepancy]:
    """``found``, with one discrepancy of the kind ``order`` for a link that is missing in one block, added in another.

    It stands where the translation has it.
    """
    found = list(found)
    missing = {each.there: each for each in found if each.kind == "link" and not each.here}
    moved: dict[int, Discrepancy | None] = {}
    for each in found:
        if each.kind == "link" and not each.there and (other := missing.get(each.here)):
            moved[id(other)] = None
            places = each.block, each.line, other.original_block, other.original_line
            moved[id(each)] = Discrepancy("order", "differs", *places, other.there, each.here)
    return [joined for each in found if (joined := moved.get(id(each), each))]
