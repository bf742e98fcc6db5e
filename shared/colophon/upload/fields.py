"""The fields of an uploaded file before anybody has judged them: text, lists and mappings, each with its line."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.limits import MAX_VALUE_CHARACTERS

FieldPath: TypeAlias = tuple[str | int, ...]
FieldValue: TypeAlias = str | list["FieldValue"] | dict[str, "FieldValue"]


class Fields(Struct, frozen=True, dict=True):
    """What one file says. Every scalar is text as it stands there; keys are in NFC.

    ``problems`` were met while reading; the values they are about are left out of ``mapping``, and their paths
    stand in ``refused`` so that nobody calls them missing. ``find_lines`` gives the line of each path.
    """

    mapping: dict[str, FieldValue]
    problems: tuple[Problem, ...]
    refused_paths: frozenset[FieldPath]
    find_lines: Callable[[], Mapping[FieldPath, int]]

    @cached_property
    def lines(self) -> Mapping[FieldPath, int]:
        """The line in the file of every path that the file names, counted from 1."""
        return self.find_lines()

    def line_of(self, path: FieldPath) -> int | None:
        """The line of ``path``, or of the nearest parent that the file names."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def get(self, *path: str | int) -> FieldValue | None:
        """What stands at ``path``, or None."""
        value: FieldValue | None = self.mapping
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def get_text(self, *path: str | int) -> str | None:
        """The text at ``path``, or None where something else or nothing stands."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def problem_at(self, path: FieldPath, what: str, fix: str) -> Problem:
        """A problem of the field at ``path``, with its line."""
        return Problem(what, fix, format_path(path), self.line_of(path))


def format_path(path: FieldPath) -> str:
    """``path`` as problems name it: ``images.a.jpg.alt``, ``tags.0``."""
    return ".".join(display_value(str(step)) for step in path)


def display_value(value: object) -> str:
    """``value`` as a problem may quote it: on one line, printable, shortened."""
    text = value if isinstance(value, str) else "a list" if isinstance(value, list | tuple) else "a group of fields"
    shortened = text if len(text) <= MAX_VALUE_CHARACTERS else text[: MAX_VALUE_CHARACTERS - 1] + "…"
    if shortened.isprintable():
        return shortened
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shortened)
