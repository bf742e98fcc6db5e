"""Prepares a body's Markdown for the renderer, and finds the file's line of a place in the rendered HTML."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from colophon.edition.invisible import normalize_blanks
from colophon.edition.markdown import render_with_positions
from colophon.edition.warning_lines import isolate_warnings

_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')


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
    """``body``, which begins in line ``first_line`` of the file, without invisible signs that would hide its marks.

    Each source warning in it becomes a block of its own.
    """
    prepared = isolate_warnings(normalize_blanks(body))
    return MarkdownSource(prepared.text, first_line, prepared.added)


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
