"""What an editor reads about each kind: what differs, where in both files, and what to do."""

from typing import get_args

import pytest

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind
from colophon.fidelity.report import build_warning

KINDS: tuple[DiscrepancyKind, ...] = get_args(DiscrepancyKind)
SIDES = {"both": ("하나", "one"), "original": ("하나", ""), "translation": ("", "one")}


# What only a translation can have.
OF_TRANSLATION = {"untranslated", "price", "telephone", "booking", "superlative", "guarantee", "length"}


@pytest.mark.parametrize(
    ("kind", "side"),
    [(kind, side) for kind in KINDS for side in SIDES if side != "original" or kind not in OF_TRANSLATION],
)
def test_every_kind_is_told_in_sentences(kind: DiscrepancyKind, side: str) -> None:
    there, here = SIDES[side]
    warning = build_warning(Discrepancy(kind, "differs", 3, 14, 2, 12, there, here), "ko.md")
    assert warning.what.endswith(".")
    assert warning.fix.endswith(".")
    assert "“" in warning.what
    told = warning.as_json()
    assert (told["kind"], told["grade"], told["block"]) == (f"fidelity.{kind}", "differs", 3)
    assert (told["line"], told["original_line"], told["severity"]) == (14, 12, "warning")


def test_a_long_text_is_cut() -> None:
    warning = build_warning(Discrepancy("omission", "differs", 1, None, 2, 12, "가" * 500), "ko.md")
    assert "…”" in warning.what
    assert "ko.md, line 12" in warning.what
    assert len(warning.what) < 200


def test_a_kind_of_its_own_has_words_of_its_own() -> None:
    whats = {
        build_warning(Discrepancy(kind, "differs", 1, 1, 1, 1, "하나", "one"), "ko.md").what
        for kind in KINDS
        if kind not in ("number", "percent", "date", "unit", "omission", "addition")
    }
    assert len(whats) == len(KINDS) - 6
