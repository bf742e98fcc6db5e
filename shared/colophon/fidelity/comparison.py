"""The differences of a translation from its original, and which of them its editor has answered."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from colophon.edition.model import Edition
from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.glossary import Names, Term
from colophon.fidelity.outline import read_outline


class Comparison(Struct, frozen=True):
    """What a program found between an original and its translation, in the order of the translation.

    ``notes`` are what the editor says of blocks in which something was found, by the block's number.
    """

    discrepancies: tuple[Discrepancy, ...] = ()
    notes: Mapping[int, str] = {}

    @property
    def unanswered(self) -> tuple[Discrepancy, ...]:
        """Those that the uploader is warned of."""
        return tuple(each for each in self.discrepancies if each.block not in self.notes)

    @property
    def marked(self) -> tuple[Discrepancy, ...]:
        """Those that readers see a mark of."""
        return tuple(each for each in self.unanswered if each.grade == "differs")

    @property
    def shown_notes(self) -> Mapping[int, str]:
        """The notes that readers get in place of a mark."""
        differing = {each.block for each in self.discrepancies if each.grade == "differs"}
        return {block: note for block, note in self.notes.items() if block in differing}


def find_discrepancies(
    original: Edition, translation: Edition, names: Names, glossary: Sequence[Term] = ()
) -> tuple[Discrepancy, ...]:
    """The discrepancies with their lines. These cost a pass of the renderer, so they are looked up only if needed."""
    editions = (original, translation)
    there, here = (read_outline(each, names, glossary) for each in editions)
    if not compare(there, here, names, glossary):
        return ()
    there, here = (read_outline(each, names, glossary, with_lines=True) for each in editions)
    return compare(there, here, names, glossary)
