"""Where each field of a JSON text stands. Only asked for when there is a problem to tell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from colophon.upload.fields import Path
from colophon.upload.keys import nfc

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
