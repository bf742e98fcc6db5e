"""What a program can see between an original and its translation.

It sees values, blocks, links, figures, names, terms, text that is left in the original's script, and words of
advertising. ``NOT_CHECKED`` names what it can't see: that nothing is found says nothing of these.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from colophon.fidelity.block_differences import (
    find_doubtful_blocks,
    find_missing_blocks,
    find_other_kind,
    find_other_length,
    find_other_links,
    is_far_longer,
    show,
)
from colophon.fidelity.calendar_words import find_other_calendar_words
from colophon.fidelity.discrepancy import Discrepancy, build_discrepancy
from colophon.fidelity.glossary import Names, Term
from colophon.fidelity.grades import settle_grade
from colophon.fidelity.order import find_moved, join_moved_links
from colophon.fidelity.outline import TextOutline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.parts import Pair
from colophon.fidelity.value_differences import (
    find_exchanged_values,
    find_value_differences,
    has_same_values,
)
from colophon.fidelity.word_differences import WordRules, find_claims


def compare(
    original: TextOutline,
    translation: TextOutline,
    names: Names,
    glossary: Sequence[Term] = (),
    pairs: Sequence[Pair] | None = None,
) -> tuple[Discrepancy, ...]:
    """The differences of a translation from its original, in the order of the translation.

    ``names`` are the registered ones of the clinic by language, ``pairs`` those of the blocks, if they are known. Both
    outlines may be of one language: two versions of one text.
    """
    found = find_discrepancies(original, translation, names, glossary, pairs)
    langs = original.lang, translation.lang
    return tuple(replace(each, grade=settle_grade(each, *langs)) for each in found)


def find_discrepancies(
    original: TextOutline,
    translation: TextOutline,
    names: Names,
    glossary: Sequence[Term] = (),
    pairs: Sequence[Pair] | None = None,
) -> list[Discrepancy]:
    """The same, each with the grade that its rule gives, whatever was measured."""
    rules = WordRules(original, translation, names, glossary)
    pairs = pair_blocks(original, translation) if pairs is None else pairs
    moved = {pair.here[0].number: pair for pair in find_moved(pairs)}
    skipped = {pair.there[0].number for pair in moved.values()}
    found: list[Discrepancy] = []
    there = here = 0
    for pair in pairs:
        if not pair.here and pair.there[0].number in skipped:
            continue
        if not pair.there and (both := moved.get(pair.here[0].number)):
            found.append(build_discrepancy("order", "differs", both, show(both.there[0]), show(both.here[0])))
            pair = both
        if not pair.there or not pair.here or not _is_quiet(pair, rules):
            found += _compare_pair(pair, rules, there, here)
        there = pair.there[-1].number if pair.there else there
        here = pair.here[-1].number if pair.here else here
    return join_moved_links(found)


def _is_quiet(pair: Pair, rules: WordRules) -> bool:
    """Most pairs of a good translation: one block each, and nothing to compare but values, which are the same.

    What takes the least time is asked first.
    """
    there, here = pair.there[0], pair.here[0]
    return (
        here.kind == there.kind
        and here.links == there.links
        and len(pair.there) == len(pair.here) == 1
        and not is_far_longer(there.length, here.length)
        and not here.foreign
        and not here.clinics
        and (not here.claims or here.claims.keys() <= there.claims.keys())
        and not rules.has_terms(pair)
        and has_same_values(there, here)
        and not (there.has_calendar_sign and here.has_calendar_sign and any(find_other_calendar_words(pair)))
        and next(find_exchanged_values(pair), None) is None
    )


def _compare_pair(pair: Pair, rules: WordRules, there: int, here: int) -> Iterator[Discrepancy]:
    """``there`` and ``here`` are the numbers of the blocks before."""
    yield from rules.find_untranslated(pair, there)
    if not pair.there or not pair.here:
        yield from find_missing_blocks(pair, there, here)
        return
    yield from chain(find_other_kind(pair), find_value_differences(pair), find_exchanged_values(pair))
    yield from chain(find_other_calendar_words(pair), find_other_links(pair))
    yield from chain(rules.find_other_words(pair), find_claims(pair), find_other_length(pair))
    yield from find_doubtful_blocks(pair)
