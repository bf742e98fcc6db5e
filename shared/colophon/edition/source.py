"""A body's text made ready for the renderer: every ※ line a paragraph of its own, and the file's line of each line."""

import re
from dataclasses import dataclass

from colophon.edition.markdown import rendered

WARNING_SIGN = "※"
_WARNING = re.compile(r" {0,3}※")
# A line that goes on from a warning: indented under it, and not the beginning of another block.
_HANGING = re.compile(r"[ \t]+(?![ \t]|[-*+>#`~=_!※]|[0-9]+[.)])\S")
_CODE = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')


@dataclass(frozen=True, slots=True)
class Source:
    """``lines`` are what the renderer reads; ``numbers`` are the lines of the file that they came from."""

    lines: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def number(self, line: int) -> int:
        """The file's line of the renderer's line ``line``, counted from 1."""
        return self.numbers[min(max(line, 1), len(self.numbers)) - 1]


def source_of(body: str, first_line: int) -> Source:
    """``body``, which begins in line ``first_line`` of the file, with blank lines around each source warning.

    A source warning is a line that begins with ※ (at most three spaces before it, not in code), and the lines
    that are indented under it.
    """
    lines = body.split("\n")
    numbers = range(first_line, first_line + len(lines))
    if WARNING_SIGN not in body:
        return Source(tuple(lines), tuple(numbers))
    code = _code_lines(body)
    ready: list[str] = []
    ready_numbers: list[int] = []
    in_warning = False
    for place, (line, number) in enumerate(zip(lines, numbers, strict=True), start=1):
        if in_warning or WARNING_SIGN in line:
            begins = WARNING_SIGN in line and place not in code and _WARNING.match(line) is not None
            goes_on = in_warning and not begins and _HANGING.match(line) is not None
            if begins or (in_warning and not goes_on):
                ready.append("")
                ready_numbers.append(number)
            in_warning = begins or goes_on
        ready.append(line.lstrip(" \t") if in_warning else line)
        ready_numbers.append(number)
    return Source(tuple(ready), tuple(ready_numbers))


def _code_lines(body: str) -> set[int]:
    """The lines, counted from 1, that the renderer takes for code."""
    if "```" not in body and "~~~" not in body:
        return set()
    return {line for first, last in _CODE.findall(rendered(body)) for line in range(int(first), int(last) + 1)}
