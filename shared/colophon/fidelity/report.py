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
_CLAIMS = {"price", "telephone", "booking", "superlative", "guarantee"}
_LOOK = "Compare both lines. Correct the translation if it is wrong; leave it if it is right."
_CORRECT = "Correct the translation, or the original if that is wrong."
_TRANSLATE = "Translate it, or put it in quotes if it is a name."
_TAKE_OUT = "Take it out: a translation must not advertise what its original does not say."


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
    if discrepancy.kind == "untranslated":
        return f"{here} is not translated.", _TRANSLATE
    if discrepancy.kind in _CLAIMS:
        return f"{here} reads as advertising, and nothing in the original ({place}) says so.", _TAKE_OUT
    if noun := _NOUNS.get(discrepancy.kind):
        if there:
            return f"The translation lacks the {noun} {there} of the original ({place}).", fix
        return f"The original has no counterpart of the {noun} {here}.", fix
    if there and here:
        return f"The original has {there} here ({place}), this translation has {here}.", fix
    if there:
        return f"The original has {there} here ({place}), this translation has no such value.", fix
    return f"This translation has {here}, the original has no such value here ({place}).", fix


def _quote(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short[: _MAX_QUOTED - 1]}…”" if len(short) > _MAX_QUOTED else f"“{short}”" if short else ""
