"""Fields from YAML, parsed strictly from libyaml's events.

Every scalar is text; aliases, anchors, tags and directives are problems.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from colophon.problem import Misconfigured, Problem
from colophon.upload.fields import FieldPath, Fields, FieldValue, display_value, format_path
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_NESTING

_NESTING_FIX = f"Reduce the nesting to at most {MAX_NESTING} levels."
_QUOTE = "Put the whole value in quotes."
_CLOSE = "Add the closing quote or bracket that belongs to the opening one."
_INDENT = "Indent the fields of a group equally, with spaces, and write each as name: value."
# A part of libyaml's message, then what and fix of the problem. The first match counts.
_SYNTAX_ERRORS = (
    ("mapping values are not allowed", "A value without quotes contains a colon and a space.", _QUOTE),
    ("could not find expected ':'", "A line here is not a field: it has no colon after the name.", _INDENT),
    ("cannot start any token", "A value begins with a character that needs quotes (a tab, @, ` or %).", _QUOTE),
    ("unexpected end of stream", "A quote is opened here and never closed.", _CLOSE),
    ("document indicator", "A quote is opened and never closed.", _CLOSE),
    ("',' or ']'", "A list in [brackets] is not closed, or a comma is missing in it.", _CLOSE),
    ("',' or '}'", "A group in {braces} is not closed, or a comma is missing in it.", _CLOSE),
    ("escape", "A backslash in double quotes is followed by a letter that makes no escape.", "Use single quotes."),
    ("tag handle", "A value begins with an exclamation mark.", _QUOTE),
    ("anchor or alias", "A value begins with * or &.", _QUOTE),
    ("alphabetic or numeric", "A value begins with * or &.", _QUOTE),
    ("comment or line break", "The character | or > is followed by something other than the end of the line.", _QUOTE),
    ("block sequence entries are not allowed", "A list entry (- ) begins inside a value.", _INDENT),
    (
        "expected key",
        "The indentation does not match the lines around it, or there is text after a closing quote.",
        _INDENT,
    ),
    ("'-' indicator", "A line in a list is neither an entry (- ) nor indented like one.", _INDENT),
    ("document start", "A second YAML document begins here.", "Keep one document in the file."),
    ("directive", "A line begins with %, which YAML reserves.", _QUOTE),
    ("not allowed", "There is a character here that YAML does not allow.", "Delete it, or put the value in quotes."),
)
NULL_WORDS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_VALUE_FIX = "Give it a value, or remove the line. If this word is the value, put it in quotes."


def parse_yaml_fields(text: str, first_line: int) -> Fields:
    """The fields of ``text``, which begins in line ``first_line`` of its file.

    Syntax errors, aliases, anchors, tags, directives, duplicate names, further documents, deep nesting and fields
    without a value become problems. Every scalar is text: ``yes`` is not a boolean, 2026-05-31 not a date.
    Raises Misconfigured if PyYAML has no C parser, and nothing for the content of ``text``.
    """
    if not yaml.__with_libyaml__:
        raise Misconfigured("PyYAML is installed without its C parser; install a built wheel.")
    reader = _YamlReader(yaml.CSafeLoader(text), first_line)
    mapping: FieldValue | None = None
    try:
        mapping = reader.read_document()
    except _StopError:
        pass
    except yaml.YAMLError as error:
        reader.problems.append(syntax_problem(error, first_line))
        reader.refused_paths.add(())
    finally:
        reader.loader.dispose()
    lines: Mapping[FieldPath, int] = reader.lines
    refused = frozenset(reader.refused_paths)
    top_level = mapping if isinstance(mapping, dict) else {}
    return Fields(top_level, tuple(reader.problems), refused, lambda: lines)


class _StopError(Exception):
    """Ends parsing: problems after this one would be misleading."""


@dataclass
class _YamlReader:
    """One pass over the parser's events; collects ``problems``, ``lines`` and ``refused_paths``."""

    loader: yaml.CSafeLoader
    first_line: int
    problems: list[Problem] = field(default_factory=list)
    lines: dict[FieldPath, int] = field(default_factory=dict)
    refused_paths: set[FieldPath] = field(default_factory=set)

    def read_document(self) -> FieldValue | None:
        self._next_event()
        start = self._next_event()
        if isinstance(start, StreamEndEvent):
            return {}
        if isinstance(start, DocumentStartEvent) and (start.version or start.tags):
            self._add_problem(
                (), start, "There is a YAML directive here: a line that begins with %.", "Remove the line."
            )
        event = self._next_event()
        if not isinstance(event, MappingStartEvent):
            what = "The file's content is not a list of fields."
            self._stop(event, what, "Write one field per line, as name: value.")
        mapping = self._read_node(event, (), 1)
        self._next_event()
        after = self._next_event()
        if not isinstance(after, StreamEndEvent):
            self._stop(after, "A second YAML document begins here.", "Keep one document in the file.")
        return mapping

    def _read_node(self, event: Event, path: FieldPath, depth: int) -> FieldValue | None:
        """The value that begins with ``event``, or None after reporting why there is none."""
        if isinstance(event, AliasEvent):
            what = f"The alias *{display_value(event.anchor)} is used, but YAML aliases are not allowed."
            self._refuse(path, event, what, "Write the value itself.")
            return None
        self._check_anchor_and_tag(event, path)
        if isinstance(event, ScalarEvent):
            if event.implicit[0] and not event.style and event.value in NULL_WORDS:
                name = f"“{format_path(path)}”" if path else "An entry"
                self._refuse(path, event, f"{name} has no value.", _NO_VALUE_FIX)
                return None
            return str(event.value)
        if depth > MAX_NESTING:
            self._stop(event, f"Fields are nested more than {MAX_NESTING} levels deep.", _NESTING_FIX, path)
        if isinstance(event, MappingStartEvent):
            return self._read_mapping(path, depth)
        return self._read_list(path, depth)

    def _read_mapping(self, path: FieldPath, depth: int) -> dict[str, FieldValue]:
        mapping: dict[str, FieldValue] = {}
        while not isinstance(event := self._next_event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._stop(event, "A field's name is not plain text.", "Write a name before the colon.", path)
            self._check_anchor_and_tag(event, path)
            name = to_nfc(str(event.value))
            member_path = (*path, name)
            is_duplicate = member_path in self.lines
            line = self.lines.setdefault(member_path, self._line_of(event))
            value = self._read_node(self._next_event(), member_path, depth + 1)
            if is_duplicate:
                what = f"“{format_path(member_path)}” is given twice; the first is in line {line}."
                self._add_problem(member_path, event, what, "Keep one of the two.")
            elif value is not None:
                mapping[name] = value
        return mapping

    def _read_list(self, path: FieldPath, depth: int) -> list[FieldValue]:
        entries: list[FieldValue] = []
        while not isinstance(event := self._next_event(), SequenceEndEvent):
            entry_path = (*path, len(entries))
            self.lines[entry_path] = self._line_of(event)
            value = self._read_node(event, entry_path, depth + 1)
            # The next entry takes the index of one that is left out.
            self.refused_paths.discard(entry_path)
            if value is not None:
                entries.append(value)
        return entries

    def _check_anchor_and_tag(self, event: Event, path: FieldPath) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            what = f"The anchor &{display_value(anchor)} is used, but YAML anchors are not allowed."
            self._add_problem(path, event, what, f"Remove &{display_value(anchor)}.")
        if tag is not None:
            what = f"The tag {display_value(tag)} is used, but YAML tags are not allowed."
            self._add_problem(path, event, what, "Remove the tag; every value is read as text.")

    def _next_event(self) -> Event:
        event = self.loader.get_event()
        assert event is not None
        return event

    def _line_of(self, event: Event) -> int:
        assert event.start_mark is not None
        return int(event.start_mark.line) + self.first_line

    def _add_problem(self, path: FieldPath, event: Event, what: str, fix: str) -> None:
        self.problems.append(Problem(what, fix, format_path(path), self._line_of(event)))

    def _refuse(self, path: FieldPath, event: Event, what: str, fix: str) -> None:
        self._add_problem(path, event, what, fix)
        self.refused_paths.add(path)

    def _stop(self, event: Event, what: str, fix: str, path: FieldPath = ()) -> NoReturn:
        self._add_problem(path, event, what, fix)
        self.refused_paths.add(())
        raise _StopError


def syntax_problem(error: yaml.YAMLError, first_line: int) -> Problem:
    """The problem for libyaml's ``error`` in a text that begins in line ``first_line`` of its file."""
    position = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    context = getattr(error, "context_mark", None)
    if context is not None and any(token in message for token in ("end of stream", "']'", "'}'")):
        position = context
    line = int(position.line) + first_line if position is not None else None
    for part, what, fix in _SYNTAX_ERRORS:
        if part in message:
            return Problem(what, fix, line=line)
    return Problem("The fields are not valid YAML here.", _INDENT, line=line)
