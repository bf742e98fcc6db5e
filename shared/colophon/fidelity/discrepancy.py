"""One difference between an original and its translation, and what no program sees."""

from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.fidelity.parts import Pair

DiscrepancyKind: TypeAlias = Literal[
    "number", "percent", "date", "unit", "converted", "warning", "heading", "figure", "item", "row", "link", "omission",
    "addition", "order", "untranslated", "name", "term", "price", "telephone", "booking", "superlative", "guarantee",
    "length",
]  # fmt: skip
# differs: wrong, as far as a program can tell. look: a person should look; readers are not told.
Grade: TypeAlias = Literal["differs", "look"]
NOT_CHECKED = ("negation", "meaning", "tone")


class Discrepancy(Struct, frozen=True):
    """``block`` is the number of the translation's block, or of the one before what is missing.

    ``original_block`` is that of the original in the same way. The lines are in both files; None if nothing stands
    there, or if it is not known. ``there`` and ``here`` are what the original and the translation have;
    empty if nothing.
    """

    kind: DiscrepancyKind
    grade: Grade
    block: int
    line: int | None
    original_block: int
    original_line: int | None
    there: str = ""
    here: str = ""


def build_discrepancy(kind: DiscrepancyKind, grade: Grade, pair: Pair, there: str = "", here: str = "") -> Discrepancy:
    """A difference between the two sides of ``pair``, of which neither is empty."""
    mine, other = pair.here[0], pair.there[0]
    return Discrepancy(kind, grade, mine.number, mine.line, other.number, other.line, there, here)
