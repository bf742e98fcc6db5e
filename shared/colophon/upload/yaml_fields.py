"""Fields out of YAML, made from the parser's events: nothing is ever constructed that the text does not spell out."""

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
from colophon.upload.fields import Fields, Path, Value, dotted, shown
from colophon.upload.keys import nfc
from colophon.upload.limits import NESTING
from colophon.upload.yaml_words import broken

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
