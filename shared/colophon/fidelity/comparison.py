"""The differences of a translation from its original, and which of them its editor has answered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from colophon.edition.model import DifferenceNote, Edition
from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.glossary import Names, Term
from colophon.fidelity.outline import read_outline
from colophon.fidelity.pairs import pair_blocks
from colophon.fidelity.parts import Pair
from colophon.problem import Problem


class Comparison(Struct, frozen=True, dict=True):
    """What a program found between an original and its translation, in the order of the translation.

    ``notes`` are what the editor says of blocks in which something was found, by the block's number. ``lapsed`` are the
    problems of notes that answer nothing. ``pairs`` are the blocks that stand for each other; none if the texts were
    not compared.
    """

    discrepancies: tuple[Discrepancy, ...] = ()
    notes: Mapping[int, str] = {}
    lapsed: tuple[Problem, ...] = ()
    pairs: Sequence[Pair] = ()

    @property
    def unanswered(self) -> tuple[Discrepancy, ...]:
        """Those that the uploader is warned of."""
        return tuple(each for each in self.discrepancies if each.block not in self.notes)

    @cached_property
    def marked(self) -> tuple[Discrepancy, ...]:
        """Those that readers see a mark of."""
        return tuple(each for each in self.unanswered if each.grade == "differs")

    @cached_property
    def marked_kinds(self) -> Mapping[str, int]:
        """How many of each kind are marked, in the order of the translation."""
        return Counter[str](each.kind for each in self.marked)

    @property
    def shown_notes(self) -> Mapping[int, str]:
        """The notes that readers get in place of a mark."""
        differing = {each.block for each in self.discrepancies if each.grade == "differs"}
        return {block: note for block, note in self.notes.items() if block in differing}


def compare_editions(
    original: Edition, translation: Edition, names: Names, glossary: Sequence[Term] = ()
) -> Comparison:
    """``translation`` against ``original``, with the notes of ``translation`` that are about these two texts."""
    there, here = read_outline(original), read_outline(translation)
    pairs = pair_blocks(there, here)
    found = compare(there, here, names, glossary, pairs)
    notes, lapsed = _judge_notes(original, translation, found)
    return Comparison(found, notes, tuple(lapsed), pairs)


def _judge_notes(
    original: Edition, translation: Edition, discrepancies: Sequence[Discrepancy]
) -> tuple[Mapping[int, str], Sequence[Problem]]:
    """The notes that are about these two texts, and the problems of all others."""
    record = translation.front_matter.translation
    differing = sorted({each.block for each in discrepancies})
    notes: dict[int, str] = {}
    lapsed: list[Problem] = []
    for number, note in enumerate(record.differs if record else ()):
        field = f"translation.differs.{number}"
        if (note.of, note.original) != (translation.pin, original.pin):
            lapsed.append(_lapsed_problem(field, note, original, translation))
        elif note.block not in differing:
            what = f"The program finds no difference in block {note.block}, so readers don’t see the note on it."
            others = ", ".join(map(str, differing))
            fix = f"Remove it, or correct its block: there are differences in {others}." if others else "Remove it."
            lapsed.append(Problem(what, fix, f"{field}.block", severity="warning"))
        else:
            notes[note.block] = note.note
    return notes, lapsed


def find_notes_without_original(translation: Edition) -> tuple[Problem, ...]:
    """The problems of notes on differences from an original that is not there, or that waits."""
    record = translation.front_matter.translation
    return tuple(
        Problem(
            f"There is no original to compare with, so readers don’t see the note on block {note.block}.",
            "Upload the original, or remove the note.",
            f"translation.differs.{number}",
            severity="warning",
        )
        for number, note in enumerate(record.differs if record else ())
    )


def _lapsed_problem(field: str, note: DifferenceNote, original: Edition, translation: Edition) -> Problem:
    changed = [
        name
        for name, pin, now in (("text", note.of, translation.pin), ("original", note.original, original.pin))
        if pin != now
    ]
    what = f"The note on block {note.block} is about another {' and another '.join(changed)}, so readers don’t see it."
    fix = (
        f"Compare the two texts again. If the note holds, write of: {translation.pin} and original: {original.pin}; "
        "else remove it."
    )
    return Problem(what, fix, field, severity="warning")
