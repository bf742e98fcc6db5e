"""Fields from a JSON object, read strictly (RFC 8259): no duplicate names, no halves of surrogate pairs, no NaN."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.fields import Fields, Path, Value, dotted, shown
from colophon.upload.keys import nfc
from colophon.upload.limits import NESTING

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]|[^\s{}\[\],:"]+')
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def json_lines(text: str, first_line: int) -> Mapping[Path, tuple[int, ...]]:
    """The lines of every path in ``text``, which must be valid JSON: several where a name is given several times.

    ``first_line`` is the number of the text's first line.
    """
    walk = _Walk(first_line)
    for found in _SIGN.finditer(text):
        walk.take(found[0])
    return walk.lines


def line_of_sign(text: str, sign: str, first_line: int) -> int | None:
    """The line of the first place where ``sign`` stands outside of quotes."""
    places = (found.start() for found in _SIGN.finditer(text) if found[0] == sign)
    place = next(places, None)
    return None if place is None else text.count("\n", 0, place) + first_line


@dataclass
class _Walk:
    """Where the walk through the signs is: ``naming`` before a name, ``entering`` before a list's next entry."""

    line: int
    lines: dict[Path, tuple[int, ...]] = field(default_factory=dict)
    steps: list[str | int] = field(default_factory=list)
    naming: bool = False
    entering: bool = False

    def take(self, sign: str) -> None:
        if sign == "\n":
            self.line += 1
            return
        if self.entering and sign != "]":
            self._here()
        self.entering = False
        if sign in "{[":
            self.steps.append("" if sign == "{" else 0)
            self.naming, self.entering = sign == "{", sign == "["
        elif sign in "}]":
            self.steps.pop()
        elif sign == ",":
            self._next_one()
        elif sign == ":":
            self.naming = False
        elif self.naming:
            self.steps[-1] = nfc(_unquoted(sign))
            self._here()

    def _next_one(self) -> None:
        place = self.steps[-1]
        if isinstance(place, int):
            self.steps[-1] = place + 1
        self.naming, self.entering = isinstance(place, str), isinstance(place, int)

    def _here(self) -> None:
        path = tuple(self.steps)
        self.lines[path] = (*self.lines.get(path, ()), self.line)


def _unquoted(sign: str) -> str:
    name = _ESCAPE.sub(lambda found: _character(found[1]), sign[1:-1])
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: str) -> str:
    return chr(int(escape[1:], 16)) if escape.startswith("u") and len(escape) == 5 else _ESCAPED.get(escape, escape)


_MEANINGS = {
    "Expecting ',' delimiter": "A comma or a closing bracket is missing before this place.",
    "Expecting ':' delimiter": "A colon is missing after a field's name.",
    "Expecting value": "A value is missing here, or is not quoted.",
    "Expecting property name enclosed in double quotes": "A field's name must stand here, in double quotes.",
    "Illegal trailing comma before end of object": "A comma stands before a closing brace.",
    "Illegal trailing comma before end of array": "A comma stands before a closing bracket.",
    "Unterminated string starting at": "A quote is opened here and never closed.",
    "Invalid control character at": "A line break or a tab stands inside quotes.",
    "Extra data": "Something follows after the object's closing brace.",
}


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON does not have."""


class _Pairs(list[tuple[str, object]]):
    """An object's members as they stand in the text, doubles included."""


def json_fields(text: str, first_line: int) -> Fields:
    """The fields of the JSON object ``text``, whose first line is line ``first_line`` of the file.

    Duplicate names, NaN and infinities, halves of characters, deep nesting and nulls are problems. Numbers are kept
    as the text they stand as, true and false as these words.
    """
    try:
        found = _DECODER.decode(text)
    except (json.JSONDecodeError, _ConstantError, RecursionError) as error:
        return Fields({}, (_broken(error, text, first_line),), frozenset({()}), dict)
    reading = _Reading(may_be_halved=re.search(r"\\u[dD][89a-fA-F]", text) is not None)
    mapping = reading.value(found, (), 1)
    problems = tuple(_problems(reading.found, text, first_line)) if reading.found else ()
    whole = mapping if isinstance(mapping, dict) else {}
    return Fields(whole, problems, frozenset(reading.refused), lambda: _first_lines(text, first_line))


class _Found(Struct, frozen=True):
    path: Path
    what: str
    fix: str
    occurrence: int = 0


@dataclass
class _Reading:
    """The walk through what the parser returned; it never goes deeper than the limit."""

    may_be_halved: bool
    found: list[_Found] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)

    def value(self, seen: object, path: Path, depth: int) -> Value | None:
        if isinstance(seen, str):
            return self._text(seen, path)
        if isinstance(seen, bool):
            return "true" if seen else "false"
        if seen is None:
            what = f"“{dotted(path)}” has no value." if path else "The file's content is not a list of fields."
            self._refuse(path, what, "Give it a value, or leave the field out.")
            return None
        if depth > NESTING:
            what = f"Fields are nested more than {NESTING} deep."
            self._refuse(path, what, "Write the fields less deep.")
            return None
        return self._object(seen, path, depth) if isinstance(seen, _Pairs) else self._list(seen, path, depth)

    def _object(self, pairs: _Pairs, path: Path, depth: int) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        times: dict[str, int] = {}
        for raw, seen in pairs:
            name = nfc(self._text(raw, path) or "")
            here = (*path, name)
            times[name] = times.get(name, 0) + 1
            if times[name] > 1:
                what = f"“{dotted(here)}” is given twice."
                self.found.append(_Found(here, what, "Keep one of the two.", times[name] - 1))
                continue
            value = self.value(seen, here, depth + 1)
            if value is not None:
                mapping[name] = value
        return mapping

    def _list(self, seen: object, path: Path, depth: int) -> list[Value]:
        assert isinstance(seen, list)
        entries: list[Value] = []
        for place, entry in enumerate(seen):
            value = self.value(entry, (*path, place), depth + 1)
            if value is not None:
                entries.append(value)
        return entries

    def _text(self, seen: str, path: Path) -> str | None:
        if self.may_be_halved and any("\ud800" <= character <= "\udfff" for character in seen):
            what = "An escape \\uD800 to \\uDFFF stands alone: it is half a character."
            self._refuse(path, what, "Write the character itself, in UTF-8.")
            return None
        return seen

    def _refuse(self, path: Path, what: str, fix: str) -> None:
        self.found.append(_Found(path, what, fix))
        self.refused.add(path)


def _problems(found: Iterable[_Found], text: str, first_line: int) -> Iterator[Problem]:
    lines = json_lines(text, first_line)
    for one in found:
        yield Problem(one.what, one.fix, dotted(one.path), _line(lines, one))


def _first_lines(text: str, first_line: int) -> dict[Path, int]:
    return {at: nth[0] for at, nth in json_lines(text, first_line).items()}


def _line(lines: Mapping[Path, tuple[int, ...]], found: _Found) -> int | None:
    for length in range(len(found.path), 0, -1):
        if known := lines.get(found.path[:length]):
            return known[min(found.occurrence, len(known) - 1)] if length == len(found.path) else known[0]
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


# Made once: a site may have very many such files.
_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_refuse_constant)


def _broken(error: json.JSONDecodeError | _ConstantError | RecursionError, text: str, first_line: int) -> Problem:
    if isinstance(error, RecursionError):
        return Problem(f"Fields are nested more than {NESTING} deep.", "Write the fields less deep.", line=first_line)
    if isinstance(error, json.JSONDecodeError):
        what = _MEANINGS.get(error.msg, "The text is not valid JSON here.")
        line = error.lineno + first_line - 1
        return Problem(what, f"Mend line {line}, character {error.colno}.", line=line)
    what = f"{shown(str(error))} stands as a value, and JSON has no such number."
    return Problem(what, "Write a number, or a text in quotes.", line=line_of_sign(text, str(error), first_line))
