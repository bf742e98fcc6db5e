"""The fields of an uploaded file before anybody has judged them: text, lists and mappings, each with its line."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.limits import VALUE_SHOWN

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = str | list["Value"] | dict[str, "Value"]


class Fields(Struct, frozen=True, dict=True):
    """What one file says. Every scalar is text as it stands there; keys are in NFC.

    ``problems`` were met while reading; the values they are about are left out of ``mapping``, and their paths
    stand in ``refused`` so that nobody calls them missing. ``find_lines`` gives the line of each path.
    """

    mapping: dict[str, Value]
    problems: tuple[Problem, ...]
    refused: frozenset[Path]
    find_lines: Callable[[], Mapping[Path, int]]

    @cached_property
    def lines(self) -> Mapping[Path, int]:
        """The line in the file of every path that the file names, counted from 1."""
        return self.find_lines()

    def line(self, path: Path) -> int | None:
        """The line of ``path``, or of the nearest parent that the file names."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def get(self, *path: str | int) -> Value | None:
        """What stands at ``path``, or None."""
        value: Value | None = self.mapping
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def text(self, *path: str | int) -> str | None:
        """The text at ``path``, or None where something else or nothing stands."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def problem(self, path: Path, what: str, fix: str) -> Problem:
        """A problem of the field at ``path``, with its line."""
        return Problem(what, fix, dotted(path), self.line(path))


def dotted(path: Path) -> str:
    """``path`` as problems name it: ``images.a.jpg.alt``, ``tags.0``."""
    return ".".join(shown(str(step)) for step in path)


def shown(value: object) -> str:
    """``value`` as a problem may quote it: on one line, printable, shortened."""
    text = value if isinstance(value, str) else "a list" if isinstance(value, list | tuple) else "a group of fields"
    cut = text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
