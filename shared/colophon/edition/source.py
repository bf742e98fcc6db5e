"""A body's Markdown ready for the renderer, and the way from a place in the HTML back to a line of the file."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from colophon.edition.markdown import render_with_positions

WARNING_SIGN = "※"
_WARNING_LINE = re.compile(r" {0,3}※")
# A line that goes on from a warning: indented under it, and not the beginning of another block.
_CONTINUATION_LINE = re.compile(r"[ \t]+(?![ \t]|[-*+>#`~=_!※]|[0-9]+[.)])\S")
_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')
_CODE_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')


class MarkdownSource(Struct, frozen=True, dict=True):
    """``text`` is what the renderer reads: the file's from ``first_line`` on, with blank lines put in.

    ``added`` are those, as the renderer counts. Only problems are told with a line, so where the lines and blocks lie
    is not looked for before one is met.
    """

    text: str
    first_line: int
    added_lines: tuple[int, ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def file_line(self, line: int) -> int:
        """The file's line of the renderer's line ``line``, counted from 1; of one put in, that of the next."""
        rendered_line = min(max(line, 1), len(self.lines))
        return self.first_line + rendered_line - 1 - bisect_left(self.added_lines, rendered_line)

    @cached_property
    def html_with_positions(self) -> str:
        """The rendered text with the lines of its blocks."""
        return render_with_positions(self.text)

    def block_lines(self, offset: int) -> tuple[int, int]:
        """First and last line, as the renderer counts, of the block that begins last before ``offset`` of the HTML."""
        starts, lines = self._block_positions
        index = bisect_left(starts, offset)
        return lines[index - 1] if index else (1, 1)

    @cached_property
    def _block_positions(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Where each block begins in the rendered text without positions, and its first and last line."""
        starts: list[int] = []
        lines: list[tuple[int, int]] = []
        length = 0
        for found in _POSITION.finditer(self.html_with_positions):
            starts.append(found.start() - length)
            lines.append((int(found[1]), int(found[2])))
            length += len(found[0])
        return starts, lines


def prepare_source(body: str, first_line: int) -> MarkdownSource:
    """``body``, which begins in line ``first_line`` of the file, with blank lines around each source warning.

    A source warning is a line that begins with ※ (at most three spaces before it, not in code), and the lines
    that are indented under it.
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
    """The lines, counted from 1, that the renderer takes for code."""
    if not any(sign in body and sign * 3 in body for sign in "`~"):
        return set()
    return {
        line
        for first, last in _CODE_BLOCK.findall(render_with_positions(body))
        for line in range(int(first), int(last) + 1)
    }


def find_file_line(source: MarkdownSource, offset: int, spellings: Iterable[str]) -> int:
    """The file's line of what the renderer put at ``offset``: of one of its ``spellings``, else of its block."""
    first, last = source.block_lines(offset)
    for spelling in spellings:
        for line in range(first, min(last, len(source.lines)) + 1):
            if spelling and spelling in source.lines[line - 1]:
                return source.file_line(line)
    return source.file_line(first)
