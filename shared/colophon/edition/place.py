"""From a place in the rendered HTML back to a line of the file."""

from collections.abc import Iterable

from colophon.edition.source import Source


def file_line(source: Source, offset: int, spellings: Iterable[str]) -> int:
    """The file's line of what the renderer put at ``offset``: of one of its ``spellings``, else of its block."""
    first, last = source.block_lines(offset)
    for spelling in spellings:
        for line in range(first, min(last, len(source.lines)) + 1):
            if spelling and spelling in source.lines[line - 1]:
                return source.number(line)
    return source.number(first)
