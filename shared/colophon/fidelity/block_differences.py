"""Blocks and links of one text that the other lacks, has as something else, or has far shorter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from colophon.fidelity.alignment import is_held, read_traits
from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind, Grade, build_discrepancy
from colophon.fidelity.outline import TextBlock
from colophon.fidelity.parts import Pair
from colophon.fidelity.placed_blocks import BlockKind
from colophon.upload.lazy_pattern import compile_lazily

# A missing block of these kinds has a discrepancy of its own name; any other is an omission or an addition.
_NAMED: Mapping[BlockKind, DiscrepancyKind] = {
    "warning": "warning", "heading": "heading", "figure": "figure", "item": "item", "row": "row",
}  # fmt: skip
# Kinds that a translation must keep. A list may well become a sentence.
_KEPT_KINDS = frozenset({"warning", "heading"})
# Of 1,440 sentence pairs, 90 in 100 are within a factor of 1.45 of the median; a block of this length, in letters, has
# several sentences.
_MAX_FACTOR, _MIN_LENGTH = 2.2, 80
# /ko/, /en-US/, ?lang=ko.
_LANGUAGE_IN_LINK = compile_lazily(r"(?<=[^/]/)(?:[a-z]{2}(?:-[A-Za-z]{2,4})?)(?=[/?#]|$)|(?<=[?&]lang=)[A-Za-z-]+")


def find_missing_blocks(pair: Pair, there: int, here: int) -> Iterator[Discrepancy]:
    """``there`` and ``here`` are the numbers of the blocks before."""
    for block in pair.there:
        kind = _NAMED.get(block.kind, "omission")
        yield Discrepancy(kind, "differs", here, None, block.number, block.line, show(block))
    for block in pair.here:
        kind = _NAMED.get(block.kind, "addition")
        yield Discrepancy(kind, "differs", block.number, block.line, there, None, "", show(block))


def find_doubtful_blocks(pair: Pair) -> Iterator[Discrepancy]:
    """Of two blocks that one of the other text seems to hold, the one that only the length speaks for."""
    for part in _find_unheld(pair.there, pair.here):
        yield build_discrepancy("omission", "look", Pair((part,), pair.here), there=show(part))
    for part in _find_unheld(pair.here, pair.there):
        yield build_discrepancy("addition", "look", Pair(pair.there, (part,)), here=show(part))


def _find_unheld(parts: Sequence[TextBlock], whole: Sequence[TextBlock]) -> Iterator[TextBlock]:
    if len(parts) > 1 and len(whole) == 1:
        (held,) = read_traits(whole)
        yield from (part for part, traits in zip(parts, read_traits(parts), strict=True) if not is_held(traits, held))


def show(block: TextBlock) -> str:
    return block.figure or block.quote


def find_other_kind(pair: Pair) -> Iterator[Discrepancy]:
    """A warning or a heading that is none in the other text; and lists and rows that became something else."""
    there, here = pair.there[0], pair.here[0]
    if there.kind == here.kind:
        return
    lost = there.kind in _KEPT_KINDS or here.kind not in _KEPT_KINDS
    kind = _NAMED.get(there.kind if lost else here.kind, "length")
    grade: Grade = "differs" if there.kind in _KEPT_KINDS or here.kind in _KEPT_KINDS else "look"
    yield build_discrepancy(kind, grade, pair, *((show(there), "") if lost else ("", show(here))))


def find_other_links(pair: Pair) -> Iterator[Discrepancy]:
    there, here = (_links(blocks) for blocks in (pair.there, pair.here))
    if there == here:
        return
    pages_there, pages_here = (set(map(_leave_out_language, links)) for links in (there, here))
    for link in there:
        if link not in here:
            # The translation may lead to the same page in its own language.
            grade: Grade = "look" if _leave_out_language(link) in pages_here else "differs"
            yield build_discrepancy("link", grade, pair, there=link)
    for link in here:
        if link not in there:
            grade = "look" if _leave_out_language(link) in pages_there else "differs"
            yield build_discrepancy("link", grade, pair, here=link)


def _leave_out_language(link: str) -> str:
    return _LANGUAGE_IN_LINK.sub("", link)


def _links(blocks: Iterable[TextBlock]) -> dict[str, None]:
    return dict.fromkeys(link for block in blocks for link in block.links)


def find_other_length(pair: Pair) -> Iterator[Discrepancy]:
    """A block that is far shorter or longer than its counterpart: something may be missing within it."""
    there, here = (sum(block.length for block in blocks) for blocks in (pair.there, pair.here))
    if is_far_longer(there, here):
        yield build_discrepancy("length", "look", pair, show(pair.there[0]), show(pair.here[0]))


def is_far_longer(there: float, here: float) -> bool:
    """Whether one of the lengths is by far greater, and great enough to be more than a name."""
    return max(there, here) > _MIN_LENGTH and not 1 / _MAX_FACTOR < here / there < _MAX_FACTOR
