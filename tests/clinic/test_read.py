"""Reading a clinic's record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.clinic.record import read_clinic
from colophon.problem import Refused

RECORD = """\
names:
  ko: 봄날의원
  en: Bomnal Clinic
permission:
  reference: letter 12
  granted: 2024-01-05
channels:
  blog:
    kind: naver-blog
    url: https://blog.naver.com/bomnal
    name: Bomnal's blog
"""


def problems_of(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(Refused) as refused:
        read_clinic(text.encode())
    return [(problem.line, problem.field) for problem in refused.value.problems]


def test_a_whole_record_is_read() -> None:
    record = read_clinic(RECORD.encode())
    assert record.name("ko") == "봄날의원"
    assert record.name("ja") == "Bomnal Clinic"
    assert record.status == "active"
    assert record.channels["blog"].kind == "naver-blog"


def test_a_record_without_permission_is_read_too() -> None:
    assert read_clinic("names: {ko: 봄날의원}".encode()).permission is None


@pytest.mark.parametrize("scope", ["translations", "originals", None])
def test_a_permission_says_whether_originals_may_be_shown_beside_translations(scope: str | None) -> None:
    line = f"  scope: {scope}\n" if scope else ""
    permission = read_clinic(RECORD.replace("2024-01-05\n", f"2024-01-05\n{line}").encode()).permission
    assert permission is not None
    assert permission.scope == scope


def test_another_scope_is_told_with_those_that_there_are() -> None:
    with pytest.raises(Refused) as refused:
        read_clinic(RECORD.replace("2024-01-05\n", "2024-01-05\n  scope: everything\n").encode())
    (problem,) = refused.value.problems
    assert "everything" in problem.what
    assert all(word in problem.what + problem.fix for word in ("translations", "originals"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  ko: 봄날의원\n", "", [(1, "names.ko")]),
        ("  ko: 봄날의원\n", "  ko:\n", [(2, "names.ko")]),
        ("  en:", "  EN:", [(3, "names.EN")]),
        ("  en:", "  english name:", [(3, "names.english name")]),
        ("names:\n", "name:\n", [(None, "names"), (1, "name")]),
        ("names:\n", "status: closed\nnames:\n", [(1, "status")]),
        ("2024-01-05", "2024", [(6, "permission.granted")]),
        ("  reference: letter 12\n", "", [(4, "permission.reference")]),
        ("2024-01-05\n", "2024-01-05\n  scope: everything\n", [(7, "permission.scope")]),
        ("  blog:", "  Blog:", [(8, "channels.Blog")]),
        ("kind: naver-blog", "kind: xx-platform", [(9, "channels.blog.kind")]),
        ("https://blog.naver.com/bomnal", "https://bomnal.kr", [(8, "channels.blog")]),
        ("https://blog.naver.com/bomnal", "https://blog.naver.com", [(8, "channels.blog")]),
        ("https:", "http:", [(10, "channels.blog.url")]),
    ],
)
def test_each_flaw_is_told_with_line_and_field(old: str, new: str, expected: list[tuple[int | None, str]]) -> None:
    assert sorted(problems_of(RECORD.replace(old, new, 1)), key=str) == sorted(expected, key=str)


# What the field says; what is read of it, or what is wrong with it.
MOVES: dict[str, tuple[str, ...] | str] = {
    "[haneul, sorae-2]": ("haneul", "sorae-2"),
    "[]": (),
    "[haneul, haneul]": "is in the list more than once",
    "[Haneul]": "“Haneul” is not the name of a clinic",
    "[haneul/first-steps]": "“haneul/first-steps” is not the name of a clinic",
    "[clinics/haneul]": "“clinics/haneul” is not the name of a clinic",
    "[profile]": "“profile” is not the name of a clinic",
    "['*']": "“*” is not the name of a clinic",
    "haneul": "must be a list",
    "[7]": ("7",),
    "true": "must be a list",
}


@pytest.mark.parametrize(("value", "expected"), MOVES.items())
def test_the_clinics_whose_posts_may_claim_its_addresses(value: str, expected: tuple[str, ...] | str) -> None:
    content = f"{RECORD}accepts_moves_from: {value}\n".encode()
    if isinstance(expected, tuple):
        assert read_clinic(content).accepts_moves_from == expected
        return
    with pytest.raises(Refused) as refused:
        read_clinic(content)
    (problem,) = refused.value.problems
    assert problem.field.startswith("accepts_moves_from")
    assert problem.line == RECORD.count("\n") + 1
    assert expected in problem.what
    assert problem.fix


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (RECORD + text).encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert read_clinic(content).names
    except Refused as refused:
        assert refused.problems  # noqa: PT017
