"""Invisible characters and wide blanks: gone at Markdown's marks, kept where a script or a line of text needs them."""

import pytest

from colophon.edition.invisible import normalize_blanks
from colophon.edition.source import find_signs
from tests.edition.editions import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u200b## A", "## A"),
        ("##\u00a0 A", "## A"),
        ("#\u3000A\u3000", "# A"),
        ("-\u00a0a\n-\u202fb", "- a\n- b"),
        ("+\u2003a", "+ a"),
        (">\u3000a", "> a"),
        (">\u00a0-\u00a0##\u00a0a", "> - ## a"),
        ("1.\u00a0a\n2.\u00a0b", "1. a\n2. b"),
        ("a\n\u00a0\u00a0- b", "a\n  - b"),
        ("a\n    \u00a0- b", "a\n     - b"),
        ("\u3000\u3000\u3000\u3000\u3000a", "   a"),
        ("\u200b![A](a.jpg)\u200b", "![A](a.jpg)"),
        ("![A]\u200b(\u00a0a.jpg\u3000)", "![A](a.jpg)"),
        ("[a](https://a.kr\u200b)", "[a](https://a.kr)"),
        ("a\n\u200b\n\u00a0\n\u3164\n&nbsp;\n\u3000\u200e\nb", "a\n\n\n\n\n\nb"),
        ("a  \u200b\nb\u00a0 ", "a  \nb "),
        ("```\u00a0\na\n\u200b```", "```\na\n```"),
        ("|\u00a0:-\u00a0|--|", "| :- |--|"),
        ("*\u00a0*\u00a0*", "* * *"),
        ("a\n===\u3000", "a\n==="),
        ("\u200e- a\n\u202b> b", "- a\n> b"),
        ("**\u200ba\u2060**\ufeff", "**a**"),
        ("a\u200db\u200cc\u00ad \u180e", "abc "),
    ],
)
def test_marks_are_read_as_if_no_such_sign_were_there(text: str, expected: str) -> None:
    assert normalize_blanks(text, find_signs(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "10\u00a0mg",
        "第1章\u3000肩",
        "14\u202f% \u2009x",
        "5.\u00a0Mai 2026",
        "(a)\u00a0(b)",
        "می\u200cخواهم",
        "क\u094d\u200dष र\u094d\u200cय",
        "ภาษา\u200bไทย",
        "\U0001f469\u200d\u2695\ufe0f",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\U0001f44d\U0001f3fd",
        "Kniescheiben\u00adsehne",
        "a \u200eb",
        "    code",
        "\u1820\u180e",
    ],
)
def test_where_they_are_needed_they_stay(text: str) -> None:
    for whole in (text, f"a\n{text}\nb"):
        assert normalize_blanks(whole, find_signs(whole)) == whole


def test_nothing_empty_is_on_the_page() -> None:
    (block,) = read("One.\n\n\u200b\n\n\u00a0\u200b\n\n&nbsp;\n\nTwo.\n").blocks
    assert getattr(block, "html", "") == "<p>One.</p>\n<p>Two.</p>"
