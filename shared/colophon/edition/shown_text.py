"""The text that a reader of the finished page sees, and the lines of the file that each place of it comes from."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

import msgspec
from msgspec import Struct

from colophon.edition.source import MarkdownSource
from colophon.upload.lazy_pattern import compile_lazily

# Uploads have no such control characters. A block begins with BLOCK, its lines as "3-5", and EDGE; it ends with EDGE.
CODE, BLOCK, EDGE = "\x01", "\x02", "\x03"
# These stand for a sign and for a backslash that the author escaped. Both are punctuation, as what they stand for is,
# so that emphasis beside them is read as before (CommonMark 0.31.2, 6.2).
ESCAPED, ESCAPED_BACKSLASH = "\u2e2e", "\u2e2d"
_ESCAPE = compile_lazily(
    r"\\[!-/:-@\[-`{-~]"
    r"|&(?:#0{0,4}(?:3[3-79]|4[0-7]|5[89]|6[0-4]|9[1-6]|12[3-6])|#[xX]0{0,4}(?:2[1-579a-fA-F]|3[a-fA-F]|5[b-fB-F]|7[b-eB-E])"
    r"|ast|midast|num|[lr]sqb|[lr]brack|lowbar|UnderBar|grave|bsol|vert|verbar|excl|lt|gt|[lr]par|[lr]cub|tilde);"
)
_POSITION = compile_lazily(r' data-sourcepos="(\d+):\d+-(\d+):\d+"')
_CODE = compile_lazily(r"(<pre[^>]*>)?<code[^>]*>.*?</code>", re.DOTALL)
_IMAGE = compile_lazily(r"<img [^>]*>")
_INLINE_TAGS = ("<em>", "</em>", "<strong>", "</strong>", "<del>", "</del>", "</a>", "<sup>", "</sup>", "<br />")
_INLINE = compile_lazily(r"<(?:a|input|sup|span|!--)(?=[ >-])[^>]*>")
_BLOCK = compile_lazily(r'<[a-z0-9]+(?: (?!data-)[a-z-]+="[^"]*")* data-sourcepos="(\d+):\d+-(\d+):\d+"[^>]*>')
_TAG = compile_lazily(r"<[^>]*>")
# Of the rendered HTML, in characters. The longest text makes more only if each of its lines is a few characters long.
_MAX_HTML = 1_000_000
# The signs in an address are no Markdown. Its beginning tells that it is one.
_ADDRESS = compile_lazily(r"(https?://)[^\s<>()（）\[\]［］*\x01-\x03]+")
# More matches of one pattern than these are in hostile texts only.
_MAX_MATCHES = 100
_MAX_LINES = 200


class Finding(Struct, frozen=True):
    """What a rule found: the line of the file, and the words or signs that a message names."""

    line: int
    sign: str = ""


class ShownText(Struct, frozen=True, dict=True):
    """What a reader sees of ``html``, rendered from ``source`` with the positions of its blocks."""

    source: MarkdownSource
    html: str

    @cached_property
    def text(self) -> str:
        """The words without tags, blocks apart (``BLOCK``, ``EDGE``), ``CODE`` instead of code and images."""
        text = self.html
        if "<code" in text:
            text = _CODE.sub(rf"\g<1>{CODE}", text)
        if "<img " in text:
            text = _IMAGE.sub(CODE, text)
        for tag in _INLINE_TAGS:
            text = text.replace(tag, "")
        text = _TAG.sub(EDGE, _BLOCK.sub(rf"{BLOCK}\1-\2{EDGE}", _INLINE.sub("", text)))
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        return _ADDRESS.sub(r"\1x", text) if "://" in text else text

    def find(self, pattern: re.Pattern[str]) -> Iterator[Finding]:
        """A finding for each match of ``pattern`` in the text. Its group ``sign``, or the match, is the sign."""
        group = 1 if pattern.groups else 0
        for match in islice(pattern.finditer(self.text), _MAX_MATCHES):
            sign = match[group]
            yield Finding(self.line_at(match.start(group), sign), sign.strip())

    def line_at(self, offset: int, sign: str) -> int:
        """The file's line of ``sign``, which is at ``offset`` of the text."""
        begin = self.text.rfind(BLOCK, 0, offset)
        if begin < 0:
            return self.source.file_line(1)
        edge = self.text.index(EDGE, begin)
        first, _, last = self.text[begin + 1 : edge].partition("-")
        return self._find_line(int(first), int(last), self.text.count("\n", edge, offset), sign)

    def line_in_html(self, offset: int, signs: Iterable[str]) -> int:
        """The file's line of what is at ``offset`` of the HTML: the first line that contains one of ``signs``."""
        begin = self.html.rfind(' data-sourcepos="', 0, offset)
        position = _POSITION.match(self.html, begin) if begin >= 0 else None
        if position is None:
            return self.source.file_line(1)
        first, last = int(position[1]), int(position[2])
        lines = [self._find_line(first, last, self.html.count("\n", begin, offset), sign) for sign in signs]
        return lines[0] if lines else self.source.file_line(first)

    def _find_line(self, first: int, last: int, below: int, sign: str) -> int:
        """The line of ``sign`` in the block of these lines: the nearest to the line ``below`` its first one."""
        guess, end = min(first + below, max(first, last)), min(last, len(self.source.lines), first + _MAX_LINES)
        word = sign.strip().partition("\n")[0]
        near = (line for line in (guess, guess - 1, guess + 1) if first <= line <= end)
        lines = (line for line in (*near, *range(first, end + 1)) if word in self.source.lines[line - 1])
        return self.source.file_line(next(lines, guess) if word else guess)


def show_text(source: MarkdownSource) -> ShownText:
    """The text of ``source``, where ``ESCAPED`` stands for each sign that the author escaped."""
    if "\\" in source.text or "&" in source.text:
        source = msgspec.structs.replace(source, text=_ESCAPE.sub(_mark_escape, source.text))
    html = source.html_with_positions
    end = len(html) if len(html) <= _MAX_HTML else max(html.rfind("\n<", 0, _MAX_HTML), _MAX_HTML // 2)
    return ShownText(source, html[:end])


def show_field(text: str, line: int) -> ShownText:
    """The text of a field in ``line`` of the file: it is shown as it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ShownText(MarkdownSource(text, line), f'<p data-sourcepos="1:1-1:1">{escaped}</p>')


def _mark_escape(match: re.Match[str]) -> str:
    return ESCAPED_BACKSLASH if match[0] == "\\\\" else ESCAPED
