"""Splits rendered HTML into prose, source warnings and images, and derives plain text and excerpts from it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.edition.figures import is_only_images
from colophon.edition.model import Block, Prose
from colophon.edition.warning_lines import WARNING_SIGN
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import FORBIDDEN_IN_LINE, UNSEEN

_TOP_PARAGRAPH = re.compile(r"<(?:p>(?P<content>.*?)</p>\n?|(?P<end>/?)(?:blockquote|ul|ol)(?=[ >]))", re.DOTALL)
# The first visible sign of a block may be in emphasis, code or a link, and behind blanks.
_WARNING_START = rf"(?:<(?:em|strong|del|code|a)(?: [^>]*+)?>|[\s{UNSEEN}])*+{WARNING_SIGN}"
# The renderer writes no attributes. The commonest tag comes first.
_TOP_WARNING_OR_IMAGES = compile_lazily(
    rf"<(?:(?:p>(?=[<{WARNING_SIGN}\s{UNSEEN}])(?:(?=<img )|(?={_WARNING_START}))|h[1-6]>(?={_WARNING_START}))"
    r"(?P<content>.*?)</(?:p|h[1-6])>\n?|(?P<end>/?)(?:blockquote|ul|ol)(?=[ >]))",
    re.DOTALL,
)
_NESTING = re.compile(r"<(/?)(?:blockquote|ul|ol|em|strong|del)(?=[ >])")
PieceKind: TypeAlias = Literal["prose", "warning", "images"]
EXCERPT_CHARACTERS = 200
# The least length of an excerpt cut at the end of a word; without such an end it is cut between characters.
_MIN_EXCERPT = 120
_HTML_TAG = re.compile(r"<[^>]*>")
# Only footnotes are linked to inside a page: their marks are no words of the text.
_FOOTNOTE_MARK = re.compile(r'(?:<sup>)?<a href="#[^>]*>[^<]*</a>(?:</sup>)?')
_TASK_SIGN = re.compile(r'<span class="(?:done|open)">[☑☐]</span>')
_FOOTNOTES = '<section class="footnotes">'
# Japanese and Chinese have no spaces between words, so a line break between two such characters is not a space.
_UNSPACED = "\u3001-\u3003\u3005-\u300f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
# It begins with the space, which is found faster than a look back at every place.
_NO_SPACE = compile_lazily(f" (?<=[{_UNSPACED}] )(?=[{_UNSPACED}])")
_INVISIBLE = re.compile(f"[{FORBIDDEN_IN_LINE}]")
_STOPS = frozenset("。、！？」』）〉》…，")
_JOINERS = frozenset("\u200d")


class Piece(Struct, frozen=True):
    """A part of the rendered HTML; ``offset`` is its index there. For images ``html`` is the paragraph's content."""

    kind: PieceKind
    html: str
    offset: int


def split_pieces(html: str) -> Iterator[Piece]:
    """``html``, as the renderer returns it, in pieces, in order. All between warnings and images is one piece."""
    begin = 0
    for paragraph in _find_top_level_paragraphs(html, _TOP_WARNING_OR_IMAGES):
        content = paragraph["content"]
        kind: PieceKind = "images" if content.startswith("<img ") else "warning"
        if kind == "images" and not is_only_images(content):
            continue
        if html[begin : paragraph.start()].strip():
            yield Piece("prose", html[begin : paragraph.start()], begin)
        piece_html = content if kind == "images" else paragraph[0]
        yield Piece(kind, piece_html, paragraph.start("content") if kind == "images" else paragraph.start())
        begin = paragraph.end()
    if html[begin:].strip():
        yield Piece("prose", html[begin:], begin)


def find_paragraphs(html: str) -> Iterator[str]:
    """The content of every paragraph outside lists and quotes."""
    return (match["content"] for match in _find_top_level_paragraphs(html, _TOP_PARAGRAPH))


def find_too_deep(html: str, limit: int) -> int | None:
    """The first offset at which quotes, lists and emphasis are nested more than ``limit`` levels deep, or None."""
    depth = 0
    for match in _NESTING.finditer(html):
        depth += -1 if match[1] else 1
        if depth > limit:
            return match.start()
    return None


def _find_top_level_paragraphs(html: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    depth = 0
    for match in pattern.finditer(html):
        if match["content"] is None:
            depth += -1 if match["end"] else 1
        elif depth == 0:
            yield match


def html_to_text(html: str) -> str:
    """The text of sanitized ``html``, on one line."""
    if '<a href="#' in html:
        html = _FOOTNOTE_MARK.sub("", html)
    if "<span " in html:
        html = _TASK_SIGN.sub("", html)
    text = unescape(_HTML_TAG.sub("", html.replace("<br>", "\n")))
    if text.isascii():
        return " ".join(text.split())
    return _INVISIBLE.sub("", " ".join(_NO_SPACE.sub("", text.replace("\n", " ")).split()))


def derive_excerpt(blocks: Iterable[Block]) -> str:
    """The beginning of the prose in ``blocks``, at most ``EXCERPT_CHARACTERS`` long, cut at the end of a word.

    Source warnings are not part of it, because they must never be cut. Empty if there is no prose.
    """
    # A list that holds a figure begins in one block and ends in another.
    prose = "\n".join(block.html for block in blocks if isinstance(block, Prose)).partition(_FOOTNOTES)[0]
    text = ""
    for paragraph in map(html_to_text, find_paragraphs(prose)):
        text = f"{text} {paragraph}".strip()
        if len(text) > EXCERPT_CHARACTERS:
            break
    return shorten(text or html_to_text(prose), EXCERPT_CHARACTERS)


def shorten(text: str, limit: int) -> str:
    """``text``, or its beginning of at most ``limit`` characters with an ellipsis, cut between two words.

    A warning within it is never cut: the beginning ends before it.
    """
    if len(text) <= limit:
        return text
    if (warning := text.rfind(WARNING_SIGN, 0, limit)) >= 0:
        return text[:warning].rstrip(" ,;:、，") + "…" if warning else ""
    minimum = limit * _MIN_EXCERPT // EXCERPT_CHARACTERS
    space = text.rfind(" ", minimum, limit)
    after_stop = max((index + 1 for index in range(minimum, limit - 1) if text[index] in _STOPS), default=-1)
    cut = max(space, after_stop)
    if cut <= 0:
        cut = _find_character_boundary(text, limit - 1)
    return text[:cut].rstrip(" ,;:、，") + "…"


def _find_character_boundary(text: str, cut: int) -> int:
    """The last index up to ``cut`` that splits neither an ASCII word nor a character from its combining marks."""
    boundary = cut
    while boundary > 1 and (
        text[boundary].isascii()
        and text[boundary].isalnum()
        and text[boundary - 1].isascii()
        and text[boundary - 1].isalnum()
    ):
        boundary -= 1
    boundary = boundary if boundary > cut // 2 else cut
    while boundary > 1 and (_joins_previous(text[boundary]) or text[boundary - 1] in _JOINERS):
        boundary -= 1
    return boundary


def _joins_previous(character: str) -> bool:
    """Whether ``character`` extends the one before it (approximates UAX 29, rules GB9 and GB9a)."""
    if character in _JOINERS or "\U0001f3fb" <= character <= "\U0001f3ff" or "\ufe00" <= character <= "\ufe0f":
        return True
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or "\u1160" <= character <= "\u11ff"
