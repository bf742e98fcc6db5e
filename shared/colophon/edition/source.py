"""A body's Markdown ready for the renderer, and the way from a place in the HTML back to a line of the file."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from colophon.edition.markdown import with_positions

WARNING_SIGN = "※"
_WARNING = re.compile(r" {0,3}※")
# A line that goes on from a warning: indented under it, and not the beginning of another block.
_HANGING = re.compile(r"[ \t]+(?![ \t]|[-*+>#`~=_!※]|[0-9]+[.)])\S")
_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')
_CODE = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')


class Source(Struct, frozen=True, dict=True):
    """``text`` is what the renderer reads: the file's from ``first_line`` on, with blank lines put in.

    ``added`` are those, as the renderer counts. Only problems are told with a line, so where the lines and blocks lie
    is not looked for before one is met.
    """

    text: str
    first_line: int
    added: tuple[int, ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def number(self, line: int) -> int:
        """The file's line of the renderer's line ``line``, counted from 1; of one put in, that of the next."""
        known = min(max(line, 1), len(self.lines))
        return self.first_line + known - 1 - bisect_left(self.added, known)

    @cached_property
    def positioned(self) -> str:
        """The rendered text with the lines of its blocks."""
        return with_positions(self.text)

    def block_lines(self, offset: int) -> tuple[int, int]:
        """First and last line, as the renderer counts, of the block that begins last before ``offset`` of the HTML."""
        starts, lines = self._blocks
        place = bisect_left(starts, offset)
        return lines[place - 1] if place else (1, 1)

    @cached_property
    def _blocks(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Where each block begins in the rendered text without positions, and its first and last line."""
        starts: list[int] = []
        lines: list[tuple[int, int]] = []
        length = 0
        for found in _POSITION.finditer(self.positioned):
            starts.append(found.start() - length)
            lines.append((int(found[1]), int(found[2])))
            length += len(found[0])
        return starts, lines


def source_of(body: str, first_line: int) -> Source:
    """``body``, which begins in line ``first_line`` of the file, with blank lines around each source warning.

    A source warning is a line that begins with ※ (at most three spaces before it, not in code), and the lines
    that are indented under it.
    """
    if WARNING_SIGN not in body:
        return Source(body, first_line)
    code = _code_lines(body)
    begin = body.rfind("\n", 0, body.index(WARNING_SIGN)) + 1
    before = body.count("\n", 0, begin)
    ready: list[str] = []
    added: list[int] = []
    in_warning = False
    for place, line in enumerate(body[begin:].split("\n"), start=before + 1):
        begins = WARNING_SIGN in line and place not in code and _WARNING.match(line) is not None
        goes_on = in_warning and not begins and _HANGING.match(line) is not None
        if begins or (in_warning and not goes_on):
            ready.append("")
            added.append(before + len(ready))
        in_warning = begins or goes_on
        ready.append(line.lstrip(" \t") if in_warning else line)
    return Source(body[:begin] + "\n".join(ready), first_line, tuple(added))


def _code_lines(body: str) -> set[int]:
    """The lines, counted from 1, that the renderer takes for code."""
    if not any(sign in body and sign * 3 in body for sign in "`~"):
        return set()
    return {line for first, last in _CODE.findall(with_positions(body)) for line in range(int(first), int(last) + 1)}


def file_line(source: Source, offset: int, spellings: Iterable[str]) -> int:
    """The file's line of what the renderer put at ``offset``: of one of its ``spellings``, else of its block."""
    first, last = source.block_lines(offset)
    for spelling in spellings:
        for line in range(first, min(last, len(source.lines)) + 1):
            if spelling and spelling in source.lines[line - 1]:
                return source.number(line)
    return source.number(first)
