"""Runs of combining marks: those that a script needs are normalised, those that cost too much time are refused."""

import sys
import unicodedata

import pytest

from colophon.problem import Problem, Refused
from colophon.upload.combining_marks import find_mark_run
from colophon.upload.image_names import image_name_problem
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_COMBINING_MARKS, MAX_EDITION_BYTES
from colophon.upload.strict import read_fields
from colophon.upload.text import decode
from colophon.upload.values import clean_line
from tests.edition.editions import edition_file, problems_of

RUN = "\u0301\u0323" * 16


def test_the_quick_look_misses_no_mark() -> None:
    marks = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M"]
    assert [mark for mark in marks if find_mark_run(f"a{mark * (MAX_COMBINING_MARKS + 1)}") != 1] == []


@pytest.mark.parametrize("before", range(35))
@pytest.mark.parametrize("length", [MAX_COMBINING_MARKS, MAX_COMBINING_MARKS + 1, 100])
def test_a_run_is_found_wherever_it_begins(before: int, length: int) -> None:
    text = "가" * before + "\u0301" * length + "a"
    assert find_mark_run(text) == (before if length > MAX_COMBINING_MARKS else None)


@pytest.mark.parametrize(
    "text",
    [
        "e\u0301" * 100,
        "\u1112\u1161\u11ab" * 100,
        "\u0e17\u0e35\u0e48" * 100,
        "\u0938\u094d\u0924\u094d\u0930\u0940" * 100,
        "\u0f66\u0f92\u0fb2\u0f74\u0f56" * 100,
        "\u05d1\u05bc\u05b0" * 100,
        "\u0628\u0651\u064e" * 100,
        "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324" * 10,
        "━" * 100,
        "\u2764\ufe0f" * 100,
    ],
)
def test_text_as_people_write_it_has_no_such_run(text: str) -> None:
    assert decode(text.encode(), MAX_EDITION_BYTES) == text
    assert to_nfc(text) == unicodedata.normalize("NFC", text)


def refusal(content: bytes) -> Problem:
    with pytest.raises(Refused) as refused:
        read_fields(content)
    return refused.value.problems[0]


def test_a_run_is_refused_with_its_line_and_what_to_do() -> None:
    problem = refusal(f"a: b\nc: d{RUN}\n".encode())
    assert problem.line == 2
    assert "U+0301" in problem.what
    assert "at most 30" in problem.fix
    assert refusal(f'{{"a": 1,\n"b": "c{RUN}"}}'.encode()).line == 2


def test_one_in_escapes_is_refused_too() -> None:
    escapes = "\\u0301" * 40
    assert [p.field for p in problems_of(edition_file(front=f'title: "a{escapes}"\n'))][:1] == ["title"]
    references = "&#769;" * 40
    assert "combining marks" in problems_of(edition_file(f"![a{references}](a.jpg)\n"))[0].what
    with pytest.raises(ValueError, match="combining marks"):
        clean_line(f"a{RUN}")


def test_a_file_name_with_one_is_refused_for_that() -> None:
    problem = image_name_problem(f"a{RUN}.jpg")
    assert problem is not None
    assert "combining marks" in problem.what


def test_what_is_not_normalised_stays_as_it_is() -> None:
    assert to_nfc(f"e\u0301 a{RUN}") == f"e\u0301 a{RUN}"
