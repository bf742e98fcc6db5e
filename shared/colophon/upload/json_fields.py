"""Fields from a JSON object, parsed strictly (RFC 8259): no duplicate names, no lone surrogates, no NaN.

Python's parser does not report where a value was. Lines are found in a second pass over the text, and only when a
problem needs one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.fields import FieldPath, Fields, FieldValue, display_value, format_path
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_NESTING

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]|[^\s{}\[\],:"]+')
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_NESTING_FIX = f"Reduce the nesting to at most {MAX_NESTING} levels."
_SYNTAX_ERRORS = {
    "Expecting ',' delimiter": "A comma or a closing bracket is missing before this position.",
    "Expecting ':' delimiter": "A colon is missing after a field's name.",
    "Expecting value": "A value is missing here, or is not quoted.",
    "Expecting property name enclosed in double quotes": "A field's name is expected here, in double quotes.",
    "Illegal trailing comma before end of object": "There is a comma before a closing brace.",
    "Illegal trailing comma before end of array": "There is a comma before a closing bracket.",
    "Unterminated string starting at": "A quote is opened here and never closed.",
    "Invalid control character at": "There is a line break or a tab inside quotes.",
    "Extra data": "There is more text after the object's closing brace.",
}


class _ConstantError(ValueError):
    """NaN or an infinity: Python's parser accepts them, RFC 8259 does not."""


class _Pairs(list[tuple[str, object]]):
    """The members of a JSON object in order, duplicates included."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


# Built once: building a decoder costs more than parsing a small file.
_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_refuse_constant)


def parse_json_fields(text: str, first_line: int) -> Fields:
    """The fields of the JSON object ``text``, which begins in line ``first_line`` of its file.

    Never raises: syntax errors, duplicate names, NaN, infinities, lone surrogates, deep nesting and nulls become
    problems. A number becomes its text; true and false become "true" and "false".
    """
    try:
        parsed = _DECODER.decode(text)
    except (json.JSONDecodeError, _ConstantError, RecursionError) as error:
        return Fields({}, (_syntax_problem(error, text, first_line),), frozenset({()}), dict)
    reader = _JsonReader(may_hold_surrogates=re.search(r"\\u[dD][89a-fA-F]", text) is not None)
    mapping = reader.read_value(parsed, (), 1)
    problems = tuple(_locate_problems(reader.problems, text, first_line)) if reader.problems else ()
    top_level = mapping if isinstance(mapping, dict) else {}
    return Fields(top_level, problems, frozenset(reader.refused_paths), lambda: _find_first_lines(text, first_line))


class _UnlocatedProblem(Struct, frozen=True):
    path: FieldPath
    what: str
    fix: str
    occurrence: int = 0


@dataclass
class _JsonReader:
    """Converts the parser's result to field values. Never recurses deeper than ``MAX_NESTING``."""

    may_hold_surrogates: bool
    problems: list[_UnlocatedProblem] = field(default_factory=list)
    refused_paths: set[FieldPath] = field(default_factory=set)

    def read_value(self, node: object, path: FieldPath, depth: int) -> FieldValue | None:
        if isinstance(node, str):
            return self._check_text(node, path)
        if isinstance(node, bool):
            return "true" if node else "false"
        if node is None:
            what = f"“{format_path(path)}” has no value." if path else "The file's content is not a list of fields."
            self._refuse(path, what, "Give it a value, or leave the field out.")
            return None
        if depth > MAX_NESTING:
            what = f"Fields are nested more than {MAX_NESTING} levels deep."
            self._refuse(path, what, _NESTING_FIX)
            return None
        return self._read_object(node, path, depth) if isinstance(node, _Pairs) else self._read_list(node, path, depth)

    def _read_object(self, pairs: _Pairs, path: FieldPath, depth: int) -> dict[str, FieldValue]:
        mapping: dict[str, FieldValue] = {}
        counts: dict[str, int] = {}
        for raw, node in pairs:
            name = to_nfc(self._check_text(raw, path) or "")
            member_path = (*path, name)
            counts[name] = counts.get(name, 0) + 1
            if counts[name] > 1:
                what = f"“{format_path(member_path)}” is given twice."
                self.problems.append(_UnlocatedProblem(member_path, what, "Keep one of the two.", counts[name] - 1))
                continue
            value = self.read_value(node, member_path, depth + 1)
            if value is not None:
                mapping[name] = value
        return mapping

    def _read_list(self, node: object, path: FieldPath, depth: int) -> list[FieldValue]:
        assert isinstance(node, list)
        entries: list[FieldValue] = []
        for index, entry in enumerate(node):
            value = self.read_value(entry, (*path, index), depth + 1)
            if value is not None:
                entries.append(value)
        return entries

    def _check_text(self, text: str, path: FieldPath) -> str | None:
        if self.may_hold_surrogates and any("\ud800" <= character <= "\udfff" for character in text):
            what = "A single escape \\uD800 to \\uDFFF is only half a character."
            self._refuse(path, what, "Write the character itself, in UTF-8.")
            return None
        return text

    def _refuse(self, path: FieldPath, what: str, fix: str) -> None:
        self.problems.append(_UnlocatedProblem(path, what, fix))
        self.refused_paths.add(path)


def _syntax_problem(
    error: json.JSONDecodeError | _ConstantError | RecursionError, text: str, first_line: int
) -> Problem:
    if isinstance(error, RecursionError):
        return Problem(f"Fields are nested more than {MAX_NESTING} levels deep.", _NESTING_FIX, line=first_line)
    if isinstance(error, json.JSONDecodeError):
        what = _SYNTAX_ERRORS.get(error.msg, "The text is not valid JSON here.")
        line = error.lineno + first_line - 1
        return Problem(what, f"Correct line {line}, character {error.colno}.", line=line)
    what = f"{display_value(str(error))} is used as a value, but JSON has no such number."
    return Problem(what, "Write a number, or a text in quotes.", line=find_token_line(text, str(error), first_line))


def _locate_problems(problems: Iterable[_UnlocatedProblem], text: str, first_line: int) -> Iterator[Problem]:
    lines = find_json_lines(text, first_line)
    for problem in problems:
        yield Problem(problem.what, problem.fix, format_path(problem.path), _find_line(lines, problem))


def _find_line(lines: Mapping[FieldPath, tuple[int, ...]], problem: _UnlocatedProblem) -> int | None:
    for length in range(len(problem.path), 0, -1):
        if occurrences := lines.get(problem.path[:length]):
            return (
                occurrences[min(problem.occurrence, len(occurrences) - 1)]
                if length == len(problem.path)
                else occurrences[0]
            )
    return None


def _find_first_lines(text: str, first_line: int) -> dict[FieldPath, int]:
    return {path: lines[0] for path, lines in find_json_lines(text, first_line).items()}


def find_json_lines(text: str, first_line: int) -> Mapping[FieldPath, tuple[int, ...]]:
    """The lines of every path in ``text``, which must be valid JSON; a duplicate name has several.

    ``text`` begins in line ``first_line`` of its file.
    """
    tracker = _LineTracker(first_line)
    for match in _TOKEN.finditer(text):
        tracker.feed(match[0])
    return tracker.lines


def find_token_line(text: str, token: str, first_line: int) -> int | None:
    """The line of the first ``token`` outside quotes, or None."""
    offsets = (match.start() for match in _TOKEN.finditer(text) if match[0] == token)
    offset = next(offsets, None)
    return None if offset is None else text.count("\n", 0, offset) + first_line


@dataclass
class _LineTracker:
    """Follows the tokens of a JSON text and records the line of each path.

    ``expects_name``: the next string is a member's name. ``expects_entry``: a list's next entry begins.
    """

    line: int
    lines: dict[FieldPath, tuple[int, ...]] = field(default_factory=dict)
    path: list[str | int] = field(default_factory=list)
    expects_name: bool = False
    expects_entry: bool = False

    def feed(self, token: str) -> None:
        if token == "\n":
            self.line += 1
            return
        if self.expects_entry and token != "]":
            self._record_line()
        self.expects_entry = False
        if token in "{[":
            self.path.append("" if token == "{" else 0)
            self.expects_name, self.expects_entry = token == "{", token == "["
        elif token in "}]":
            self.path.pop()
        elif token == ",":
            self._next_member()
        elif token == ":":
            self.expects_name = False
        elif self.expects_name:
            self.path[-1] = to_nfc(_unquote(token))
            self._record_line()

    def _next_member(self) -> None:
        step = self.path[-1]
        if isinstance(step, int):
            self.path[-1] = step + 1
        self.expects_name, self.expects_entry = isinstance(step, str), isinstance(step, int)

    def _record_line(self) -> None:
        path = tuple(self.path)
        self.lines[path] = (*self.lines.get(path, ()), self.line)


def _unquote(token: str) -> str:
    name = _ESCAPE.sub(lambda match: _unescape(match[1]), token[1:-1])
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(escape: str) -> str:
    return chr(int(escape[1:], 16)) if escape.startswith("u") and len(escape) == 5 else _ESCAPED.get(escape, escape)
