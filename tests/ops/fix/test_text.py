"""Encodings, line ends and invisible characters are corrected; what a reader sees never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.problem import Refused
from colophon.upload.strict import parse_fields
from colophon.upload.text import decode
from colophon.upload.unseen import UNSEEN
from colophon_ops.fix.text import fix_edition, fix_fields, fix_sheet, fix_text

KOREAN = "---\ntitle: 무릎이 붓는 까닭\n---\n\n따뜻한 물을 드세요.\n"
JAPANESE = "---\ntitle: 膝が腫れるのはなぜか\n---\n\n温かいお湯を飲んでください。\n"
ENGLISH = "---\ntitle: Why a knee swells\nsource: {title: 무릎이 붓는 까닭}\n---\n\nDrink.\n"
# Signs that keyboards, editors and web pages leave in texts, and plain ones among them.
SIGNS = st.text(st.sampled_from([*"ab무 :-#>|&;\n\t\r", *UNSEEN[::7], "\x0b", "\x1f", "\u2028", "\ufeff", "\u200b"]))


def corrected(content: bytes, language: str = "ko") -> str:
    fixed = fix_text(content, fix_edition, language)
    assert fixed is not None
    return fixed.content.decode()


@pytest.mark.parametrize("encoding", ["cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_korean_text_in_another_encoding_becomes_utf_8(encoding: str) -> None:
    assert corrected(KOREAN.encode(encoding)) == KOREAN
    assert corrected(ENGLISH.encode(encoding), "en") == ENGLISH


@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_a_japanese_text_in_another_encoding_becomes_utf_8(encoding: str) -> None:
    assert corrected(JAPANESE.encode(encoding), "ja") == JAPANESE


@pytest.mark.parametrize(
    ("content", "language"),
    [
        (ENGLISH.replace("Drink", "“Drink” – now").encode("cp1252", "replace"), "en"),
        ("---\ntitle: Café à emporter\n---\n\nÀ bientôt.\n".encode("latin-1"), "en"),
        (JAPANESE.encode("euc-jp"), "ja"),
        (JAPANESE.encode("cp932"), "ko"),
        ("---\ntitle: 膝盖为什么会肿\n---\n\n多喝热水。\n".encode("gb18030"), "zh-Hans"),
        ("---\ntitle: 膝盖为什么会肿\n---\n\n多喝热水。\n".encode("gb18030"), "en"),
        (KOREAN.encode("johab"), "ko"),
        (KOREAN.encode() + b"\xff", "ko"),
    ],
)
def test_an_encoding_that_nothing_tells_is_left_with_the_readers_own_problem(content: bytes, language: str) -> None:
    with pytest.raises(Refused, match="not UTF-8"):
        fix_text(content, fix_edition, language)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_become_newlines(end: str) -> None:
    fixed = fix_text(KOREAN.replace("\n", end).encode(), fix_edition)
    assert fixed is not None
    assert (fixed.content.decode(), fixed.changes) == (KOREAN, ())
    assert fixed.notes[0].startswith("line ends: ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title:\u00a0Knee", "title: Knee"),
        ("title: Kn\u200bee\u3000", "title: Knee"),
        ("\u202etitle: Knee\u200f", "title: Knee"),
        ("source:\n\u00a0\u00a0url: x", "source:\n  url: x"),
        ("tags:\n\u3000- Knee", "tags:\n - Knee"),
        ("title: Knee\u2028joint", "title: Knee joint"),
        ("title: Knee\x0bjoint", "title: Knee joint"),
        ("title: a\u00a0b", "title: a\u00a0b"),
        ("title: 👩\u200d⚕️ นะ\u200bคะ", "title: 👩\u200d⚕️ นะ\u200bคะ"),
    ],
)
def test_invisible_characters_that_break_fields_go_and_others_stay(before: str, after: str) -> None:
    fixed = fix_text(f"{before}\n".encode(), fix_fields)
    assert (fixed.content.decode() if fixed else f"{before}\n") == f"{after}\n"
    assert parse_fields(f"{after}\n", 1).problems == ()


def test_the_body_is_as_the_reader_of_markdown_reads_it() -> None:
    text = "\n\ufeff---\u00a0\ntitle: x\n---\u200b\n\n\u200b##\u00a0Two\n\nSee\u00a0it.\n&nbsp;\n"
    fixed = fix_text(text.encode(), fix_edition)
    assert fixed is not None
    assert fixed.content.decode() == "---\ntitle: x\n---\n\n## Two\n\nSee\u00a0it.\n\n"
    assert "empty lines before the front matter: 1 deleted" in fixed.notes
    assert [change.number for change in fixed.changes] == [2, 4, 6, 9]


def test_the_lines_that_a_person_must_read_are_shown() -> None:
    fixed = fix_text(KOREAN.encode("cp949"), fix_edition)
    assert fixed is not None
    assert fixed.notes == ("encoding: CP949 (Korean Windows) to UTF-8",)
    assert [(change.number, change.after) for change in fixed.changes] == [
        (2, "title: 무릎이 붓는 까닭"),
        (5, "따뜻한 물을 드세요."),
    ]


def test_a_flag_of_tag_characters_is_left_for_a_person() -> None:
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert fix_text(f"title: {flag}\n".encode(), fix_fields) is None
    fixed = fix_text("title: a\U000e0067\U000e0062b\n".encode(), fix_fields)
    assert fixed is not None
    assert fixed.content == b"title: ab\n"


@pytest.mark.parametrize("content", [KOREAN.encode(), b"", b"  \n", b"x" * 300_000, b"---\ntitle: x\n"])
def test_a_sound_file_an_empty_one_and_a_long_one_stay(content: bytes) -> None:
    assert fix_text(content, fix_edition) is None


@given(SIGNS, SIGNS, st.sampled_from(["utf-8", "utf-16"]))
def test_a_corrected_file_is_read_and_stays_and_has_every_sign_that_can_be_seen(
    front: str, body: str, encoding: str
) -> None:
    content = f"---\ntitle: 무릎이{front}\n---\n{body}".encode(encoding)
    for fix_lines in (fix_edition, fix_fields, fix_sheet):
        fixed = fix_text(content, fix_lines)
        if fixed:
            text = decode(fixed.content, 300_000)
            assert text.encode() == fixed.content
            assert fix_text(fixed.content, fix_lines) is None
            seen = [sign for sign in text if sign in "ab무:-#>|&;"]
            assert [sign for sign in content.decode(encoding) if sign in "ab무:-#>|&;"] == seen
