"""Lines that begin with ※: blocks of their own wherever they stand, and only they."""

import pytest

from colophon.edition.blocks import html_to_text
from colophon.edition.model import Block, Figure, Prose, SourceWarning
from tests.edition.editions import BODY_LINE, edition_file, read, told


def kinds(body: str) -> list[type[Block]]:
    """The kinds of blocks that ``body`` becomes."""
    return [type(block) for block in read(body).blocks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("※ one", [SourceWarning]),
        ("   ※ one", [SourceWarning]),
        ("a\n※ one\nb", [Prose, SourceWarning, Prose]),
        ("※ one\n※ two", [SourceWarning, SourceWarning]),
        ("※ one\n---\nb", [SourceWarning, Prose]),
        ("- a\n※ one\n- b", [Prose, SourceWarning, Prose]),
        ("- a\n  ※ one", [Prose, SourceWarning]),
        ("> a\n※ one", [Prose, SourceWarning]),
        ("※ one\n![x](a.jpg)", [SourceWarning, Figure]),
        ("*a\n※ one*", [Prose, SourceWarning]),
        ("a ※ one", [Prose]),
        ("a\n\n```\n※ one\n```", [Prose]),
        ("a\n\n- ```\n  ※ one\n  ```", [Prose]),
        ("a\n\n    ※ one", [Prose]),
        ("- ```\n  x\n  ```\n\n※ one", [Prose, SourceWarning]),
        ("> ```\n※ one", [Prose, SourceWarning]),
        ("~~~\n※ a\n~~~\n※ one", [Prose, SourceWarning]),
    ],
)
def test_a_line_that_begins_with_the_sign_is_a_block_of_its_own(body: str, expected: list[type[Block]]) -> None:
    assert kinds(body) == expected


# However its first line is marked, one warning: original and translation are compared by the number of these.
ONE_WARNING = [
    *(f"{sign}※ one" for sign in "\u200b\u200c\u200d\u2060\ufeff\u00a0\u3000\u202f\u2009\u00ad\u180e\u200e\ufe0f"),
    "\u3164※ one", "\u3000\u3000\u3000\u3000※ one", " \u200b ※ one", "※\ufe0f one", "※\u3000one", "&nbsp;※ one",
    "&#8203;※ one", "&#8251; one",
    "&#x203B; one", "**※ one**", "**\u200b※ one**", "** ※ one**", "__※ one__", "*※* one", "***※ one***", "`※ one`",
    "[※ one](https://a.kr)", "- ※ one", "* ※ one", "-\u00a0※ one", "+ **※ one**", "1. ※ one", "12) ※ one",
    "- [ ] ※ one",
    "- - ※ one", "> ※ one", ">※ one", "> > ※ one", ">\u3000※ one", "> - **※ one**", "# ※ one", "###### ※ one",
    "## **※ one**",
    "##\u00a0※ one", "- ## ※ one", "※ one\n===",
    "\u2028※ one", "<br>※ one", "<br />\u00a0※ one", "- ※ one\n  two", "- ※ one\n\ttwo",
]  # fmt: skip


@pytest.mark.parametrize("body", ONE_WARNING)
def test_the_first_visible_sign_makes_a_warning(body: str) -> None:
    for text in (body, f"a\n\n{body}\n", f"a\n{body}\n\nb\n"):
        blocks = [block for block in read(text).blocks if isinstance(block, SourceWarning)]
        assert len(blocks) == 1
        assert "one" in blocks[0].html
        assert not html_to_text(blocks[0].html).strip("※\ufe0f onetw")


@pytest.mark.parametrize(
    "body",
    [
        "a ※ one",
        "\u200ba ※ one",
        "a\u00a0※ one",
        "(※ one)",
        "![※ one](a.jpg)",
        "\\※ one",
        "a\n\n- ```\n  \u200b※ one\n  ```",
    ],
)
def test_any_other_first_sign_makes_none(body: str) -> None:
    assert SourceWarning not in kinds(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1. a\n2. ※ b\n3. c", ["<ol>\n<li>a</li>\n</ol>", "<p>※ b</p>", '<ol start="3">\n<li>c</li>\n</ol>']),
        ("- a\n  - ※ b\n    more\n\n    c\n  - d", [
            "<ul>\n<li>a</li>\n</ul>", "<p>※ b\nmore</p>", "<p>c</p>\n<ul>\n<li>d</li>\n</ul>",
        ]),
        ("1.  ※ a\n\n    b", ["<p>※ a</p>", "<p>b</p>"]),
        ("- a\n\n    ※ b\n\n    c", ["<ul>\n<li>a</li>\n</ul>", "<p>※ b</p>", "<p>c</p>"]),
        ("> a\n> ※ b\n> c", [
            "<blockquote>\n<p>a</p>\n</blockquote>", "<p>※ b</p>", "<blockquote>\n<p>c</p>\n</blockquote>",
        ]),
        ("## ※ a\n  b", ["<h2>※ a</h2>", "<p>b</p>"]),
        ("**※ a\n※ b**\nc", ["<p><strong>※ a</strong></p>", "<p><strong>※ b</strong></p>", "<p>c</p>"]),
        ("**※ a\nb**", ["<p><strong>※ a</strong></p>", "<p><strong>b</strong></p>"]),
        ("> **※ a\n> b**", ["<p><strong>※ a</strong></p>", "<blockquote>\n<p><strong>b</strong></p>\n</blockquote>"]),
        ("a\\\n※ b\\\nc", ["<p>a</p>", "<p>※ b</p>", "<p>c</p>"]),
    ],
)  # fmt: skip
def test_what_stood_around_a_warning_stays_what_it_was(body: str, expected: list[str]) -> None:
    assert [getattr(block, "html", "") for block in read(body).blocks] == expected


def test_lines_are_counted_right_below_split_lines() -> None:
    body = "a\u2028b<br>※ one\n\u2029\nc\n\n[x](http://a.kr)\n"
    assert told(edition_file(body)) == [(BODY_LINE + 4, "", "error")]


def test_lines_indented_under_a_warning_belong_to_it() -> None:
    assert read("※ one\n  two\n  three\nfour").blocks == (
        SourceWarning("<p>※ one\ntwo\nthree</p>"),
        Prose("<p>four</p>"),
    )
    assert kinds("※ one\n  - two") == [SourceWarning, Prose]


def test_a_warning_keeps_its_links_and_emphasis() -> None:
    (block,) = read("※ **one** [two](https://a.kr)").blocks
    assert isinstance(block, SourceWarning)
    assert "<strong>one</strong>" in block.html
    assert "https://a.kr" in block.html


def test_lines_are_counted_right_below_warnings() -> None:
    body = "a\n※ one\nb\n※ two\n  more\nc\n\n[x](http://a.kr)\n"
    assert told(edition_file(body)) == [(BODY_LINE + 7, "", "error")]
    assert told(edition_file("a\n※ [x](http://a.kr)\n")) == [(BODY_LINE + 1, "", "error")]


def test_the_number_of_warnings_is_known() -> None:
    assert read("※ a\n\nb\n※ c\n").source_warnings == 2
