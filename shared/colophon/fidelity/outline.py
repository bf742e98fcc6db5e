"""The blocks of a text, with their lines: headings, paragraphs, list items, rows, source warnings and figures."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.blocks import html_to_text
from colophon.edition.dialect import BREAK, SEPARATOR
from colophon.edition.source import MarkdownSource
from colophon.edition.warning_lines import WARNING_SIGN

BlockKind: TypeAlias = Literal["title", "heading", "paragraph", "item", "row", "code", "warning", "figure"]
_KINDS: dict[str, BlockKind] = {"p": "paragraph", "li": "item", "tr": "row", "pre": "code"}
_BLOCK = re.compile(r'<(h[1-6]|p|li|tr|pre)(?: [^>]*?)? ?data-sourcepos="(\d+):[^>]*>')
_IMAGE = re.compile(r'<img src="([^"]*)"')
_LINK = re.compile(r'<a href="(https?://[^"]*)"')


class TextBlock(Struct, frozen=True):
    """``number`` counts from 1 in the text, the title being 0; ``line`` is in the file.

    ``text`` is plain; a figure has none, but the name of its image.
    """

    kind: BlockKind
    number: int
    line: int
    text: str = ""
    links: tuple[str, ...] = ()
    figure: str = ""


def read_outline(title: str, source: MarkdownSource, title_line: int = 1) -> tuple[TextBlock, ...]:
    """The title, and the blocks of ``source`` in order. ``title_line`` is the title's line in the file."""
    blocks = [TextBlock("title", 0, title_line, title)]
    for kind, line, html in _split(source.html_with_positions):
        text = html_to_text(html.replace(BREAK, " ").replace(SEPARATOR, ""))
        file_line = source.file_line(line)
        if text:
            shown_kind: BlockKind = "warning" if text.startswith(WARNING_SIGN) else kind
            links = tuple(unescape(found) for found in _LINK.findall(html))
            blocks.append(TextBlock(shown_kind, len(blocks), file_line, text, links))
        for name in _IMAGE.findall(html):
            blocks.append(TextBlock("figure", len(blocks), file_line, figure=unquote(unescape(name))))
    return tuple(blocks)


def _split(html: str) -> Iterator[tuple[BlockKind, int, str]]:
    """Kind, line and HTML of each element that holds text; the first paragraph of a list's item is the item."""
    starts = list(_BLOCK.finditer(html))
    is_item = False
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        content = html[found.end() : following.start() if following else len(html)]
        if found[1] == "li" and not content.strip():
            is_item = True
            continue
        kind = "item" if is_item else _KINDS.get(found[1], "heading")
        is_item = False
        yield kind, int(found[2]), content
