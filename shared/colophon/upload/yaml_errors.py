"""Explains an error of libyaml: the line whose sign is the reason, what is wrong there, and the fix."""

from collections.abc import Iterator, Sequence

import yaml

from colophon.problem import Problem
from colophon.upload.yaml_lines import INDENT_WITH_SPACES, QUOTE, LineFault, find_line_fault

_CLOSE = "Add the closing quote or bracket that belongs to the opening one."
_INDENT = "Indent the fields of a group equally, with spaces, and write each as name: value."
_NO_VALUES = "mapping values are not allowed"
# For lines in which no sign is the reason. A part of libyaml's message, then what and fix. The first match counts.
_MESSAGES = (
    (_NO_VALUES, "This line is indented deeper than the field above it, so it continues that field's value.", _INDENT),
    ("could not find expected ':'", "This line is not a field: it has no colon after the name.", _INDENT),
    ("cannot start any token", "A value begins with a character that needs quotes.", QUOTE),
    ("unexpected end of stream", "A quote is opened here and never closed.", _CLOSE),
    ("document indicator", "A quote is opened and never closed.", _CLOSE),
    ("',' or ']'", "A list in [brackets] is not closed, or a comma is missing in it.", _CLOSE),
    ("',' or '}'", "A group in {braces} is not closed, or a comma is missing in it.", _CLOSE),
    ("escape", "A backslash in double quotes is followed by a letter that makes no escape.", "Use single quotes."),
    ("tag handle", "A value begins with an exclamation mark.", QUOTE),
    ("anchor or alias", "A value begins with * or &.", QUOTE),
    ("alphabetic or numeric", "A value begins with * or &.", QUOTE),
    ("comment or line break", "The character | or > is followed by something other than the end of the line.", QUOTE),
    ("block sequence entries are not allowed", "A list entry (- ) begins inside a value.", _INDENT),
    ("expected key", "The indentation does not match the lines around it.", _INDENT),
    ("'-' indicator", "A line in a list is neither an entry (- ) nor indented like one.", _INDENT),
    ("document start", "A second YAML document begins here.", "Keep one document in the file."),
    ("directive", "A line begins with %, which YAML reserves.", QUOTE),
    ("tab character", "A tab indents this line; YAML takes only spaces.", INDENT_WITH_SPACES),
    ("not allowed", "There is a character here that YAML does not allow.", "Delete it, or put the value in quotes."),
)
# Where libyaml's context is the line in which a value begins, and not that of the first field of a group.
_CONTEXTS = ("quoted scalar", "flow ", "simple key", "block scalar", "alias", "anchor", "tag")


def explain_syntax_error(error: yaml.YAMLError, text: str, first_line: int) -> Problem:
    """The problem for libyaml's ``error`` in ``text``, which begins in line ``first_line`` of its file."""
    lines = text.split("\n")
    message = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    positions = list(_find_positions(error, lines))
    for index in positions:
        if fault := find_line_fault(lines[index]):
            return Problem(fault.what, fault.fix, line=index + first_line)
    if positions and (found := _find_fault_above(lines, min(positions), reads_names=_NO_VALUES in message)):
        index, fault = found
        return Problem(fault.what, fault.fix, line=index + first_line)
    line = positions[0] + first_line if positions else None
    for part, what, fix in _MESSAGES:
        if part in message:
            return Problem(what, fix, line=line)
    return Problem("The fields are not valid YAML here.", _INDENT, line=line)


def _find_positions(error: yaml.YAMLError, lines: Sequence[str]) -> Iterator[int]:
    """The indexes of the lines that ``error`` names, the most likely first."""
    context, position = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if context is not None and any(name in str(getattr(error, "context", "")) for name in _CONTEXTS):
        yield min(int(context.line), len(lines) - 1)
    if position is not None:
        yield min(int(position.line), len(lines) - 1)


def _find_fault_above(lines: Sequence[str], below: int, *, reads_names: bool) -> tuple[int, LineFault] | None:
    """The nearest line above ``below`` that opens what it doesn't close; the first one may be no field instead."""
    is_first = True
    for index in range(below - 1, -1, -1):
        if not lines[index].strip():
            continue
        fault = find_line_fault(lines[index])
        if fault and (fault.opens or (fault.is_name and reads_names and is_first)):
            return index, fault
        is_first = False
    return None
