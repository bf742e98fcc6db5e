"""The blocks of an edition's HTML with their numbers: headings, paragraphs, list items, rows, warnings and figures."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.blocks import html_to_text
from colophon.edition.dialect import BREAK, SEPARATOR
from colophon.edition.model import Block, Figure
from colophon.edition.source import MarkdownSource
from colophon.edition.warning_lines import WARNING_SIGN

BlockKind: TypeAlias = Literal[
    "title", "excerpt", "heading", "paragraph", "item", "row", "code", "warning", "figure"
]  # fmt: skip
_KINDS: dict[str, BlockKind] = {"p": "paragraph", "li": "item", "tr": "row", "pre": "code"}
_BLOCK = re.compile(r'<(h[1-6]|p|li|tr|pre)(?=[ >])(?:[^>]*? data-sourcepos="(\d+):)?[^>]*>')
_IMAGE = re.compile(r'<img src="([^"]*)"')
# An address that leads out of the page; a footnote's does not.
_LINK = re.compile(r'<a href="(https?://[^"]*)"')


class PlacedBlock(Struct, frozen=True):
    """A block that a reader sees as one, and where it stands.

    ``number`` counts from 1 through the body. ``index`` is the place in the edition's ``blocks``; there its opening tag
    begins at ``start`` of the HTML, and its content ends at ``end``. A figure is a block of its own, without places.
    """

    kind: BlockKind
    number: int
    index: int
    start: int
    end: int
    text: str
    links: tuple[str, ...] = ()
    figure: str = ""


def place_blocks(blocks: Iterable[Block]) -> Iterator[PlacedBlock]:
    """The numbered blocks of an edition. Elements without text are none."""
    number = 0
    for index, block in enumerate(blocks):
        if isinstance(block, Figure):
            number += 1
            text = f"{block.alt}\n{block.caption}".strip()
            yield PlacedBlock("figure", number, index, 0, 0, text, figure=block.name)
            continue
        for kind, start, end, content, _ in _split(block.html):
            if text := html_to_text(content):
                number += 1
                links = tuple(unescape(found) for found in _LINK.findall(content))
                yield PlacedBlock(_warning_or(kind, text), number, index, start, end, text, links)


def find_block_lines(source: MarkdownSource) -> Iterator[tuple[str, int]]:
    """Text, or name of the image, and line in the file of each block, in order, as ``place_blocks`` numbers them."""
    for _, _, _, content, line in _split(source.html_with_positions):
        file_line = source.file_line(line)
        if text := html_to_text(content.replace(BREAK, " ").replace(SEPARATOR, "")):
            yield text, file_line
        for name in _IMAGE.findall(content):
            yield unquote(unescape(name)), file_line


def _warning_or(kind: BlockKind, text: str) -> BlockKind:
    return "warning" if text.startswith(WARNING_SIGN) else kind


def _split(html: str) -> Iterator[tuple[BlockKind, int, int, str, int]]:
    """Kind, start, end, content and source line of each element that may hold text.

    The first paragraph of a list's item is the item.
    """
    starts = list(_BLOCK.finditer(html))
    item: re.Match[str] | None = None
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        end = following.start() if following else len(html)
        content = html[found.end() : end]
        if found[1] == "li" and not content.strip():
            item = found
            continue
        kind = "item" if item else _KINDS.get(found[1], "heading")
        yield kind, (item or found).start(), end, content, int(found[2] or 1)
        item = None
