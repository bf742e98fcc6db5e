"""The fields of an uploaded file before validation: text, lists and mappings, each with its line."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.limits import MAX_VALUE_CHARACTERS

FieldPath: TypeAlias = tuple[str | int, ...]
FieldValue: TypeAlias = str | list["FieldValue"] | dict[str, "FieldValue"]


class Fields(Struct, frozen=True, dict=True):
    """The fields of one file. Every scalar is the text as written; keys are in NFC.

    ``problems`` are those found while parsing. The values that they concern are not in ``mapping``; their paths are
    in ``refused_paths``, so that validation does not report them as missing too. The empty path means that the whole
    file could not be parsed. ``find_lines`` returns the line of each path; it is called only when a line is needed.
    """

    mapping: dict[str, FieldValue]
    problems: tuple[Problem, ...]
    refused_paths: frozenset[FieldPath]
    find_lines: Callable[[], Mapping[FieldPath, int]]

    @cached_property
    def lines(self) -> Mapping[FieldPath, int]:
        """The line of every path in the file, counted from 1."""
        return self.find_lines()

    def line_of(self, path: FieldPath) -> int | None:
        """The line of ``path`` or of its nearest ancestor in the file; None if there is neither."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def get(self, *path: str | int) -> FieldValue | None:
        """The value at ``path``, or None."""
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
        """The value at ``path`` if it is text, else None."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def problem_at(self, path: FieldPath, what: str, fix: str) -> Problem:
        """An error about the field at ``path``, with its line."""
        return Problem(what, fix, format_path(path), self.line_of(path))


def format_path(path: FieldPath) -> str:
    """``path`` as problems print it: ``images.a.jpg.alt``, ``tags.0``."""
    return ".".join(display_value(str(step)) for step in path)


def display_value(value: object) -> str:
    """``value`` as a problem quotes it: one printable line of at most ``MAX_VALUE_CHARACTERS`` plus escapes."""
    text = value if isinstance(value, str) else "a list" if isinstance(value, list | tuple) else "a group of fields"
    shortened = text if len(text) <= MAX_VALUE_CHARACTERS else text[: MAX_VALUE_CHARACTERS - 1] + "…"
    if shortened.isprintable():
        return shortened
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shortened)
