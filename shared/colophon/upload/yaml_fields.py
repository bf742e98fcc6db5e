"""Fields from YAML, read strictly from the parser's events: nothing is constructed that the text does not spell out."""

import re
from collections.abc import Iterable, Mapping
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
from colophon.upload.fields import Fields, Path, Value, dotted, shown
from colophon.upload.keys import nfc
from colophon.upload.limits import NESTING

_QUOTE = "Put the whole value in quotes."
_CLOSE = "Close what was opened, with the same sign it was opened with."
_INDENT = "Indent fields of one group alike, with spaces, and write each as name: value."
# A part of libyaml's message, what was seen, what to do. The first that fits counts.
_MEANINGS = (
    ("mapping values are not allowed", "A colon and a space stand inside a value that has no quotes.", _QUOTE),
    ("could not find expected ':'", "A line here is not a field: it has no colon after the name.", _INDENT),
    ("cannot start any token", "A value begins with a sign that needs quotes (a tab, @, ` or %).", _QUOTE),
    ("unexpected end of stream", "A quote is opened here and never closed.", _CLOSE),
    ("document indicator", "A quote is opened and never closed.", _CLOSE),
    ("',' or ']'", "A list in [brackets] is not closed, or a comma is missing in it.", _CLOSE),
    ("',' or '}'", "A group in {braces} is not closed, or a comma is missing in it.", _CLOSE),
    ("escape", "A backslash in double quotes stands before a letter that it can't go with.", "Use single quotes."),
    ("tag handle", "A value begins with an exclamation mark.", _QUOTE),
    ("anchor or alias", "A value begins with * or &.", _QUOTE),
    ("alphabetic or numeric", "A value begins with * or &.", _QUOTE),
    ("comment or line break", "The sign | or > is followed by something else than the end of the line.", _QUOTE),
    ("block sequence entries are not allowed", "A list entry (- ) stands where a value was begun.", _INDENT),
    ("expected key", "The indentation does not fit the lines around it, or text follows a closed quote.", _INDENT),
    ("'-' indicator", "A list ends where a line is neither an entry (- ) nor indented like one.", _INDENT),
    ("document start", "A second YAML document begins here.", "Keep one document in the file."),
    ("directive", "A line begins with %, which YAML keeps for itself.", _QUOTE),
    ("not allowed", "A character stands here that YAML does not allow.", "Delete it, or put the value in quotes."),
)


def broken(error: yaml.YAMLError, first_line: int) -> Problem:
    """The problem of text that is no YAML at all, ``first_line`` being the number of the text's first line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    context = getattr(error, "context_mark", None)
    if context is not None and any(sign in said for sign in ("end of stream", "']'", "'}'")):
        mark = context
    line = int(mark.line) + first_line if mark is not None else None
    for part, what, fix in _MEANINGS:
        if part in said:
            return Problem(what, fix, line=line)
    return Problem("The fields are not valid YAML here.", _INDENT, line=line)


NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_ITEM_FIX = "Give it a value, or remove the line; put quotes around it if these are the letters you mean."


class _StopError(Exception):
    """Reading further could only mislead."""


def yaml_fields(text: str, first_line: int) -> Fields:
    """The fields of ``text``, whose first line is line ``first_line`` of the file.

    Aliases, anchors, tags, directives, duplicate keys, further documents and deep nesting are problems, and so is
    a field without a value. No scalar is taken for anything but text.
    """
    if not yaml.__with_libyaml__:
        raise Misconfigured("PyYAML is installed without its C parser; install a built wheel.")
    reading = _Reading(yaml.CSafeLoader(text), first_line)
    mapping: Value | None = None
    try:
        mapping = reading.document()
    except _StopError:
        pass
    except yaml.YAMLError as error:
        reading.problems.append(broken(error, first_line))
        reading.refused.add(())
    finally:
        reading.loader.dispose()
    lines: Mapping[Path, int] = reading.lines
    refused = frozenset(reading.refused)
    whole = mapping if isinstance(mapping, dict) else {}
    return Fields(whole, tuple(reading.problems), refused, lambda: lines)


@dataclass
class _Reading:
    """One pass over the events; ``problems``, ``lines`` and ``refused`` grow as it goes."""

    loader: yaml.CSafeLoader
    first_line: int
    problems: list[Problem] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)
    refused: set[Path] = field(default_factory=set)

    def document(self) -> Value | None:
        self._next()
        start = self._next()
        if isinstance(start, StreamEndEvent):
            return {}
        if isinstance(start, DocumentStartEvent) and (start.version or start.tags):
            self._problem((), start, "A YAML directive (a line that begins with %) stands here.", "Remove the line.")
        event = self._next()
        if not isinstance(event, MappingStartEvent):
            what = "The file's content is not a list of fields."
            self._stop(event, what, "Write one field a line, as name: value.")
        mapping = self._node(event, (), 1)
        self._next()
        after = self._next()
        if not isinstance(after, StreamEndEvent):
            self._stop(after, "A second YAML document begins here.", "Keep one document in the file.")
        return mapping

    def _node(self, event: Event, path: Path, depth: int) -> Value | None:
        """The value that begins with ``event``; None, with its problem told, where there is none to use."""
        if isinstance(event, AliasEvent):
            what = f"The alias *{shown(event.anchor)} is used, and YAML aliases are not allowed."
            self._refuse(path, event, what, "Write the value itself.")
            return None
        self._plain(event, path)
        if isinstance(event, ScalarEvent):
            if event.implicit[0] and not event.style and event.value in NULLS:
                name = f"“{dotted(path)}”" if path else "An entry"
                self._refuse(path, event, f"{name} has no value.", _ITEM_FIX)
                return None
            return str(event.value)
        if depth > NESTING:
            self._stop(event, f"Fields are nested more than {NESTING} deep.", "Write the fields less deep.", path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, depth)
        return self._list(path, depth)

    def _mapping(self, path: Path, depth: int) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._stop(event, "A field's name is not plain text.", "Write a name before the colon.", path)
            self._plain(event, path)
            name = nfc(str(event.value))
            here = (*path, name)
            double = here in self.lines
            line = self.lines.setdefault(here, self._line(event))
            value = self._node(self._next(), here, depth + 1)
            if double:
                what = f"“{dotted(here)}” is given twice; the first is in line {line}."
                self._problem(here, event, what, "Keep one of the two.")
            elif value is not None:
                mapping[name] = value
        return mapping

    def _list(self, path: Path, depth: int) -> list[Value]:
        entries: list[Value] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            here = (*path, len(entries))
            self.lines[here] = self._line(event)
            value = self._node(event, here, depth + 1)
            # The next entry takes the place of one that is left out.
            self.refused.discard(here)
            if value is not None:
                entries.append(value)
        return entries

    def _plain(self, event: Event, path: Path) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            what = f"The anchor &{shown(anchor)} stands here, and YAML anchors are not allowed."
            self._problem(path, event, what, f"Remove &{shown(anchor)}.")
        if tag is not None:
            what = f"The tag {shown(tag)} stands here, and YAML tags are not allowed."
            self._problem(path, event, what, "Remove the tag; every value is read as text.")

    def _next(self) -> Event:
        event = self.loader.get_event()
        assert event is not None
        return event

    def _line(self, event: Event) -> int:
        assert event.start_mark is not None
        return int(event.start_mark.line) + self.first_line

    def _problem(self, path: Path, event: Event, what: str, fix: str) -> None:
        self.problems.append(Problem(what, fix, dotted(path), self._line(event)))

    def _refuse(self, path: Path, event: Event, what: str, fix: str) -> None:
        self._problem(path, event, what, fix)
        self.refused.add(path)

    def _stop(self, event: Event, what: str, fix: str, path: Path = ()) -> NoReturn:
        self._problem(path, event, what, fix)
        self.refused.add(())
        raise _StopError


# What no line of text holds (YAML 1.1, 5.1), tabs too; blanks are spaces and nothing else.
_NEVER = "\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_QUOTED = rf"\"[^{_NEVER}\"\\]*+\"|'[^{_NEVER}']*+'"
_WORDS = r"[^\W_][\w-]*+(?: ++[\w-]++)*+"
_LIST = rf"\[ *+{_WORDS}(?: *+, *+{_WORDS})*+ *+\]"
# Begins with a letter or digit; a colon ends nothing where no blank follows, a # is none where no blank precedes.
_UNQUOTED = rf"[^\W_](?:[^{_NEVER} :]++|:(?=[^{_NEVER} ])| ++(?=[^{_NEVER} #]))*+"
_LINE = re.compile(rf"( *+)([A-Za-z][A-Za-z0-9_.-]{{0,99}}+):(?: ++({_QUOTED}|{_LIST}|{_UNQUOTED}))? *+\n|([^\n]*+\n)")


def plain_yaml(text: str, first_line: int) -> Fields | None:
    """What ``yaml_fields`` gives for ``text``, in a fraction of the time; None where anything about it is unusual.

    Known are groups, unquoted and simply quoted text on one line, and lists of words in brackets.
    """
    ended = text if text.endswith("\n") else f"{text}\n"
    mapping = _mapping(_LINE.findall(ended))
    if mapping is None:
        return None
    return Fields(mapping, (), frozenset(), lambda: yaml_fields(text, first_line).lines)


def _mapping(lines: Iterable[tuple[str, str, str, str]]) -> dict[str, Value] | None:
    """The fields of ``lines``: indentation, name and value of each, or the line itself where it is something else."""
    groups: list[tuple[int, dict[str, Value]]] = [(0, {})]
    opened: dict[str, Value] | None = None
    for indent, name, written, other in lines:
        depth = len(indent)
        if opened is not None:
            if depth <= groups[-1][0]:
                return None
            groups.append((depth, opened))
        while depth < groups[-1][0]:
            groups.pop()
        at, group = groups[-1]
        if other or depth != at or name in group or len(groups) > NESTING:
            return None
        opened = None if written else {}
        value = _value(written) if written else opened
        if value is None:
            return None
        group[name] = value
    return groups[0][1] if groups[0][1] and opened is None else None


def _value(written: str) -> Value | None:
    if written[0] in "\"'":
        return written[1:-1]
    if written[0] != "[":
        return None if written in NULLS else written
    words = [word.strip(" ") for word in written[1:-1].split(",")]
    return None if NULLS.intersection(words) else list(words)
