"""Bytes of an upload as text: what no reader downstream could agree about is refused, with its line."""

import bz2
import gzip
import lzma

import pytest

from colophon.problem import Refused
from colophon.upload.text import decode


@pytest.mark.parametrize(
    "sign", ["\x00", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\ufffe", "\uffff"]
)
def test_a_character_that_no_page_or_feed_can_carry_is_refused_with_its_line(sign: str) -> None:
    with pytest.raises(Refused) as refused:
        decode(f"가나다\n\tone{sign}two\n".encode(), 1000)
    (problem,) = refused.value.problems
    assert problem.line == 2
    assert f"U+{ord(sign):04X}" in problem.what


@pytest.mark.parametrize("text", ["a\tb\nc", "값 · ©", "\u00a0", "\ufffd", "ﾟ｡￮", "漢字\U0001f600", "\u200b"])
def test_all_other_text_stays_as_it_is(text: str) -> None:
    assert decode(text.encode(), 1000) == text


def test_line_ends_become_newlines_and_a_byte_order_mark_goes() -> None:
    assert decode("\ufeffa\r\nb\rc\n".encode(), 1000) == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(b"---\ntitle: a\n---\n", mtime=0), "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd\x04\x58\x89", "compressed with zstd"),
        (bz2.compress(b"title: a"), "compressed with bzip2"),
        (lzma.compress(b"title: a"), "compressed with xz"),
        (b"PK\x03\x04\x14\0", "ZIP archive"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi", "Rich Text Format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".doc"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        ("title: a".encode("utf-16"), "UTF-16"),
        ("title: a".encode("utf-16-le"), "UTF-16"),
        ("title: a".encode("utf-16-be"), "UTF-16"),
        ("title: 가".encode("cp949"), "not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_told_as_what_it_is(content: bytes, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        decode(content, 1000)
    (problem,) = refused.value.problems
    assert expected in problem.what
    assert problem.fix


def test_a_text_may_begin_like_a_compressed_file() -> None:
    assert decode(b"BZh is a name", 1000) == "BZh is a name"
