"""Decodes the bytes of an upload to text: UTF-8, newlines, no control characters."""

import re

from colophon.problem import Problem, Refused
from colophon.upload.combining_marks import find_mark_run, mark_run_problem

# Control characters that are one byte in UTF-8.
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_COMMON_BYTES = bytes({*range(0x80)} - {*_CONTROL_BYTES})
# C0 except tab and line ends, DEL, C1; U+FFFE and U+FFFF, which no XML 1.0 feed may contain (XML 1.0, 2.2, Char).
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# First bytes of compressed files, none of them UTF-8 text. Sources: RFC 1952, 2.3.1; RFC 8878, 3.1.1; the manuals of
# bzip2, xz and 7-Zip; APPNOTE 4.3.7 (ZIP).
_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "The file is a ZIP archive, or a document of an office program (such as .docx)."),
    (b"\xd0\xcf\x11\xe0", "The file is a document of an office program (such as .doc)."),
    (b"%PDF-", "The file is a PDF document."),
    (b"{\\rtf", "The file is in Rich Text Format (RTF)."),
    (b"\xff\xd8\xff", "The file is a JPEG image."),
    (b"\x89PNG", "The file is a PNG image."),
)
_OTHER_STARTS = tuple(start for start, _ in (*_COMPRESSED, *_OTHER_FILES))
_UTF16_PROBLEM = Problem("The file is in UTF-16, not in UTF-8.", "Save the file as UTF-8.", line=1)


def decode(content: bytes, limit: int) -> str:
    """``content`` as text, without a byte order mark, every line end a newline.

    Raises Refused if it is empty, compressed, longer than ``limit`` bytes, not UTF-8, or contains control characters
    or a run of combining marks that is too long to normalise.
    """
    if not content.strip():
        raise Refused((Problem("The file is empty.", "Upload the file again with its content.", line=1),))
    if problem := _other_file_problem(content):
        raise Refused((problem,))
    if len(content) > limit:
        raise Refused((too_long_problem("The file", len(content), limit),))
    if is_utf16_without_mark(content):
        raise Refused((_UTF16_PROBLEM,))
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused((_not_utf8_problem(content, error.start),)) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    rare = content.translate(None, _COMMON_BYTES)
    if _may_hold_control_characters(rare) and (problems := _control_character_problems(text)):
        raise Refused(problems)
    # Deleting ASCII leaves a run of marks together.
    if find_mark_run(rare.decode()) is not None and (problem := mark_run_problem(text)):
        raise Refused((problem,))
    return text


def compressed_problem(name: str) -> Problem:
    """The problem of a file that is compressed with ``name`` ("gzip")."""
    fix = "Upload it uncompressed, without a Content-Encoding."
    return Problem(f"The file is compressed with {name}.", fix)


def _other_file_problem(content: bytes) -> Problem | None:
    """The problem of a file that is no text at all, by its first bytes."""
    if not content.startswith(_OTHER_STARTS):
        return None
    for start, name in _COMPRESSED:
        if content.startswith(start) and not _is_utf8(content):
            return compressed_problem(name)
    for start, what in _OTHER_FILES:
        if content.startswith(start):
            return Problem(what, "Save it as plain text in UTF-8, and upload that.")
    return None


def is_utf16_without_mark(content: bytes) -> bool:
    """Whether every other one of the first bytes is NUL, as in UTF-16 of ASCII characters."""
    start = content[:8]
    return len(start) == 8 and (not any(start[1::2]) or not any(start[::2]))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def too_long_problem(name: str, size: int, limit: int) -> Problem:
    """The problem of ``size`` bytes where ``limit`` are allowed; ``name`` ("The file") begins the sentence."""
    what = f"{name} has {size:,} bytes; at most {limit:,} are allowed."
    return Problem(what, "Shorten it, or split it into several uploads.")


def _not_utf8_problem(content: bytes, offset: int) -> Problem:
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return _UTF16_PROBLEM
    line = content.count(b"\n", 0, offset) + 1
    what = f"The file is not UTF-8: the byte 0x{content[offset]:02X} can't be read as text."
    return Problem(what, "Save the file as UTF-8 (not as EUC-KR, CP949 or Shift JIS).", line=line)


def _may_hold_control_characters(rare: bytes) -> bool:
    """A quick test of a file's bytes but for ``_COMMON_BYTES``: many times faster than the search in the text."""
    if len(rare.translate(None, _CONTROL_BYTES)) < len(rare):
        return True
    # First bytes of the two-byte (C1) and three-byte ones (U+FFFE, U+FFFF). Searching for one byte is fastest.
    return b"\xc2" in rare or (b"\xef" in rare and b"\xef\xbf" in rare)


def _control_character_problems(text: str) -> tuple[Problem, ...]:
    by_line: dict[int, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if match := CONTROL_CHARACTERS.search(line):
            by_line[number] = match[0]
        if len(by_line) == 10:
            break
    fix = "Delete the character; it is invisible in most editors."
    return tuple(
        Problem(f"The line contains the control character U+{ord(character):04X}.", fix, line=line)
        for line, character in by_line.items()
    )
