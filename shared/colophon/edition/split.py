"""Splits the text of an edition into front matter and body, and says why that is not possible."""

import re

from msgspec import Struct

from colophon.problem import Problem, Refused
from colophon.upload.fields import display_value
from colophon.upload.limits import MAX_FRONT_MATTER_BYTES
from colophon.upload.text import too_long_problem
from colophon.upload.unseen import strip_unseen

_FENCE = "---"
_OPEN_FIX = "Begin the file with a line of three hyphens, then the fields, then another line of three hyphens."
_CLOSE_FIX = "Put a line of three hyphens after the last field."
_CODE_FENCE = re.compile(r"`{3,}|~{3,}")
_FIELD = re.compile(r"[\w.-]+ *:(?: |$)")
# The beginning of a line that is neither empty nor a comment.
_CONTENT = re.compile(r"^[ \t]*+[^\s#]", re.MULTILINE)
# Signs that look like three hyphens, or that other programs put around fields.
_LIKE_FENCE = re.compile(r"(?:[-\u2010-\u2015\u2212\uff0d_*=~+;.]){1,80}")


class SplitFile(Struct, frozen=True):
    """The two parts of a text. ``front_matter`` begins in line 2 of the file, ``body`` in line ``body_line``."""

    front_matter: str
    body: str
    body_line: int


def split_file(text: str) -> SplitFile:
    """Split ``text``, whose lines end with newlines. Raises Refused if it has no complete front matter."""
    first = text.partition("\n")[0]
    if first.rstrip() != _FENCE and strip_unseen(first) != _FENCE:
        raise Refused((_explain_no_opening(text),))
    before = text.find(f"\n{_FENCE}")
    while before >= 0:
        end = text.find("\n", before + 1)
        after = end if end >= 0 else len(text)
        if text[before + 1 : after].rstrip() == _FENCE:
            front = text[text.index("\n") + 1 : before]
            return _build_split_file(front, text[after + 1 :], text.count("\n", 0, before) + 3)
        before = text.find(f"\n{_FENCE}", before + 1)
    raise Refused((_explain_no_closing(text),))


def _build_split_file(front_matter: str, body: str, body_line: int) -> SplitFile:
    size = len(front_matter.encode())
    if size > MAX_FRONT_MATTER_BYTES:
        raise Refused((too_long_problem("The front matter", size, MAX_FRONT_MATTER_BYTES),))
    if not _CONTENT.search(front_matter):
        raise Refused((_empty_problem(body, body_line - 1),))
    return SplitFile(front_matter, body, body_line)


def _empty_problem(body: str, closing_line: int) -> Problem:
    what = f"The front matter is empty: line {closing_line} is {_FENCE} again."
    if f"\n{_FENCE}" in body:
        return Problem(
            what, f"Delete line {closing_line}, so that the fields follow the first line.", line=closing_line
        )
    return Problem(what, "Write the fields between these two lines.", line=closing_line)


def _explain_no_opening(text: str) -> Problem:
    first = next((line for each in text.split("\n") if (line := strip_unseen(each))), "")
    reason, fix = _describe_opening(first)
    return Problem(f"The file has no front matter: {reason}.", fix, line=1)


def _describe_opening(line: str) -> tuple[str, str]:
    """Why ``line``, the first that is not empty, opens no front matter, and the fix."""
    if line == _FENCE:
        return f"there are empty lines before its line {_FENCE}", "Delete the empty lines before it."
    if _CODE_FENCE.match(line):
        fix = f"Delete that line and the one that closes it, so that the file begins with {_FENCE}."
        return f"it begins with a code fence ({line[:3]})", fix
    if line == "+++":
        return "TOML (+++) is not read", f"{_OPEN_FIX} Write each field as name: value."
    if line.startswith("{"):
        return f"there are no lines of {_FENCE} around its JSON object", _OPEN_FIX
    if _LIKE_FENCE.fullmatch(line):
        return f"its first line is “{display_value(line)}”, not {_FENCE}", _OPEN_FIX
    if line.startswith(_FENCE):
        return f"its first line is not {_FENCE} alone", "Leave only three hyphens in the first line."
    if _FIELD.match(line):
        return f"there is no line {_FENCE} before the fields", _OPEN_FIX
    return f"its first line is not {_FENCE}", _OPEN_FIX


def _explain_no_closing(text: str) -> Problem:
    what = "The front matter is never closed: there is no second line of three hyphens."
    for number, line in enumerate(text.split("\n")[1:], start=2):
        content = strip_unseen(line)
        if content == _FENCE:
            fix = f"Delete the blanks and invisible characters in line {number}, beside {_FENCE}."
            return Problem(what, fix, line=number)
        if len(content) > 1 and _LIKE_FENCE.fullmatch(content):
            fix = f"Write {_FENCE} instead of “{display_value(content)}” in line {number}, if the fields end there."
            return Problem(what, fix, line=number)
    return Problem(what, _CLOSE_FIX, line=1)
