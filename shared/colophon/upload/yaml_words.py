"""What the YAML parser's complaints mean, in words for someone who has never read its manual."""

import yaml

from colophon.problem import Problem

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
