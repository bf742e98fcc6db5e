"""Fields from YAML, parsed strictly from libyaml's events.

Every scalar is text; aliases, anchors, tags and directives are problems.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from msgspec import Struct
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

from colophon.problem import Misconfigured, Problem, Severity
from colophon.upload.fields import FieldPath, Fields, FieldValue, display_value, format_path
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_NESTING
from colophon.upload.unseen import describe_unseen, strip_unseen
from colophon.upload.yaml_errors import explain_syntax_error
from colophon.upload.yaml_lines import COMMENT_FIX, QUOTE, find_line_fault

_NESTING_FIX = f"Reduce the nesting to at most {MAX_NESTING} levels."
NULL_WORDS = frozenset({"", "~", "null", "Null", "NULL"})
# A comment after a value, which blanks separate from it (YAML 1.1, 6.5).
_COMMENT_AFTER = re.compile(r"([ \t]+)(#.*)")
_LOWER_QUOTE = f"{QUOTE[0].lower()}{QUOTE[1:]}"
NO_VALUE_FIX = "Give it a value, or remove the line. If this word is the value, put it in quotes."


def parse_yaml_fields(text: str, first_line: int) -> Fields:
    """The fields of ``text``, which begins in line ``first_line`` of its file.

    Syntax errors, aliases, anchors, tags, directives, duplicate names, further documents, deep nesting and fields
    without a value become problems. Every scalar is text: ``yes`` is not a boolean, 2026-05-31 not a date.
    Raises Misconfigured if PyYAML has no C parser, and nothing for the content of ``text``.
    """
    if not yaml.__with_libyaml__:
        raise Misconfigured("PyYAML is installed without its C parser; install a built wheel.")
    reader = _YamlReader(yaml.CSafeLoader(text), first_line, text, "#" in text)
    mapping: FieldValue | None = None
    try:
        mapping = reader.read_document()
    except _StopError:
        pass
    except yaml.YAMLError as error:
        reader.add_syntax_problem(explain_syntax_error(error, text, first_line))
    finally:
        reader.loader.dispose()
    lines: Mapping[FieldPath, int] = reader.lines
    refused = frozenset(reader.refused_paths)
    top_level = mapping if isinstance(mapping, dict) else {}
    return Fields(top_level, tuple(reader.problems), refused, lambda: lines)


class _Comment(Struct, frozen=True):
    """The comment after a value, with the blanks before it."""

    blanks: str
    text: str

    @property
    def is_glued(self) -> bool:
        """Whether no space follows the sign: few comments are written so, but #3 and #stairs are."""
        return self.text[1:2] not in ("", " ", "\t", "#", "!", "-")

    @property
    def is_number(self) -> bool:
        """Whether it begins as #3 does, which belongs to a value even if quotes end before it."""
        return self.text[1:2].isdigit()

    @property
    def is_set_apart(self) -> bool:
        """Whether it is written as comments usually are: after two blanks or a tab, and with a space of its own."""
        return not self.is_glued and self.blanks != " "


class _StopError(Exception):
    """Ends parsing: problems after this one would be misleading."""


@dataclass
class _YamlReader:
    """One pass over the parser's events; collects ``problems``, ``lines`` and ``refused_paths``."""

    loader: yaml.CSafeLoader
    first_line: int
    text: str
    may_hold_comments: bool
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
            self._stop(event, *self._explain_no_fields(event))
        mapping = self._read_node(event, (), 1)
        self._next_event()
        after = self._next_event()
        if not isinstance(after, StreamEndEvent):
            self._stop(after, "A second YAML document begins here.", "Keep one document in the file.")
        return mapping

    def _explain_no_fields(self, event: Event) -> tuple[str, str]:
        assert event.start_mark is not None
        lines = self.text.split("\n")[event.start_mark.line :]
        fault = find_line_fault(lines[0]) if lines else None
        if fault and fault.is_name:
            return fault.what, fault.fix
        return "The file's content is not a list of fields.", "Write one field per line, as name: value."

    def add_syntax_problem(self, problem: Problem) -> None:
        """Add the problem at which parsing ended; it is the reason of others in its line."""
        self.problems = [each for each in self.problems if each.line != problem.line]
        self.problems.append(problem)
        self.refused_paths.add(())

    def _read_node(self, event: Event, path: FieldPath, depth: int) -> FieldValue | None:
        """The value that begins with ``event``, or None after reporting why there is none."""
        if isinstance(event, AliasEvent):
            what = f"The alias *{display_value(event.anchor)} is used, but YAML aliases are not allowed."
            self._refuse(path, event, what, f"Write the value itself. If * is part of it: {_LOWER_QUOTE}")
            return None
        self._check_anchor_and_tag(event, path)
        if isinstance(event, ScalarEvent):
            return self._read_scalar(event, path)
        if depth > MAX_NESTING:
            self._stop(event, f"Fields are nested more than {MAX_NESTING} levels deep.", _NESTING_FIX, path)
        if isinstance(event, MappingStartEvent):
            return self._read_mapping(path, depth, is_flow=bool(event.flow_style))
        return self._read_list(path, depth)

    def _read_scalar(self, event: ScalarEvent, path: FieldPath) -> str | None:
        is_plain = event.implicit[0] and not event.style
        comment = self._find_comment(event) if self.may_hold_comments and event.style not in ("|", ">") else None
        if is_plain and event.value in NULL_WORDS:
            self._refuse_empty(event, path, comment)
            return None
        if comment is not None and not comment.is_set_apart:
            end = display_value(comment.text)
            what = f"“ #” begins a comment in YAML, so “{format_path(path)}” ends before “{end}”."
            if is_plain or comment.is_number:
                is_lost = is_plain and comment.is_glued
                self._add_problem(path, event, what, COMMENT_FIX, "error" if is_lost else "warning")
        return str(event.value)

    def _refuse_empty(self, event: ScalarEvent, path: FieldPath, comment: "_Comment | None") -> None:
        name = f"“{format_path(path)}”" if path else "An entry"
        if comment is not None and comment.is_glued and not event.value:
            what = f"# begins a comment in YAML, so {name} has no value: “{display_value(comment.text)}” is lost."
            self._refuse(path, event, what, COMMENT_FIX)
            return
        self._refuse(path, event, f"{name} has no value.", NO_VALUE_FIX)

    def _find_comment(self, event: ScalarEvent) -> "_Comment | None":
        """The comment that follows ``event`` in its line, or None."""
        assert event.end_mark is not None
        match = _COMMENT_AFTER.match(self.text, event.end_mark.index)
        return _Comment(match[1], match[2]) if match else None

    def _read_mapping(self, path: FieldPath, depth: int, *, is_flow: bool) -> dict[str, FieldValue]:
        mapping: dict[str, FieldValue] = {}
        while not isinstance(event := self._next_event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._stop(event, "A field's name is not plain text.", "Write a name before the colon.", path)
            self._check_anchor_and_tag(event, path)
            name = to_nfc(str(event.value))
            member_path = (*path, name)
            if not name.isascii() and (stripped := strip_unseen(name)) != name:
                self._refuse_name(event, member_path, stripped)
            is_duplicate = member_path in self.lines
            line = self.lines.setdefault(member_path, self._line_of(event))
            value_event = self._next_event()
            if is_flow and self._is_word(event, value_event):
                word = display_value(name)
                what = f"The value begins with {{, which begins a group of fields in YAML; “{word}” is none."
                self._refuse(path, event, what, QUOTE)
                continue
            value = self._read_node(value_event, member_path, depth + 1)
            if is_duplicate:
                what = f"“{format_path(member_path)}” is given twice; the first is in line {line}."
                self._add_problem(member_path, event, what, "Keep one of the two.")
            elif value is not None:
                mapping[name] = value
        return mapping

    def _is_word(self, name: ScalarEvent, value: Event) -> bool:
        """Whether ``name`` in a flow mapping is a word without a colon, so that ``value`` is not there."""
        if not isinstance(value, ScalarEvent) or value.value or value.style:
            return False
        assert name.end_mark is not None
        assert value.start_mark is not None
        return ":" not in self.text[name.end_mark.index : value.start_mark.index]

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

    def _refuse_name(self, event: Event, path: FieldPath, stripped: str) -> None:
        name = str(path[-1])
        sign = name[0] if not name.startswith(stripped[:1]) else name[-1]
        what = f"The name of a field begins or ends with the {describe_unseen(sign)}."
        self._refuse(path, event, what, "Delete it; indent with spaces.")

    def _check_anchor_and_tag(self, event: Event, path: FieldPath) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            what = f"The anchor &{display_value(anchor)} is used, but YAML anchors are not allowed."
            self._add_problem(path, event, what, f"Remove it. If & is part of the value: {_LOWER_QUOTE}")
        if tag is not None:
            what = f"The tag {display_value(tag)} is used, but YAML tags are not allowed."
            fix = f"Remove the tag; every value is read as text. If ! is part of the value: {_LOWER_QUOTE}"
            self._add_problem(path, event, what, fix)

    def _next_event(self) -> Event:
        event = self.loader.get_event()
        assert event is not None
        return event

    def _line_of(self, event: Event) -> int:
        assert event.start_mark is not None
        return int(event.start_mark.line) + self.first_line

    def _add_problem(self, path: FieldPath, event: Event, what: str, fix: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(what, fix, format_path(path), self._line_of(event), severity))

    def _refuse(self, path: FieldPath, event: Event, what: str, fix: str) -> None:
        self._add_problem(path, event, what, fix)
        self.refused_paths.add(path)

    def _stop(self, event: Event, what: str, fix: str, path: FieldPath = ()) -> NoReturn:
        self._add_problem(path, event, what, fix)
        self.refused_paths.add(())
        raise _StopError
