"""The blocks of an edition with their numbers: headings, paragraphs, list items, rows, warnings and figures."""

from collections.abc import Iterator, Sequence
from html import unescape
from typing import Literal, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.blocks import html_to_text
from colophon.edition.code import CODE_ELEMENT
from colophon.edition.dialect import BREAK, SEPARATOR
from colophon.edition.model import Block, Figure
from colophon.edition.numbers import number_blocks
from colophon.edition.source import MarkdownSource
from colophon.edition.warning_lines import WARNING_SIGN
from colophon.upload.lazy_pattern import compile_lazily

BlockKind: TypeAlias = Literal[
    "title", "excerpt", "heading", "paragraph", "item", "row", "code", "warning", "figure"
]  # fmt: skip
_KINDS: dict[str, BlockKind] = {"p": "paragraph", "li": "item", "tr": "row", "pre": "code"}
_NUMBERED = compile_lazily(r'<(h[2-4]|p|li|tr|pre|figure)(?: id="p(\d+)")?(?=[ >])[^>]*>')
_WITH_LINE = compile_lazily(r'<(h[1-6]|p|li|tr|pre)(?=[ >])[^>]*? data-sourcepos="(\d+):[^>]*>')
_IMAGE = compile_lazily(r'<img src="([^"]*)"[^>]*>')
# An address that leads out of the page; a footnote's does not.
_LINK = compile_lazily(r'<a href="(https?://[^"]*)"')
# What is a sign on the page, not text: the mark of a task, and the way back from a footnote.
_TASK = compile_lazily(r"\[[ \txX]\](?=(?P<image>(?:\s|<[^>]*>)*<img )|\s)")
_BACK_LINK = compile_lazily(r'<a href="#fnref-[^"]*" class="footnote-backref".*?</a>')


class PlacedBlock(Struct, frozen=True):
    """A block that a reader sees as one. ``number`` counts from 1 through the body, and is in its id on the page."""

    kind: BlockKind
    number: int
    text: str
    links: tuple[str, ...] = ()
    figure: str = ""


def place_blocks(blocks: Sequence[Block]) -> Iterator[PlacedBlock]:
    """The blocks of an edition that ``number_blocks`` numbers."""
    figures = (block for block in blocks if isinstance(block, Figure))
    numbered = zip(blocks, number_blocks(blocks), strict=True)
    html = "".join(f'<figure id="{text}">' if isinstance(block, Figure) else text for block, text in numbered)
    parts = _NUMBERED.split(html)
    in_item = False
    for at in range(1, len(parts), 3):
        tag, number, content = parts[at], int(parts[at + 1] or 0), parts[at + 2]
        if tag == "figure":
            figure = next(figures)
            text = f"{figure.alt}\n{figure.caption}".strip()
            yield PlacedBlock("figure", number, text, figure=figure.name)
            continue
        if number:
            if parts[at + 3 : at + 4] == ["figure"]:
                content += _find_text_after_figures(parts, at)
            text = html_to_text(content)
            links = tuple(map(unescape, _LINK.findall(content))) if "<a " in content else ()
            yield PlacedBlock(_find_kind(tag, text, in_item=in_item), number, text, links)
        in_item = tag == "li" and not number


def _find_text_after_figures(parts: Sequence[str], at: int) -> str:
    """What belongs to the element that begins at ``at`` after figures in it: text of the same item follows them."""
    following = at + 3
    while following < len(parts) and parts[following] == "figure":
        following += 3
    return "\n".join(["", *parts[at + 5 : following : 3]])


def find_block_lines(source: MarkdownSource) -> Iterator[tuple[str, int]]:
    """Text, or name of the image, and line in the file of each block, in order, as ``place_blocks`` numbers them."""
    for content, line in _split_by_line(source.html_with_positions):
        file_line = source.file_line(line)
        if BREAK in content:
            # Code shows a tag as it is written.
            content = CODE_ELEMENT.sub(lambda code: code[0].replace(BREAK, "&lt;br&gt;"), content).replace(BREAK, " ")
        if text := html_to_text(content.replace(SEPARATOR, "")):
            yield text, file_line
        for name in _IMAGE.findall(content):
            yield unquote(unescape(name)), file_line


def _find_kind(tag: str, text: str, *, in_item: bool) -> BlockKind:
    """The first paragraph of a list's item is the item."""
    if text.startswith(WARNING_SIGN):
        return "warning"
    return "item" if in_item else _KINDS.get(tag, "heading")


def _split_by_line(html: str) -> Iterator[tuple[str, int]]:
    """Content and line of each element that may hold text.

    A paragraph ends at an image, and another one begins after it, as on the page.
    """
    starts = list(_WITH_LINE.finditer(html))
    in_item = False
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        content = html[found.end() : following.start() if following else len(html)]
        is_list_item = found[1] == "li"
        if (in_item or is_list_item) and (task := _TASK.match(content)) and (is_list_item or not task["image"]):
            content = content[task.end() :]
        in_item = is_list_item and not content.strip()
        if "footnote-backref" in content:
            content = _BACK_LINK.sub("", content)
        if found[1] != "p":
            yield content, int(found[2])
            continue
        at = 0
        for end in (*(image.end() for image in _IMAGE.finditer(content)), len(content)):
            yield content[at:end], int(found[2]) + content.count("\n", 0, at)
            at = end
