"""What GitHub adds to Markdown, as elements of a page: tables, footnotes, task lists."""

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import unquote

from colophon.edition.source import MarkdownSource
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.limits import MAX_FOOTNOTE_MARKS, MAX_TABLE_CELLS

_TABLE = compile_lazily(r"<table>\n<thead>\n(?P<head>.*?)</thead>(?P<body>.*?)</table>", re.DOTALL)
_HEADER_CELL = compile_lazily(r"<th(?: align=\"[a-z]+\")?>(.*?)</th>", re.DOTALL)
# Marks of footnotes, tags, and the characters that stand for a break or a figure.
_NO_WORDS = compile_lazily(r"<sup.*?</sup>|<[^>]*>|[\x01-\x03]", re.DOTALL)
# A table of more columns scrolls on a small screen: its cells would be too narrow for words.
_MOST_COLUMNS = 3
_LONGEST_LABEL = 120
# cmark-gfm 0.29.0.gfm.13 has an extension for tasks, but it sees none in quotes, and takes [x] anywhere in the line,
# as in the text of a link, for a tick. Source of the form: GitHub Flavored Markdown 0.29, 5.3.
_TASK = compile_lazily(r"<li>(\n<p>)?\[([ \txX])\](?=\s)")
_FOOTNOTE_PART = compile_lazily(
    r'<sup class="footnote-ref"><a href="#fn-(?P<label>[^"]*)" id="fnref-(?P<anchor>[^"]*)" data-footnote-ref>'
    r"(?P<mark>[0-9]+)</a></sup>"
    r'|<a href="#fnref-[^"]*" class="footnote-backref" data-footnote-backref'
    r' data-footnote-backref-idx="(?P<back>[0-9-]+)" aria-label="[^"]*">↩'
    r'(?:<sup class="footnote-ref">(?P<time>[0-9]+)</sup>)?</a>'
    r'|<li id="fn-(?P<note>[^"]*)">'
)
_FOOTNOTES = '<section class="footnotes" data-footnotes>'
_FOOTNOTE_MARK = " data-footnote-ref>"
_DEFINITION = compile_lazily(r"[ \t>]*(?:[-*+][ \t]+)?\[\^([^\]\s]+)\]:")
_DELIMITER_ROW = compile_lazily(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\||$)")
_MAX_WARNINGS = 10


def render_extensions(html: str, anchors: frozenset[str]) -> str:
    """``html``, a part of what the renderer made, with page elements for tables, footnotes and task lists.

    ``anchors`` come from ``find_anchors`` and the whole HTML.
    """
    if "<table>" in html:
        html = _TABLE.sub(_render_table, html)
    if "footnote" in html:
        html = _render_footnotes(html, anchors)
    return _TASK.sub(_render_task, html) if "<li>" in html else html


def _render_table(match: re.Match[str]) -> str:
    """A table whose header cells name their columns to screen readers (WCAG 2.2, technique H63)."""
    names = [unescape(_NO_WORDS.sub("", cell)).strip() for cell in _HEADER_CELL.findall(match["head"])]
    head = f"<thead>\n{match['head']}</thead>" if any(names) else ""
    html = f"<table>\n{head}{match['body']}</table>"
    for cell, scope in (("th", ' scope="col"'), ("td", "")):
        html = html.replace(f'<{cell} align="', f'<{cell}{scope} class="').replace(f"<{cell}>", f"<{cell}{scope}>")
    html = re.sub(r"<th [^>]*></th>", "<td></td>", html)
    if len(names) <= _MOST_COLUMNS:
        return html
    label = escape(", ".join(name for name in names if name)[:_LONGEST_LABEL])
    return f'<div class="wide-table" role="group" tabindex="0" aria-label="{label}">{html}</div>'


def _render_task(match: re.Match[str]) -> str:
    """A sign that can be read aloud, as no reader can tick a task of the text."""
    sign = '<span class="done">☑</span>' if match[2] in "xX" else '<span class="open">☐</span>'
    return f'<li class="task">{match[1] or ""}{sign}'


def find_anchors(html: str) -> frozenset[str]:
    """The marks of footnotes in the rendered ``html``: ``1``, and ``1-2`` for the second one of footnote 1."""
    if _FOOTNOTE_MARK not in html:
        return frozenset()
    return frozenset(_anchor(match) for match in _FOOTNOTE_PART.finditer(html) if match["mark"])


def _anchor(match: re.Match[str]) -> str:
    """The renderer makes ids of labels, which may clash. These are made of numbers."""
    return match["mark"] + match["anchor"].removeprefix(match["label"])


def _render_footnotes(html: str, anchors: frozenset[str]) -> str:
    number = 0

    def render(match: re.Match[str]) -> str:
        nonlocal number
        if match["mark"]:
            mark, anchor = match["mark"], _anchor(match)
            return f'<sup><a href="#fn-{mark}" id="fnref-{anchor}" role="doc-noteref">{mark}</a></sup>'
        if match["back"]:
            # A mark in the alternative text of an image is not on the page.
            link = f'<a href="#fnref-{match["back"]}" role="doc-backlink">↩{match["time"] or ""}</a>'
            return link if match["back"] in anchors else ""
        number += 1
        return f'<li id="fn-{number}">'

    return _FOOTNOTE_PART.sub(render, html).replace(_FOOTNOTES, '<section class="footnotes">')


def check_sizes(source: MarkdownSource, html: str) -> Problem | None:
    """The problem of tables or footnotes that are too many to read, or None.

    A short row is filled up to the width of its table, and each mark of a footnote becomes two links, so a text of
    256 kB could become a page of many megabytes.
    """
    cells = html.count("</td>") + html.count("</th>") if "<table>" in html else 0
    if cells > MAX_TABLE_CELLS:
        what = f"The tables have {cells:,} cells; at most {MAX_TABLE_CELLS:,} are allowed."
        return _size_problem(source, what, "Remove rows or columns, or split the post.", _DELIMITER_ROW)
    marks = html.count(_FOOTNOTE_MARK)
    if marks > MAX_FOOTNOTE_MARKS:
        what = f"The text refers to footnotes {marks:,} times; at most {MAX_FOOTNOTE_MARKS:,} are allowed."
        return _size_problem(source, what, "Use fewer footnotes, or split the post.", compile_lazily(r".*\[\^"))
    return None


def _size_problem(source: MarkdownSource, what: str, fix: str, sign: re.Pattern[str]) -> Problem:
    line = next((number for number, line in enumerate(source.lines, start=1) if sign.match(line)), 1)
    return Problem(what, fix, line=source.file_line(line))


def check_footnotes(source: MarkdownSource, html: str) -> Iterator[Problem]:
    """A warning for each footnote that the page does not show."""
    if "[^" not in source.text:
        return
    shown = {unescape(unquote(match["note"])).casefold() for match in _FOOTNOTE_PART.finditer(html) if match["note"]}
    defined: set[str] = set()
    found = 0
    for number, line in enumerate(source.lines, start=1):
        match = _DEFINITION.match(line) if "[^" in line and number not in source.code_lines else None
        if match and (problem := _check_definition(match[1], shown, defined)):
            what, fix = problem
            yield Problem(what, fix, line=source.file_line(number), severity="warning")
            found += 1
            if found == _MAX_WARNINGS:
                break


def _check_definition(label: str, shown: set[str], defined: set[str]) -> tuple[str, str] | None:
    is_repeated = label.casefold() in defined
    defined.add(label.casefold())
    mark = f"[^{display_value(label)}]"
    if is_repeated:
        return (
            f"There is another footnote {mark} above, so the page leaves this one out.",
            "Give it a label of its own.",
        )
    if label.casefold() not in shown:
        what = f"Nothing in the text refers to the footnote {mark}, so the page leaves it out."
        return what, f"Write {mark} where the footnote belongs, or delete it."
    return None
