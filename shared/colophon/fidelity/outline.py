"""The blocks of a text, with their lines: headings, paragraphs, list items, rows, source warnings and figures."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.blocks import html_to_text
from colophon.edition.code import CODE_ELEMENT
from colophon.edition.dialect import BREAK, SEPARATOR
from colophon.edition.source import MarkdownSource
from colophon.edition.warning_lines import WARNING_SIGN

BlockKind: TypeAlias = Literal["title", "heading", "paragraph", "item", "row", "code", "warning", "figure"]
_KINDS: dict[str, BlockKind] = {"p": "paragraph", "li": "item", "tr": "row", "pre": "code"}
_BLOCK = re.compile(r'<(h[1-6]|p|li|tr|pre)(?: [^>]*?)? ?data-sourcepos="(\d+):[^>]*>')
_IMAGE = re.compile(r'<img src="([^"]*)"[^>]*>')
_LINK = re.compile(r'<a href="(https?://[^"]*)"')
# What is a sign on the page, not text: the mark of a task, and the way back from a footnote.
_TASK = re.compile(r"\[[ \txX]\](?=(?P<image>(?:\s|<[^>]*>)*<img )|\s)")
_BACK_LINK = re.compile(r'<a href="#fnref-[^"]*" class="footnote-backref".*?</a>')


class TextBlock(Struct, frozen=True):
    """``number`` counts from 1 in the text, the title being 0, as ``number_blocks`` does; ``line`` is in the file.

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
        if BREAK in html:
            # Code shows a tag as it is written.
            html = CODE_ELEMENT.sub(lambda code: code[0].replace(BREAK, "&lt;br&gt;"), html).replace(BREAK, " ")
        text = html_to_text(html.replace(SEPARATOR, ""))
        file_line = source.file_line(line)
        if text:
            shown_kind: BlockKind = "warning" if text.startswith(WARNING_SIGN) else kind
            links = tuple(unescape(found) for found in _LINK.findall(html))
            blocks.append(TextBlock(shown_kind, len(blocks), file_line, text, links))
        for name in _IMAGE.findall(html):
            blocks.append(TextBlock("figure", len(blocks), file_line, figure=unquote(unescape(name))))
    return tuple(blocks)


def _split(html: str) -> Iterator[tuple[BlockKind, int, str]]:
    """Kind, line and HTML of each element that holds text; the first paragraph of a list's item is the item.

    A paragraph ends at an image, and another one begins after it, as on the page.
    """
    starts = list(_BLOCK.finditer(html))
    is_item = False
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        content = html[found.end() : following.start() if following else len(html)]
        if found[1] == "li" and not content.strip():
            is_item = True
            continue
        kind = "item" if is_item else _KINDS.get(found[1], "heading")
        is_item = False
        if kind == "item" and (task := _TASK.match(content)) and (found[1] == "li" or not task["image"]):
            content = content[task.end() :]
        if "footnote-backref" in content:
            content = _BACK_LINK.sub("", content)
        if found[1] != "p":
            yield kind, int(found[2]), content
            continue
        at = 0
        for end in (*(image.end() for image in _IMAGE.finditer(content)), len(content)):
            yield kind, int(found[2]) + content.count("\n", 0, at), content[at:end]
            at = end
