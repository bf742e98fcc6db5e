"""Decodes the bytes of an upload to text: UTF-8, newlines, no control characters."""

import re

from colophon.problem import Problem, Refused

# Control characters that are one byte in UTF-8.
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
# C0 except tab and line ends, DEL, C1; U+FFFE and U+FFFF, which no XML 1.0 feed may contain (XML 1.0, 2.2, Char).
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def decode(content: bytes, limit: int) -> str:
    """``content`` as text, without a byte order mark, every line end a newline.

    Raises Refused if it is empty, longer than ``limit`` bytes, not UTF-8, or contains control characters.
    """
    if not content.strip():
        raise Refused((Problem("The file is empty.", "Upload the file again with its content.", line=1),))
    if len(content) > limit:
        raise Refused((too_long_problem("The file", len(content), limit),))
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused((_not_utf8_problem(content, error.start),)) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _may_hold_control_characters(content) and (problems := _control_character_problems(text)):
        raise Refused(problems)
    return text


def too_long_problem(name: str, size: int, limit: int) -> Problem:
    """The problem of ``size`` bytes where ``limit`` are allowed; ``name`` ("The file") begins the sentence."""
    what = f"{name} has {size:,} bytes; at most {limit:,} are allowed."
    return Problem(what, "Shorten it, or split it into several uploads.")


def _not_utf8_problem(content: bytes, offset: int) -> Problem:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("The file is in UTF-16, not in UTF-8.", "Save the file as UTF-8.", line=1)
    line = content.count(b"\n", 0, offset) + 1
    what = f"The file is not UTF-8: the byte 0x{content[offset]:02X} can't be read as text."
    return Problem(what, "Save the file as UTF-8 (not as EUC-KR, CP949 or Shift JIS).", line=line)


def _may_hold_control_characters(content: bytes) -> bool:
    """A quick test of the bytes that rules most files out: many times faster than the search in the text."""
    if len(content.translate(None, _CONTROL_BYTES)) < len(content):
        return True
    # First bytes of the two-byte (C1) and three-byte ones (U+FFFE, U+FFFF). Searching for one byte is fastest.
    return b"\xc2" in content or (b"\xef" in content and b"\xef\xbf" in content)


def _control_character_problems(text: str) -> tuple[Problem, ...]:
    by_line: dict[int, str] = {}
    for match in _CONTROL_CHARACTERS.finditer(text):
        by_line.setdefault(text.count("\n", 0, match.start()) + 1, match[0])
        if len(by_line) == 10:
            break
    fix = "Delete the character; it is invisible in most editors."
    return tuple(
        Problem(f"The line contains the control character U+{ord(character):04X}.", fix, line=line)
        for line, character in by_line.items()
    )
