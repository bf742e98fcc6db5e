"""From a place in the rendered HTML back to a line of the file."""

import re
from collections.abc import Iterable

from colophon.edition.source import Source

_POSITION = re.compile(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')


def block_lines(html: str, offset: int) -> tuple[int, int]:
    """First and last line, as the renderer counts, of the block that begins last before ``offset``."""
    at = html.rfind(' data-sourcepos="', 0, offset)
    found = _POSITION.match(html, at) if at >= 0 else None
    return (int(found[1]), int(found[2])) if found else (1, 1)


def file_line(source: Source, html: str, offset: int, spellings: Iterable[str]) -> int:
    """The file's line of what the renderer put at ``offset``: of one of its ``spellings``, else of its block."""
    first, last = block_lines(html, offset)
    for spelling in spellings:
        for line in range(first, min(last, len(source.lines)) + 1):
            if spelling and spelling in source.lines[line - 1]:
                return source.number(line)
    return source.number(first)


def without_positions(html: str) -> str:
    """``html`` without what the renderer says of its source."""
    return _POSITION.sub("", html)
