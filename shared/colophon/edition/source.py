"""Prepares a body's Markdown for the renderer, and finds the file's line of a place in the rendered HTML."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from colophon.edition.code import find_code_lines
from colophon.edition.dialect import Translated, is_plain, translate_dialect
from colophon.edition.invisible import normalize_blanks
from colophon.edition.markdown import render_markdown, render_plain, render_with_positions
from colophon.edition.warning_lines import isolate_warnings
from colophon.problem import Problem

# What only words are made of, and signs that most texts have.
_ORDINARY = bytes(code for code in range(0x80) if chr(code) not in "!#$%&*<=>[\\]^_`{|}~\t")
_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')


class MarkdownSource(Struct, frozen=True, dict=True):
    """``text`` is the renderer's input: the file from ``first_line`` on, with blank lines added.

    ``added_lines`` are the numbers of the added lines in ``text``, from 1, sorted. ``line_numbers`` says for each other
    line which one of the body it comes from, from 1; empty if none has moved. ``plain``: see ``is_plain``; ``signs``:
    see ``find_signs``. Positions are computed only on demand, because only problems need them.
    """

    text: str
    first_line: int
    added_lines: tuple[int, ...] = ()
    line_numbers: tuple[int, ...] = ()
    plain: bool = False
    signs: str = ""

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

    def render(self) -> str:
        """The rendered HTML."""
        return render_plain(self.text) if self.plain else render_markdown(self.text)

    @cached_property
    def code_lines(self) -> set[int]:
        """The lines in ``text`` of code blocks, from 1."""
        return find_code_lines(self.html_with_positions)

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


def find_signs(text: str) -> str:
    """The characters of ``text`` that may have a meaning in Markdown or are not ASCII, in order.

    Quick tests search these few instead of all of the text.
    """
    return text.encode().translate(None, _ORDINARY).decode()


def prepare_source(body: str, first_line: int) -> tuple[MarkdownSource, tuple[Problem, ...]]:
    """``body``, which begins in line ``first_line`` of the file, as it was meant, and what is wrong with its signs.

    Invisible signs go first, because they would hide all others. Each source warning becomes a block of its own.
    """
    signs = find_signs(body)
    body = normalize_blanks(body, signs)
    plain = is_plain(body, signs)
    translated = Translated(body) if plain else translate_dialect(body, first_line)
    isolated = isolate_warnings(translated.text, signs)
    source = MarkdownSource(isolated.text, first_line, isolated.added, translated.line_numbers, plain, signs)
    return source, translated.problems


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
