"""Finds runs of combining marks that are too long to normalise: the time for it grows with their length squared."""

import unicodedata

from colophon.problem import Problem
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.limits import MAX_COMBINING_MARKS

# No mark is a word character to Python's re; \w, blanks and ASCII rule most characters out at once.
_MAYBE_MARK = compile_lazily(r"[^\w\s\x00-\x7f]")
_STRIDE = MAX_COMBINING_MARKS + 1
MARKS_FIX = f"Delete them: after one letter at most {MAX_COMBINING_MARKS} are allowed, and no script needs that many."


def find_mark_run(text: str) -> int | None:
    """The offset of the first run of more than ``MAX_COMBINING_MARKS`` combining marks in ``text``, or None.

    Combining marks are the characters of the categories Mn, Mc and Me (Unicode Standard, 4.5). Linear in time: a run
    that is too long holds one of every ``_STRIDE`` characters, so only those are looked at first.
    """
    if len(text) <= MAX_COMBINING_MARKS or text.isascii():
        return None
    for match in _MAYBE_MARK.finditer(text[MAX_COMBINING_MARKS::_STRIDE]):
        begin = end = MAX_COMBINING_MARKS + match.start() * _STRIDE
        # Not further back than the last character looked at, which is no part of a run that is too long.
        while begin > 0 and _is_mark(text[begin - 1]) and _is_mark(text[end]):
            begin -= 1
        while end < len(text) and end - begin <= MAX_COMBINING_MARKS and _is_mark(text[end]):
            end += 1
        if end - begin > MAX_COMBINING_MARKS:
            return begin
    return None


def mark_run_error(text: str, offset: int) -> str:
    """What is wrong with ``text``, in which a run of combining marks that is too long begins at ``offset``."""
    sign = f"U+{ord(text[offset]):04X}"
    return f"More than {MAX_COMBINING_MARKS} combining marks follow one another here, beginning with {sign}."


def mark_run_problem(text: str) -> Problem | None:
    """The problem of a run of combining marks in ``text`` that is too long, with its line in ``text``, or None."""
    offset = find_mark_run(text)
    if offset is None:
        return None
    return Problem(mark_run_error(text, offset), MARKS_FIX, line=text.count("\n", 0, offset) + 1)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
