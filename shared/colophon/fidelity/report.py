"""Findings as warnings of a report: what differs, where in both files, and what to do."""

from collections.abc import Mapping

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind
from colophon.problem import Problem

_MAX_QUOTED = 80
# What stands in one text only.
_NOUNS: Mapping[DiscrepancyKind, str] = {
    "warning": "source warning",
    "heading": "heading",
    "figure": "image",
    "item": "list item",
    "row": "table row",
    "omission": "paragraph",
    "addition": "paragraph",
    "link": "link",
}
# What reads as advertising, by what the clinic would be advertising with.
_CLAIM_NOUNS: Mapping[DiscrepancyKind, str] = {
    "price": "a price",
    "telephone": "a telephone number or an invitation to call",
    "booking": "an invitation to book",
    "superlative": "a superlative",
    "guarantee": "a guarantee",
}
_LOOK = "Compare both lines. Correct the translation if it is wrong; leave it if it is right."
_CORRECT = "Correct the translation, or the original if that is wrong."
_TRANSLATE = "Translate it, or put it in quotes if it is a name."
_TAKE_OUT = "Take it out: a translation must not advertise what its original does not say."
_MOVE = "Move it to where the original has it."
_NAME = "Write the name as clinic.yaml has it."
_TERM = "Write the term as glossary.yaml has it, or correct the glossary."


def build_warning(discrepancy: Discrepancy, original_file: str) -> Problem:
    """``discrepancy`` as a warning. ``original_file`` is the original's file name."""
    line = discrepancy.original_line
    what, fix = _describe(discrepancy, f"{original_file}, line {line}" if line else original_file)
    return Problem(
        what,
        fix,
        line=discrepancy.line,
        severity="warning",
        kind=f"fidelity.{discrepancy.kind}",
        grade=discrepancy.grade,
        block=discrepancy.block,
        original_line=discrepancy.original_line,
    )


def _describe(discrepancy: Discrepancy, place: str) -> tuple[str, str]:
    there, here = _quote(discrepancy.there), _quote(discrepancy.here)
    fix = _CORRECT if discrepancy.grade == "differs" else _LOOK
    if described := _describe_words(discrepancy.kind, there, here, place, fix):
        return described
    if noun := _NOUNS.get(discrepancy.kind):
        if there:
            return f"The translation lacks the {noun} {there} of the original ({place}).", fix
        return f"The original has no counterpart of the {noun} {here}.", fix
    if there and here:
        return f"The original has {there} here ({place}), this translation has {here}.", fix
    if there:
        return f"The original has {there} here ({place}), this translation has no such value.", fix
    return f"This translation has {here}, the original has no such value here ({place}).", fix


def _describe_words(kind: DiscrepancyKind, there: str, here: str, place: str, fix: str) -> tuple[str, str] | None:
    """The sentences about kinds that are no values and no blocks."""
    if kind == "untranslated":
        return f"{here} is not translated.", _TRANSLATE
    if noun := _CLAIM_NOUNS.get(kind):
        return f"{here} reads as {noun}, and nothing in the original ({place}) says so.", _TAKE_OUT
    if kind == "order":
        return f"{here} stands at another place than {there} in the original ({place}).", _MOVE
    if kind == "name":
        return f"The original names the clinic {there} ({place}), this translation calls it {here}.", _NAME
    if kind == "term":
        what = f"uses {here}, which the glossary forbids" if here else f"does not use the glossary's word for {there}"
        return f"This translation {what} ({place}).", _TERM
    if kind == "length":
        return f"{here} is far longer or shorter than its counterpart in the original ({place}).", fix
    if kind == "converted":
        return f"The original has {there} here ({place}), this translation has it as {here}: converted.", fix
    return None


def _quote(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short[: _MAX_QUOTED - 1]}…”" if len(short) > _MAX_QUOTED else f"“{short}”" if short else ""
