"""Removes invisible characters from Markdown, and makes wide blanks at its marks the spaces that Markdown knows.

CommonMark takes only spaces and tabs for blanks at the beginning of a line and after a mark (0.31.2, 2.1 and 2.2), so
a zero-width space before ## or a no-break space after it would leave the mark on the page.
"""

import re

from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import BIDI_CONTROLS, UNSEEN, WIDE_BLANKS, remove_zero_width

_ANY_UNSEEN = compile_lazily(f"[{UNSEEN}]")
# Character references for such characters (HTML standard, 13.5), as part of a pattern.
UNSEEN_REFERENCE = (
    r"&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|shy|NoBreak|ZeroWidthSpace"
    r"|#(?:160|173|8203|8204|8205|8288|12288|65279)|#[xX](?:[aA]0|[aA][dD]|200[bBcCdD]|2060|3000|[fF][eE][fF]{2}));"
)
_BLANK_REFERENCE_LINE = compile_lazily(rf"^(?:{UNSEEN_REFERENCE}|[ \t{UNSEEN}])++$", re.MULTILINE)

_BLANK_SIGNS = f"{WIDE_BLANKS}{BIDI_CONTROLS}"
_BLANK = f"[ \\t{_BLANK_SIGNS}]"
_ANY_BLANK = compile_lazily(f"[{_BLANK_SIGNS}]")
_BLANK_RUN = compile_lazily(f"{_BLANK}++")
_EDGES = compile_lazily(f"({_BLANK}*+)(.*)", re.DOTALL)
_MARKER = rf"(?:>|[-*+](?={_BLANK})|(?P<number>[0-9]{{1,9}})[.)](?={_BLANK}))"
_BLOCK_MARKS = compile_lazily(rf"(?:{_MARKER}{_BLANK}*+)*+(?:#{{1,6}}{_BLANK}++)?")
_ORDERED_ITEM = compile_lazily(r"[ >]*[0-9]{1,9}[.)][ \t]")
# Only signs of which Markdown draws lines, fences and the delimiter rows of tables.
_DELIMITERS = compile_lazily(rf"[-|:*_=~`+ \t{_BLANK_SIGNS}]+")
_LINK_EDGES = compile_lazily(rf"(?<=\]\(){_BLANK}++|(?<!{_BLANK})[{_BLANK_SIGNS}]++(?=\))")
_MOST_SPACES = 3


def normalize_blanks(text: str, signs: str) -> str:
    """``text`` without invisible characters that no script needs, and with spaces for wide blanks at Markdown's marks.

    ``signs`` are its characters that ``find_signs`` finds. The number of lines stays. Wide blanks within a line of text
    stay too. Linear in time.
    """
    if "&" in signs:
        text = _BLANK_REFERENCE_LINE.sub("", text)
    if signs.isascii() or not _ANY_UNSEEN.search(signs):
        return text
    lines: list[str] = []
    previous = ""
    for line in remove_zero_width(text).split("\n"):
        written = _normalize_line(line, previous) if _ANY_BLANK.search(line) else line
        lines.append(written)
        previous = written if written.strip() else previous
    return "\n".join(lines)


def _normalize_line(line: str, previous: str) -> str:
    """``line`` with spaces for its blanks at both ends and at its marks; ``previous`` is the last one with text."""
    text = line.rstrip(f" \t{_BLANK_SIGNS}")
    if not text:
        return ""
    edges = _EDGES.match(text)
    assert edges is not None
    content = _LINK_EDGES.sub("", edges[2])
    if _DELIMITERS.fullmatch(content):
        content = _BLANK_RUN.sub(_as_spaces, content)
    else:
        content = _normalize_marks(content, previous)
    # Two spaces at the end are a line break.
    end = "".join(character for character in line[len(text) :] if character in " \t")
    return f"{_normalize_indent(edges[1])}{content}{end}"


def _normalize_marks(content: str, previous: str) -> str:
    marks = _BLOCK_MARKS.match(content)
    assert marks is not None
    # A number and a no-break space also begin a date (5. Mai); the second item of a list comes after the first.
    if marks["number"] and int(marks["number"]) != 1 and not _ORDERED_ITEM.match(previous):
        return content
    return _BLANK_RUN.sub(_as_one_space, marks[0]) + content[marks.end() :]


def _normalize_indent(indent: str) -> str:
    """Spaces for ``indent``; wide blanks alone never indent so far that the line would become code."""
    if not _ANY_BLANK.search(indent):
        return indent
    begin = len(indent) - len(indent.lstrip(" \t"))
    if len(indent[:begin].expandtabs(4)) > _MOST_SPACES:
        return _as_spaces(indent)
    return _as_spaces(indent)[:_MOST_SPACES]


def _as_spaces(blanks: "str | re.Match[str]") -> str:
    text = blanks if isinstance(blanks, str) else blanks[0]
    return "".join("\t" if character == "\t" else " " for character in text if character not in BIDI_CONTROLS)


def _as_one_space(blanks: re.Match[str]) -> str:
    return " " if _ANY_BLANK.search(blanks[0]) else blanks[0]
