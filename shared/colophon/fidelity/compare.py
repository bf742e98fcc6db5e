"""What a program can see between an original and its translation.

It sees values, blocks, links, figures, text that is left in the original's script, and words of advertising. It can't
see negation, meaning or tone: no discrepancy says nothing of these.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.fidelity.outline import BlockKind, TextBlock
from colophon.fidelity.pairs import Pair, pair_blocks
from colophon.fidelity.value import Value, load_words
from colophon.fidelity.value_pairs import compare_values, read_values

DiscrepancyKind: TypeAlias = Literal[
    "number", "percent", "date", "unit", "warning", "heading", "figure", "item", "row", "link", "omission", "addition",
    "untranslated", "claim",
]  # fmt: skip
Grade: TypeAlias = Literal["differs", "look"]
NOT_CHECKED = ("negation", "meaning", "tone")
# A missing block of these kinds has a discrepancy of its own name; any other is an omission or an addition.
_NAMED: Mapping[BlockKind, DiscrepancyKind] = {
    "warning": "warning", "heading": "heading", "figure": "figure", "item": "item", "row": "row",
}  # fmt: skip
_UNIT_KINDS: Mapping[str, DiscrepancyKind] = {"percent": "percent", "calendar-month": "date"}
_HANGUL = re.compile(r"[가-힣]+(?:[\s,]+[가-힣]+)*")
# Words that are named as words: in quotes, or in brackets beside their translation.
_NAMED_WORDS = re.compile(r"“[^”]*”|‘[^’]*’|\"[^\"]*\"|「[^」]*」|\([^)]*\)|'[^']*'")
_MANY_SYLLABLES = 6


class Discrepancy(Struct, frozen=True):
    """One difference. ``block`` is the number of the translation's block, or of the one before what is missing.

    ``line`` is in the translation's file, ``line_of_original`` in the original's; None if nothing stands there.
    ``there`` and ``here`` are what the original and the translation have; empty if nothing.
    """

    kind: DiscrepancyKind
    grade: Grade
    block: int
    line: int | None
    line_of_original: int | None
    there: str = ""
    here: str = ""


def compare(
    original: Sequence[TextBlock], translation: Sequence[TextBlock], names: Iterable[str] = ()
) -> tuple[Discrepancy, ...]:
    """The differences of a Korean original and an English translation, in the order of the translation.

    ``names`` may stand in Korean in the translation: the clinic's registered ones, and the original's title.
    """
    discrepancies: list[Discrepancy] = []
    last = 0
    for pair in pair_blocks(original, translation):
        discrepancies += _compare_pair(pair, tuple(names), last)
        last = pair.here[-1].number if pair.here else last
    return tuple(discrepancies)


def _compare_pair(pair: Pair, names: Sequence[str], last: int) -> Iterator[Discrepancy]:
    if not pair.here:
        for block in pair.there:
            yield Discrepancy(_NAMED.get(block.kind, "omission"), "differs", last, None, block.line, _show(block))
        return
    for block in pair.here:
        yield from _find_untranslated(block, names)
    if not pair.there:
        for block in pair.here:
            yield Discrepancy(
                _NAMED.get(block.kind, "addition"), "differs", block.number, block.line, None, "", _show(block)
            )
        return
    yield from _compare_values(pair)
    yield from _compare_links(pair)
    yield from _find_claims(pair)


def _show(block: TextBlock) -> str:
    return block.figure or block.text


def _compare_values(pair: Pair) -> Iterator[Discrepancy]:
    for difference in compare_values(read_values("ko", _text(pair.there)), read_values("en", _text(pair.here))):
        there, here = difference.there, difference.here
        kind = "unit" if difference.kind == "unit" else _kind_of(there or here)
        grade: Grade = "look" if difference.kind in ("repeated", "converted") else "differs"
        yield _make_finding(kind, grade, pair, there.text if there else "", here.text if here else "")


def _kind_of(value: Value | None) -> DiscrepancyKind:
    return _UNIT_KINDS.get(value.unit, "number") if value else "number"


def _text(blocks: Iterable[TextBlock]) -> str:
    return "\n".join(block.text for block in blocks)


def _make_finding(kind: DiscrepancyKind, grade: Grade, pair: Pair, there: str = "", here: str = "") -> Discrepancy:
    first = pair.here[0]
    return Discrepancy(kind, grade, first.number, first.line, pair.there[0].line, there, here)


def _compare_links(pair: Pair) -> Iterator[Discrepancy]:
    there, here = ([link for block in blocks for link in block.links] for blocks in (pair.there, pair.here))
    for link in dict.fromkeys(there):
        if link not in here:
            yield _make_finding("link", "differs", pair, there=link)
    for link in dict.fromkeys(here):
        if link not in there:
            yield _make_finding("link", "differs", pair, here=link)


def _find_untranslated(block: TextBlock, names: Sequence[str]) -> Iterator[Discrepancy]:
    text = block.text
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    for found in _HANGUL.findall(_NAMED_WORDS.sub("", text)):
        grade: Grade = "differs" if " " in found or len(found) >= _MANY_SYLLABLES else "look"
        yield Discrepancy("untranslated", grade, block.number, block.line, None, "", found)


@cache
def _claims(lang: str) -> Mapping[str, re.Pattern[str]]:
    return {
        claim: re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
        for claim, patterns in load_words(lang)["claims"].items()
    }


def _find_claims(pair: Pair) -> Iterator[Discrepancy]:
    """Words of advertising that the translation has and the original has not."""
    there, here = _text(pair.there), _text(pair.here)
    for claim, pattern in _claims("en").items():
        if (found := pattern.search(here)) and not _claims("ko")[claim].search(there):
            yield _make_finding("claim", "look", pair, there="", here=found[0])
