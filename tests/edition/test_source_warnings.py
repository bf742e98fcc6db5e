"""Lines that begin with ※: blocks of their own wherever they stand, and only they."""

import pytest

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
