"""File names that are not UTF-8: how they are escaped, and what their reports advise."""

import os

import pytest

from colophon.upload.file_names import escape_name, is_utf8, read_as_korean
from colophon.upload.keys import UnknownKey, parse_key

POST = "posts/garamjae/cough/"


@pytest.mark.parametrize(
    ("raw", "escaped", "korean"),
    [
        (b"\xbb\xe7\xc1\xf8.jpg", "\\xbb\\xe7\\xc1\\xf8.jpg", "사진.jpg"),
        (b"photo-\xb0\xa1 (1).png", "photo-\\xb0\\xa1 (1).png", "photo-가 (1).png"),
        (b"\xff\xfe.png", "\\xff\\xfe.png", None),
        (b"a\xe9.png", "a\\xe9.png", None),
        ("가\x1b".encode() + b"\xb0\xa1.png", "가\x1b\\xb0\\xa1.png", None),
        ("사진.jpg".encode(), "사진.jpg", None),
        (b"plain.jpg", "plain.jpg", "plain.jpg"),
    ],
)
def test_each_wrong_byte_is_escaped_and_the_rest_stays(raw: bytes, escaped: str, korean: str | None) -> None:
    name = os.fsdecode(raw)
    assert escape_name(name) == escaped
    assert escape_name(name).encode().decode() == escaped, "it can be encoded as UTF-8"
    assert is_utf8(name) == (name == escaped)
    if korean or not is_utf8(name):
        assert read_as_korean(name) == korean


def test_half_of_a_pair_from_windows_is_escaped_too() -> None:
    assert (is_utf8("a\ud83d.jpg"), escape_name("a\ud83d.jpg")) == (False, "a\\ud83d.jpg")
    assert read_as_korean("a\ud83d.jpg") is None


@pytest.mark.parametrize(
    ("raw", "what", "fix"),
    [
        (POST.encode() + b"\xbb\xe7\xc1\xf8.jpg", "file “\\xbb\\xe7\\xc1\\xf8.jpg”", "to “사진.jpg”"),
        (POST.encode() + b"\xbb\xe7\xc1\xf8.hwp", "file “\\xbb\\xe7\\xc1\\xf8.hwp”", "A post has <lang>.md"),
        (POST.encode() + b"\xff.jpg", "file “\\xff.jpg”", "letters a-z"),
        (b"posts/\xb0\xa1\xb6\xf7/cough/en.md", "folder “\\xb0\\xa1\\xb6\\xf7”", "lower-case letters a-z"),
        (b"posts/garamjae/\xb1\xe2\xb1\xe2/en.md", "folder “\\xb1\\xe2\\xb1\\xe2”", "lower-case letters a-z"),
        (b"posts/\xb0\xa1/\xb1\xe2/\xbb\xe7.jpg", "folder “\\xb0\\xa1”", "Rename the folder"),
        (b"\xbb\xe7\xc1\xf8.txt", "file “\\xbb\\xe7\\xc1\\xf8.txt”", "site.yaml"),
    ],
)
def test_the_report_names_what_to_rename_and_a_name_that_would_be_accepted(raw: bytes, what: str, fix: str) -> None:
    name = parse_key(os.fsdecode(raw))
    assert isinstance(name, UnknownKey)
    assert name.problem.what == f"The name of the {what} is not UTF-8."
    assert fix in name.problem.fix
    assert is_utf8(name.problem.fix)
