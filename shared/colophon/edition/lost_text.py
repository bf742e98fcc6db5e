"""Warns of text that Markdown reads and the page does not show: definitions of links, and cells beyond a table."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import islice

from colophon.edition.source import MarkdownSource
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.lazy_pattern import compile_lazily

_MAX_WARNINGS = 10
# CommonMark 0.31.2, 4.7. A label that begins with ^ is that of a footnote.
_DEFINITION = compile_lazily(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*(\S*)")
_LABEL = compile_lazily(r"\[((?:[^\[\]\\]|\\.)+)\]")
_SHOWN_LABEL = compile_lazily(r"\[([^\[\]]+)\]:")
# People write comments so: [//]: # (words).
_COMMENT_TARGETS = ("#", "<>")
_TAG = compile_lazily(r"<[^>]*>")
_SIGNS = str.maketrans("", "", "*_`~\\")
_TABLE = compile_lazily(
    r'<table data-sourcepos="(\d+):\d+-\d+:\d+">\n<thead>(?P<head>.*?)</thead>(?P<body>.*?)</table>', re.DOTALL
)
_ROW = compile_lazily(r'<tr data-sourcepos="(\d+):(\d+)-')
# The signs of quotes and lists before a row.
_CONTAINERS = " \t>*+-"
_ESCAPED = compile_lazily(r"\\.")


def check_lost_text(source: MarkdownSource, html: str) -> Iterator[Problem]:
    """A warning for each place of ``source``, rendered as ``html``, whose words readers would not see as meant."""
    if "]:" in source.text:
        yield from islice(_find_lost_definitions(source, html), _MAX_WARNINGS)
    if "<table>" in html and _may_lose_cells(source.lines):
        yield from islice(_find_lost_cells(source), _MAX_WARNINGS)


def _find_lost_definitions(source: MarkdownSource, html: str) -> Iterator[Problem]:
    """Definitions of links to which nothing refers. Those within a paragraph are text of the page."""
    found = [(number, match) for number, line in enumerate(source.lines, 1) if (match := _DEFINITION.match(line))]
    if not found:
        return
    # Each text is searched once: a search for each label would take minutes for a long list of them.
    written = Counter(label.casefold() for label in _LABEL.findall(source.text))
    defined = Counter(match[1].casefold() for _, match in found)
    shown = set(_SHOWN_LABEL.findall(unescape(_TAG.sub("", html)).translate(_SIGNS)))
    for number, match in found:
        label, target = match[1], match[2]
        is_used = written[label.casefold()] > defined[label.casefold()]
        if is_used or target in _COMMENT_TARGETS or label.translate(_SIGNS) in shown:
            continue
        sign = display_value(f"[{label}]: {target}")
        what = f"“{sign}” is read as the address of a link that nothing refers to, so the page leaves it out."
        fix = "Put a backslash before the first bracket to show the line, or delete it."
        yield Problem(what, fix, line=source.file_line(number), severity="warning")


def _may_lose_cells(lines: list[str]) -> bool:
    """Whether rows differ in their cells, or a line of words follows one: finding the tables takes another parse."""
    widths: set[int] = set()
    is_row = False
    for line in lines:
        if "|" in line:
            is_row = True
            widths.add(len(_split_row(line.lstrip(_CONTAINERS))))
        elif is_row:
            if line.strip(_CONTAINERS):
                return True
            is_row = False
    return len(widths) > 1


def _find_lost_cells(source: MarkdownSource) -> Iterator[Problem]:
    """Rows of tables with more cells than the header has, which GitHub's Markdown leaves out, and lines without any."""
    for table in _TABLE.finditer(source.html_with_positions):
        width = table["head"].count("</th>")
        for row in _ROW.finditer(table["body"]):
            line = source.lines[int(row[1]) - 1][int(row[2]) - 1 :]
            cells = _split_row(line)
            if width > 1 and len(cells) == 1 and "|" not in line:
                what = f"“{display_value(line.strip())}” becomes a row of the table above it."
                fix = "Put a blank line between the table and the text below it."
            elif lost := " ".join(" ".join(cells[width:]).split()):
                sign = display_value(lost)
                what = f"This row has more cells than the table has columns, so the page leaves “{sign}” out."
                fix = (
                    "Add the columns to the header and the line of hyphens, or put \\ before each | that is no border."
                )
            else:
                continue
            yield Problem(what, fix, line=source.file_line(int(row[1])), severity="warning")


def _split_row(line: str) -> list[str]:
    """The cells of a row as it is written (GitHub Flavored Markdown 0.29, 4.10)."""
    text = line.strip().removeprefix("|")
    # An escaped sign is as long as what stands for it here, so that the ends of cells stay where they are.
    masked = _ESCAPED.sub("--", text)
    ends = [index for index, sign in enumerate(masked) if sign == "|"]
    starts = [0, *(end + 1 for end in ends)]
    cells = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return cells if cells[-1].strip() else cells[:-1]
