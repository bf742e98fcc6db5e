"""Finds the code in a body's Markdown: what stands in it is shown as it is written."""

import re
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property

from colophon.upload.lazy_pattern import compile_lazily

# Rendered code: a span, or the content of a block.
CODE_ELEMENT = compile_lazily(r"<code>.*?</code>", re.DOTALL)
_CODE_BLOCK = compile_lazily(r'<pre data-sourcepos="(\d+):\d+-(\d+):')
_BACKTICKS = compile_lazily(r"`+")
# A code span can't contain the end of its block. These are the usual beginnings of the next one.
_BLOCK_END = compile_lazily(r"\n(?=[ \t]*(?:\n|[-*+>#|]|[0-9]{1,9}[.)]|```|~~~))")


def find_code_lines(html: str) -> set[int]:
    """The lines of code blocks in ``html``, which was rendered with positions, from 1."""
    return {line for first, last in _CODE_BLOCK.findall(html) for line in range(int(first), int(last) + 1)}


class CodeMap:
    """The offsets of the code in ``body``; ``code_lines`` are the lines of its code blocks."""

    def __init__(self, body: str, code_lines: set[int]) -> None:
        self._body = body
        self._code_lines = code_lines

    def block_end(self, offset: int) -> int:
        """The offset after the line at ``offset`` if that is a line of a code block, else ``offset``."""
        line = self.line_of(offset)
        if line not in self._code_lines:
            return offset
        return self._line_starts[line] if line < len(self._line_starts) else len(self._body)

    def span_end(self, offset: int) -> int:
        """The offset after the code span that begins at ``offset``, the first of its backticks, or after these.

        Source: CommonMark 0.31.2, 6.1: a span ends at the next run of as many backticks.
        """
        opening = _BACKTICKS.match(self._body, offset)
        assert opening is not None
        runs = self._backtick_runs[len(opening[0])]
        index = bisect_right(runs, offset)
        if index == len(runs) or bisect_right(self._ends, runs[index]) != bisect_right(self._ends, offset):
            return opening.end()
        return runs[index] + len(opening[0])

    def line_ends(self, offset: int) -> tuple[int, int]:
        """The offsets of the first character of the line at ``offset``, and of its newline or the end of the body."""
        line = self.line_of(offset)
        end = self._line_starts[line] - 1 if line < len(self._line_starts) else len(self._body)
        return self._line_starts[line - 1], end

    def line_of(self, offset: int) -> int:
        """The number of the line at ``offset``, from 1."""
        return bisect_right(self._line_starts, offset)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._body))]

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in _BLOCK_END.finditer(self._body)]

    @cached_property
    def _backtick_runs(self) -> dict[int, list[int]]:
        runs: dict[int, list[int]] = defaultdict(list)
        for match in _BACKTICKS.finditer(self._body):
            runs[len(match[0])].append(match.start())
        return runs
