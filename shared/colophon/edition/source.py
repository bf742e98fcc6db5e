"""Prepares a body's Markdown for the renderer, and finds the file's line of a place in the rendered HTML."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from colophon.edition.markdown import render_with_positions

WARNING_SIGN = "※"
_WARNING_LINE = re.compile(r" {0,3}※")
# A line that continues a warning: indented, and not the beginning of another block.
_CONTINUATION_LINE = re.compile(r"[ \t]+(?![ \t]|[-*+>#`~=_!※]|[0-9]+[.)])\S")
_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')
_CODE_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')


class MarkdownSource(Struct, frozen=True, dict=True):
    """``text`` is the renderer's input: the file from ``first_line`` on, with blank lines added.

    ``added_lines`` are the numbers of the added lines in ``text``, from 1, sorted. ``line_numbers`` says for each other
    line which one of the body it comes from, from 1; empty if none has moved. Positions are computed only on demand,
    because only problems need them.
    """

    text: str
    first_line: int
    added_lines: tuple[int, ...] = ()
    line_numbers: tuple[int, ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def file_line(self, line: int) -> int:
        """The line in the file for ``line`` of ``text``, both from 1; for an added line, that of the next one."""
        rendered_line = min(max(line, 1), len(self.lines))
        number = rendered_line - bisect_left(self.added_lines, rendered_line)
        if self.line_numbers:
            number = self.line_numbers[min(number, len(self.line_numbers)) - 1]
        return self.first_line + number - 1

    @cached_property
    def html_with_positions(self) -> str:
        """The rendered HTML with the source lines of its blocks."""
        return render_with_positions(self.text)

    def block_lines(self, offset: int) -> tuple[int, int]:
        """First and last line in ``text`` of the last block that begins before ``offset`` of the rendered HTML."""
        starts, lines = self._block_positions
        index = bisect_left(starts, offset)
        return lines[index - 1] if index else (1, 1)

    @cached_property
    def _block_positions(self) -> tuple[list[int], list[tuple[int, int]]]:
        """The offset of each block in the HTML without positions, and its first and last line in ``text``."""
        starts: list[int] = []
        lines: list[tuple[int, int]] = []
        length = 0
        for match in _POSITION.finditer(self.html_with_positions):
            starts.append(match.start() - length)
            lines.append((int(match[1]), int(match[2])))
            length += len(match[0])
        return starts, lines


def prepare_source(body: str, first_line: int) -> MarkdownSource:
    """``body``, which begins in line ``first_line`` of the file, with blank lines around each source warning.

    A source warning is a line that begins with ※ after at most three spaces, outside code blocks, and the indented
    lines after it. The blank lines make it a paragraph of its own.
    """
    if WARNING_SIGN not in body:
        return MarkdownSource(body, first_line)
    code = _find_code_lines(body)
    begin = body.rfind("\n", 0, body.index(WARNING_SIGN)) + 1
    before = body.count("\n", 0, begin)
    lines: list[str] = []
    added: list[int] = []
    in_warning = False
    for number, line in enumerate(body[begin:].split("\n"), start=before + 1):
        starts_warning = WARNING_SIGN in line and number not in code and _WARNING_LINE.match(line) is not None
        continues_warning = in_warning and not starts_warning and _CONTINUATION_LINE.match(line) is not None
        if starts_warning or (in_warning and not continues_warning):
            lines.append("")
            added.append(before + len(lines))
        in_warning = starts_warning or continues_warning
        lines.append(line.lstrip(" \t") if in_warning else line)
    return MarkdownSource(body[:begin] + "\n".join(lines), first_line, tuple(added))


def _find_code_lines(body: str) -> set[int]:
    """The lines of code blocks, from 1."""
    if not any(sign in body and sign * 3 in body for sign in "`~"):
        return set()
    return {
        line
        for first, last in _CODE_BLOCK.findall(render_with_positions(body))
        for line in range(int(first), int(last) + 1)
    }


def find_file_line(source: MarkdownSource, offset: int, spellings: Iterable[str]) -> int:
    """The line in the file of what is at ``offset`` of the rendered HTML.

    It is the first line of the block that contains one of ``spellings``, tried in order, else the block's first line.
    """
    first, last = source.block_lines(offset)
    for spelling in spellings:
        for line in range(first, min(last, len(source.lines)) + 1):
            if spelling and spelling in source.lines[line - 1]:
                return source.file_line(line)
    return source.file_line(first)
