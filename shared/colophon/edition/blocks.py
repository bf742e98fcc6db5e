"""The rendered body, taken apart: prose, source warnings, and the paragraphs that are nothing but images."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.edition.figures import only_images
from colophon.edition.source import WARNING_SIGN

_CONTAINER = r"<(/?)(?:blockquote|ul|ol)(?=[ >])"
_TOP = re.compile(rf"{_CONTAINER}|<p(?: [^>]*)?>(.*?)</p>\n?", re.DOTALL)
_SPECIAL = re.compile(rf"{_CONTAINER}|<p(?: [^>]*)?>(?={WARNING_SIGN}|<img )(.*?)</p>\n?", re.DOTALL)
_NESTING = re.compile(r"<(/?)(?:blockquote|ul|ol|em|strong)(?=[ >])")

PieceKind: TypeAlias = Literal["prose", "warning", "images"]


class Piece(Struct, frozen=True):
    """A stretch of the rendered HTML, which begins at ``offset`` of the whole. Of images it is the content only."""

    kind: PieceKind
    html: str
    offset: int


def pieces(html: str) -> Iterator[Piece]:
    """``html``, as the renderer made it, in pieces, in order; what lies between two special paragraphs is one."""
    begin = 0
    for paragraph in _own_paragraphs(html, _SPECIAL):
        content = paragraph[2]
        kind: PieceKind = "warning" if content.startswith(WARNING_SIGN) else "images"
        if kind == "images" and not only_images(content):
            continue
        if html[begin : paragraph.start()].strip():
            yield Piece("prose", html[begin : paragraph.start()], begin)
        special = content if kind == "images" else paragraph[0]
        yield Piece(kind, special, paragraph.start(2) if kind == "images" else paragraph.start())
        begin = paragraph.end()
    if html[begin:].strip():
        yield Piece("prose", html[begin:], begin)


def paragraphs(html: str) -> Iterator[str]:
    """The content of every paragraph that stands in no list and no quote."""
    return (found[2] for found in _own_paragraphs(html, _TOP))


def too_deep(html: str, most: int) -> int | None:
    """The offset at which quotes, lists and emphasis are nested more than ``most`` deep, or None."""
    depth = 0
    for found in _NESTING.finditer(html):
        depth += -1 if found[1] else 1
        if depth > most:
            return found.start()
    return None


def _own_paragraphs(html: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    depth = 0
    for found in pattern.finditer(html):
        if found[2] is None:
            depth += -1 if found[1] else 1
        elif depth == 0:
            yield found
