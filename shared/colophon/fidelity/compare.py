"""What a program can see between an original and its translation.

It sees values, blocks, links, figures, names, terms, text that is left in the original's script, and words of
advertising. ``NOT_CHECKED`` names what it can't see: that nothing is found says nothing of these.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind, Grade
from colophon.fidelity.glossary import Names, Term, find_word
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.pairs import Pair, pair_blocks
from colophon.fidelity.placed_blocks import BlockKind
from colophon.fidelity.value import Value
from colophon.fidelity.value_pairs import Values, compare_values

# A missing block of these kinds has a discrepancy of its own name; any other is an omission or an addition.
_NAMED: Mapping[BlockKind, DiscrepancyKind] = {
    "warning": "warning", "heading": "heading", "figure": "figure", "item": "item", "row": "row",
}  # fmt: skip
_UNIT_KINDS: Mapping[str, DiscrepancyKind] = {"percent": "percent", "calendar-month": "date"}
_CLAIMS: tuple[DiscrepancyKind, ...] = ("price", "telephone", "booking", "superlative", "guarantee")
_HANGUL = re.compile(r"[가-힣]+(?:[\s,]+[가-힣]+)*")
_MANY_SYLLABLES = 6


def compare(
    original: TextOutline, translation: TextOutline, names: Names, glossary: Sequence[Term] = ()
) -> tuple[Discrepancy, ...]:
    """The differences of a translation from its original, in the order of the translation.

    ``names`` are the registered ones of the clinic by language; the outlines were read with the same names and
    glossary. Both outlines may be of one language: two versions of one text.
    """
    comparison = _Comparison(original, translation, names, glossary)
    return tuple(comparison.run())


class _Comparison:
    def __init__(self, original: TextOutline, translation: TextOutline, names: Names, glossary: Sequence[Term]) -> None:
        self._original, self._translation, self._glossary = original, translation, glossary
        titles = (block.quote for block in original.blocks[:1])
        self._kept_names = sorted({*names.values(), *titles} - {""}, key=len, reverse=True)
        self._name_there, self._name_here = (find_word(names, each.lang) for each in (original, translation))

    def run(self) -> Iterator[Discrepancy]:
        there = here = 0
        for pair in pair_blocks(self._original, self._translation):
            yield from self._compare_pair(pair, there, here)
            there = pair.there[-1].number if pair.there else there
            here = pair.here[-1].number if pair.here else here

    def _compare_pair(self, pair: Pair, there: int, here: int) -> Iterator[Discrepancy]:
        """``there`` and ``here`` are the numbers of the blocks before."""
        for block in pair.here:
            yield from self._find_untranslated(block, there if not pair.there else pair.there[0].number)
        if not pair.here:
            for block in pair.there:
                kind = _NAMED.get(block.kind, "omission")
                yield Discrepancy(kind, "differs", here, None, block.number, block.line or None, _show(block))
        elif not pair.there:
            for block in pair.here:
                kind = _NAMED.get(block.kind, "addition")
                yield Discrepancy(kind, "differs", block.number, block.line or None, there, None, "", _show(block))
        else:
            yield from _compare_values(pair)
            yield from _compare_links(pair)
            yield from _find_claims(pair)

    def _find_untranslated(self, block: TextBlock, there: int) -> Iterator[Discrepancy]:
        if self._original.lang == self._translation.lang:
            return
        for run in block.foreign:
            for name in self._kept_names:
                run = run.replace(name, "")
            for found in _HANGUL.findall(run):
                grade: Grade = "differs" if " " in found or len(found) >= _MANY_SYLLABLES else "look"
                yield Discrepancy("untranslated", grade, block.number, block.line or None, there, None, "", found)


def _show(block: TextBlock) -> str:
    return block.figure or block.quote


def _compare_values(pair: Pair) -> Iterator[Discrepancy]:
    for difference in compare_values(_values(pair.there), _values(pair.here)):
        there, here = difference.there, difference.here
        kind = "unit" if difference.kind == "unit" else _kind_of(there or here)
        grade: Grade = "look" if difference.kind in ("repeated", "converted") else "differs"
        yield _make_finding(kind, grade, pair, there.text if there else "", here.text if here else "")


def _kind_of(value: Value | None) -> DiscrepancyKind:
    return _UNIT_KINDS.get(value.unit, "number") if value else "number"


def _values(blocks: Sequence[TextBlock]) -> Values:
    if len(blocks) == 1:
        return blocks[0].values
    return Values(
        tuple(value for block in blocks for value in block.values.single),
        tuple(value for block in blocks for value in block.values.sums),
    )


def _make_finding(kind: DiscrepancyKind, grade: Grade, pair: Pair, there: str = "", here: str = "") -> Discrepancy:
    mine, other = pair.here[0], pair.there[0]
    return Discrepancy(kind, grade, mine.number, mine.line or None, other.number, other.line or None, there, here)


def _compare_links(pair: Pair) -> Iterator[Discrepancy]:
    there, here = (_links(blocks) for blocks in (pair.there, pair.here))
    yield from (_make_finding("link", "differs", pair, there=link) for link in there if link not in here)
    yield from (_make_finding("link", "differs", pair, here=link) for link in here if link not in there)


def _links(blocks: Iterable[TextBlock]) -> dict[str, None]:
    return dict.fromkeys(link for block in blocks for link in block.links)


def _find_claims(pair: Pair) -> Iterator[Discrepancy]:
    """Words of advertising that the translation has and the original has not."""
    for claim in _CLAIMS:
        found = next((block.claims[claim] for block in pair.here if claim in block.claims), "")
        if found and not any(claim in block.claims for block in pair.there):
            yield _make_finding(claim, "look", pair, there="", here=found)
