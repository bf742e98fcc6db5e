"""File names that are not UTF-8, as zip files from Korean Windows leave them.

Python reads each byte that is not UTF-8 as a lone surrogate (PEP 383). A key of a bucket never has one.
"""

import re

from colophon.upload.lazy_pattern import compile_lazily

_LONE_SURROGATE = compile_lazily("[\ud800-\udfff]")
_FIRST, _LAST, _BYTES_BEGIN = "\udc80", "\udcff", 0xDC00
# The encoding of file names on Korean Windows.
KOREAN_WINDOWS = "cp949"


def is_utf8(name: str) -> bool:
    """Whether the file name or key ``name`` is UTF-8."""
    return name.isascii() or not _LONE_SURROGATE.search(name)


def escape_name(name: str) -> str:
    """``name`` with each byte that is not UTF-8 written as ``\\xbb``, so that it can be printed and encoded."""
    return name if is_utf8(name) else _LONE_SURROGATE.sub(_escape, name)


def read_as_korean(name: str) -> str | None:
    """``name`` as Korean Windows reads it; None if its bytes are no text there."""
    try:
        text = name.encode("utf-8", "surrogateescape").decode(KOREAN_WINDOWS)
    except UnicodeError:
        return None
    return text if text.isprintable() else None


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if _FIRST <= character <= _LAST:
        return f"\\x{ord(character) - _BYTES_BEGIN:02x}"
    return f"\\u{ord(character):04x}"
