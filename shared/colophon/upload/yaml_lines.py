"""Says what is wrong with a line of YAML that libyaml can't read: the sign that has a meaning there, and the fix."""

from msgspec import Struct

from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import UNSEEN, describe_unseen

QUOTE = "Put the whole value in quotes."
QUOTE_AROUND_QUOTES = "Put the whole value in quotes: in '...' if it contains \", in \"...\" if it contains '."
INDENT_WITH_SPACES = "Indent with spaces, as the lines around it."
COMMENT_FIX = "Put the whole value in quotes. If this is a comment, move it to a line of its own."
_NO_FIELD_FIX = "Write each field as name: value, with a space after the colon."

_BAD_INDENT = compile_lazily(rf" *([\t{UNSEEN}])")
_ENTRIES = compile_lazily(r"(?:- +)*")
_NAME = r"\"[^\"]*\" *|'[^']*' *|[^\s\"'\[\]{}#&*!|>%@`,?:-](?:[^:#]|:(?=\S)|(?<=\S)#)*?"
_FIELD = compile_lazily(rf"(?:{_NAME}):(?:[ \t]+|$)")
_MISSING_SPACE = compile_lazily(rf"[\w.-]+ *(:|：)([{UNSEEN}]?)(?=\S|$)")
_BLOCK_SCALAR = compile_lazily(r"[|>](?:[0-9]?[+-]?|[+-][0-9])[ \t]*(?:#.*)?")
_ESCAPE = compile_lazily(r"\\(?:[0abtnvfre \"/\\N_LP\t]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|$)")
_DOUBLE_QUOTED = compile_lazily(r'"(?:[^"\\]|\\.)*+"')
_SINGLE_QUOTED = compile_lazily(r"'(?:[^']|'')*+'")
_BACKSLASH = compile_lazily(r"\\.?")
# In brackets: a quoted text, a quote that is never closed, a bracket, or the beginning of a comment.
_FLOW_TOKEN = compile_lazily(
    r"(?<![^\s\[\]{},:])(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'|[\"'])|[\[\]{}]|(?<![^\s\[\]{},])#"
)
_AFTER = compile_lazily(r"\s*(?:\s#.*)?")
_COMMENT = compile_lazily(r"(?:^|[ \t])#")
_STARTS = {
    "@": "The value begins with @, which YAML reserves.",
    "`": "The value begins with a backquote (`), which YAML reserves.",
    "%": "The value begins with %, which YAML reserves.",
    "&": "The value begins with &, which names an anchor in YAML.",
    "*": "The value begins with *, which refers to an anchor in YAML.",
    "!": "The value begins with an exclamation mark, which begins a tag in YAML.",
    ",": "The value begins with a comma, which has a meaning of its own in YAML.",
    "]": "The value begins with a closing bracket.",
    "}": "The value begins with a closing brace.",
    "#": "The value begins with #, which begins a comment in YAML, so all of it is lost.",
}
_INDICATORS = {
    "-": "The value begins with a hyphen and a space, which begin the entry of a list in YAML.",
    "?": "The value begins with a question mark and a space, which have a meaning of their own in YAML.",
    ":": "The value begins with a colon and a space, which have a meaning of their own in YAML.",
}
_BRACKETS = {"[": ("]", "an opening bracket ([)", "a list"), "{": ("}", "an opening brace ({)", "a group of fields")}


class LineFault(Struct, frozen=True):
    """What is wrong in a line, and the fix.

    ``opens``: what it opens is not closed in the line, so that libyaml stops in a later one. ``is_name``: the line has
    no name of a field that YAML knows, so that libyaml reads it together with the next one.
    """

    what: str
    fix: str
    opens: bool = False
    is_name: bool = False


def find_line_fault(line: str) -> LineFault | None:
    """The first sign in ``line`` that YAML doesn't read as text, or None. ``line`` is no part of a block of text."""
    if match := _BAD_INDENT.match(line):
        if match[1] == "\t":
            return LineFault("A tab indents this line; YAML takes only spaces.", INDENT_WITH_SPACES)
        return LineFault(f"The line begins with the {describe_unseen(match[1])}.", INDENT_WITH_SPACES)
    content = line.strip(" \t")
    entries = _ENTRIES.match(content)
    begin = entries.end() if entries else 0
    field = _FIELD.match(content, begin)
    if field:
        return _find_value_fault(content[field.end() :])
    if begin:
        return _find_value_fault(content[begin:])
    return _find_name_fault(content)


def _find_name_fault(content: str) -> LineFault | None:
    if not content or content.startswith("#"):
        return None
    if match := _MISSING_SPACE.match(content):
        if match[1] == "：":
            what = "The colon after the name is the full-width colon U+FF1A."
            return LineFault(what, "Write the colon : of a keyboard, and a space after it.", is_name=True)
        if match[2]:
            what = f"After the colon comes the {describe_unseen(match[2])} instead of a space."
            return LineFault(what, "Write a space after the colon.", is_name=True)
        return LineFault("There is no space after the colon.", _NO_FIELD_FIX, is_name=True)
    return LineFault("This line is not a field: it has no colon after the name.", _NO_FIELD_FIX, is_name=True)


def _find_value_fault(value: str) -> LineFault | None:
    if not value:
        return None
    first = value[0]
    if first in "\"'":
        return _find_quote_fault(value)
    if first in _BRACKETS:
        return _find_bracket_fault(value)
    if first in "|>":
        what = f"The value begins with {first}, which in YAML stands alone, before lines of text."
        return None if _BLOCK_SCALAR.fullmatch(value) else LineFault(what, QUOTE)
    if first in _STARTS:
        return LineFault(_STARTS[first], COMMENT_FIX if first == "#" else QUOTE)
    if first in _INDICATORS and value[1:2] in ("", " ", "\t"):
        return LineFault(_INDICATORS[first], QUOTE)
    comment = _COMMENT.search(value)
    text = value[: comment.start()] if comment else value
    if ": " in text or ":\t" in text or text.endswith(":"):
        what = "The value contains a colon and a space, which YAML takes for the end of a field's name."
        return LineFault(what, QUOTE)
    if comment:
        return LineFault("“ #” begins a comment in YAML, so the rest of the value is lost.", COMMENT_FIX)
    return None


def _find_quote_fault(value: str) -> LineFault | None:
    quote = value[0]
    end = _find_closing_quote(value)
    if quote == '"' and (backslash := _find_bad_escape(value[1 : end if end >= 0 else len(value)])):
        what = f"In double quotes a backslash begins an escape, and {backslash} is none."
        return LineFault(what, "Write two backslashes, or use single quotes.")
    if end < 0:
        what = f"A quote ({quote}) is opened here and not closed in this line."
        return LineFault(what, f"Close it. {QUOTE_AROUND_QUOTES}", opens=True)
    if _AFTER.fullmatch(value, end + 1):
        return None
    return LineFault("There is text after the closing quote, so the quotes hold only a part.", QUOTE_AROUND_QUOTES)


def _find_closing_quote(value: str) -> int:
    """The index of the quote that closes the one at the beginning of ``value``, or -1."""
    pattern = _DOUBLE_QUOTED if value[0] == '"' else _SINGLE_QUOTED
    match = pattern.match(value)
    return match.end() - 1 if match else -1


def _find_bad_escape(text: str) -> str:
    """The first backslash in double-quoted ``text``, with the character after it, that is no escape (YAML 1.1, 5.7)."""
    return next((match[0] for match in _BACKSLASH.finditer(text) if not _ESCAPE.match(text, match.start())), "")


def _find_bracket_fault(value: str) -> LineFault | None:
    closing, name, meaning = _BRACKETS[value[0]]
    begins = f"The value begins with {name}, which begins {meaning} in YAML"
    end, comment = _find_closing_bracket(value)
    if comment:
        what = "# begins a comment in YAML, so the rest of the line is lost, with what closes the value."
        return LineFault(what, "Put the whole value in quotes, or, in a list, the entry with the #.", opens=True)
    if end < 0:
        return LineFault(
            f"{begins}, and {closing} does not close it in this line.", f"{QUOTE} Or close it.", opens=True
        )
    if _AFTER.fullmatch(value, end + 1):
        return None
    return LineFault(f"{begins}, but there is text after the closing {closing}.", QUOTE)


def _find_closing_bracket(value: str) -> tuple[int, bool]:
    """The index of the bracket that closes the first one, or -1; and whether a comment begins before it."""
    depth = 0
    for match in _FLOW_TOKEN.finditer(value):
        if match[0] == "#":
            return -1, True
        if match[0] in ('"', "'"):
            return -1, False
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.start(), False
    return -1, False
