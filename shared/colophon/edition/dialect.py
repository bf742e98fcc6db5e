"""Rewrites what writers often mean but Markdown does not read: comments, line breaks, image names with spaces."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from colophon.edition.code import CodeMap, find_code_lines
from colophon.edition.markdown import render_with_positions
from colophon.problem import Problem, Severity
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import UNSEEN

# Control characters, which no upload may contain: a line break, and what separates two blocks or two characters.
BREAK, SEPARATOR = "\x01", "\x02"
_COMMENT, _COMMENT_END = "<!--", "-->"
# A reference to a control character, which is not allowed either. HTML standard, 13.5, has the form.
_CONTROL_REFERENCE = compile_lazily(
    r"&#(?:0*+(?:[1-8]|1[124-9]|2[0-9]|3[01]|12[7-9]|1[34][0-9]|15[0-9])"
    r"|[xX]0*+(?:[1-8bceBCEfF]|1[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F]));"
)
# Unicode's line and paragraph separators end a line for a reader, but not for Markdown.
_LINE_SEPARATOR = "[\u2028\u2029]"
_ESCAPED_TASK = compile_lazily(r"\\\[(?=[ \txX]\])")
_RARE_SIGN = compile_lazily(
    rf"<(?:!--|br *+/?>)|{_CONTROL_REFERENCE.pattern}|{_ESCAPED_TASK.pattern}|{_LINE_SEPARATOR}", re.IGNORECASE
)
_BREAK_BEFORE_WARNING = compile_lazily(rf"<br *+/?>[ \t{UNSEEN}]*+(?=[*_~]*+※)", re.IGNORECASE)
_WARNING_LINE = compile_lazily(r"^[ \t>*+-]*+※", re.MULTILINE)

_EXTENSION = r"\.(?:jpe?g|png|webp|gif|avif|hei[cf]|bmp|tiff?|svg)"
_QUOTES = "\"'“”‘’„«»「」"
# An image as careless typing writes it: also with full-width signs. CommonMark 0.31.2, 6.4 has the plain form.
_IMAGE = compile_lazily(
    r"(?P<sign>[!！])(?P<open>[\[［])(?P<alt>(?:[^\[\]［］\n\\]|\\.|\[[^\[\]\n]*+\])*+)(?P<middle>[\]］][(（])"
    r"[ \t]*+(?P<content>(?:[^()（）<>\n]|[(（][^()（）\n]*+[)）])*+)(?P<close>[)）])"
)
_NAME_AND_TITLE = compile_lazily(
    rf"(?P<name>[^{_QUOTES}]*?{_EXTENSION}|.*{_EXTENSION})(?:\s+[{_QUOTES}](?P<title>.*)[{_QUOTES}])?\s*",
    re.IGNORECASE,
)
_VALID_TITLE = compile_lazily(r"\S*(?:\s+(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'))?\s*")
_DEFINITION = compile_lazily(r"(?P<label> {0,3}\[(?!\^)[^\[\]\n]++\]:[ \t]*+)(?P<content>[^<>\n]++)$", re.MULTILINE)
# What may be before a full-width sign that means an image: the marks of lists and quotes.
_LINE_BEGINNING = compile_lazily(r"[\s>*+-]*+(?:[0-9]{1,9}[.)])?+\s*+")
_LONGEST_BEGINNING = 40
# A name has at most 200 bytes, a caption at most 1,000 characters.
_LONGEST_CONTENT = 1500
_TOKEN = compile_lazily(
    rf"\\[^\n]|`+|<!--|<br *+/?>|&#|[!！](?=[\[［])|^(?= {{0,3}}\[)|{_LINE_SEPARATOR}", re.IGNORECASE | re.MULTILINE
)
_MAX_PROBLEMS = 10
_CLOSE_FIX = "End the comment with --> where it should end, or write \\<!-- to show the sign."


class Translated(Struct, frozen=True):
    """``text`` is Markdown that the renderer reads as it was meant.

    ``line_numbers`` says for each of its lines which line of the body it comes from, from 1; empty if none has moved.
    """

    text: str
    line_numbers: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Edit(Struct, frozen=True):
    """Replace the body from ``begin`` to ``end`` by ``text``."""

    begin: int
    end: int
    text: str


class _Fault(Struct, frozen=True):
    """What is wrong at ``offset`` of the body."""

    offset: int
    what: str
    fix: str
    severity: Severity = "error"


_Finding: TypeAlias = _Edit | _Fault


def is_plain(body: str, signs: str) -> bool:
    """Whether ``body`` has only plain CommonMark, links and images: a quick test, which is true of most texts.

    Then it has no tables, footnotes, tasks, HTML or references, and its images are written so that
    ``translate_dialect`` changes nothing. ``signs`` are the characters of it that ``find_signs`` finds. Searching for
    one character is several times faster than for more.
    """
    if "&" in signs or "|" in signs or "~" in signs or "^" in signs or "］" in signs:
        return False
    if "<" in signs and not _has_plain_angles(body, signs):
        return False
    if "\u2028" in signs or "\u2029" in signs or _may_align_cells(body):
        return False
    brackets = signs.count("[")
    if not brackets:
        return "<" not in signs
    if brackets != _count_link_ends(body) or "！[" in signs:
        return False
    return "!" not in signs or _has_plain_images(body)


def _has_plain_angles(body: str, signs: str) -> bool:
    """Whether each < is around an address, and none begins a comment or a tag for a line break."""
    return body.count("<") == body.count("](<") and "<!" not in signs and "](<b" not in body and "](<B" not in body


def _may_align_cells(body: str) -> bool:
    """Whether a colon is beside a hyphen. Each is searched alone, which is faster than both together."""
    at = body.find(":") if "-" in body else -1
    while at >= 0:
        if body[at + 1 : at + 2] == "-" or (at and body[at - 1] == "-"):
            return True
        at = body.find(":", at + 1)
    return False


def _count_link_ends(body: str) -> int:
    """How many times ] stands before a parenthesis; -1 if one stands elsewhere and so may end a task or a label."""
    count = 0
    at = body.find("]")
    while at >= 0:
        if body[at + 1 : at + 2] != "(":
            return -1
        count += 1
        at = body.find("]", at + 1)
    return count


def _has_plain_images(body: str) -> bool:
    at = body.find("![")
    while at >= 0:
        end = body.find("]", at, at + _LONGEST_CONTENT)
        content = body[end + 1 : body.find(")", end, end + _LONGEST_CONTENT)] if end >= 0 else ""
        _, space, title = content.partition("> " if content.startswith("(<") else " ")
        # No space in a name without angle brackets, and two quotation marks round the title.
        if not content.startswith("(") or (space and (title.strip('"').count('"') or title[:1] + title[-1:] != '""')):
            return False
        at = body.find("![", at + 2)
    return True


def translate_dialect(body: str, first_line: int) -> Translated:
    """``body``, which begins in line ``first_line`` of its file, without comments, and with images for the renderer.

    A ``<br>`` becomes ``BREAK``, or a new line before a source warning; U+2028 and U+2029 become new lines. A comment
    between blank lines becomes ``SEPARATOR``, because it ends a list there (CommonMark 0.31.2, 5.3). Code stays as it
    is.
    """
    if _RARE_SIGN.search(body) is None and not _has_odd_image(body):
        return Translated(body)
    edits: list[_Edit] = []
    problems: list[Problem] = []
    for found in _Translator(body).find_edits():
        if isinstance(found, _Edit):
            edits.append(found)
        elif len(problems) < _MAX_PROBLEMS:
            line = first_line + body.count("\n", 0, found.offset)
            problems.append(Problem(found.what, found.fix, line=line, severity=found.severity))
    text, line_numbers = _apply_edits(body, edits)
    return Translated(text, line_numbers, tuple(problems))


def _has_odd_image(body: str) -> bool:
    may_be_image = "![" in body or "!［" in body or "！" in body
    if may_be_image and any(_rewrite_image(body, match) for match in _IMAGE.finditer(body)):
        return True
    return "]:" in body and any(_rewrite_definition(match) for match in _DEFINITION.finditer(body))


class _Translator:
    """Finds what to edit in ``body``. Each part of it is read a bounded number of times."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._code = CodeMap(body, find_code_lines(render_with_positions(body)))
        self._last_comment_end = body.rfind(_COMMENT_END)
        self._row_by_line: dict[int, bool] = {}

    def find_edits(self) -> Iterator[_Finding]:
        at = 0
        while at <= len(self._body) and (token := _TOKEN.search(self._body, at)) is not None:
            begin, sign = token.start(), token[0]
            at = self._code.block_end(begin)
            if at > begin:
                continue
            at = self._code.span_end(begin) if sign.startswith("`") else max(token.end(), begin + 1)
            for found in self._read_token(begin, sign):
                yield found
                at = found.end if isinstance(found, _Edit) else at

    def _read_token(self, begin: int, sign: str) -> Iterator[_Finding]:
        if sign == _COMMENT:
            yield from self._leave_out_comment(begin)
        elif sign.startswith("<"):
            yield self._rewrite_break(begin, begin + len(sign))
        elif _ESCAPED_TASK.match(self._body, begin):
            yield _Edit(begin, begin + len(sign), sign + SEPARATOR)
        elif sign == "&#" and (reference := _CONTROL_REFERENCE.match(self._body, begin)):
            yield _Fault(begin, f"{reference[0]} stands for a control character.", "Delete it; it would be invisible.")
            yield _Edit(begin, reference.end(), "")
        elif sign in ("\u2028", "\u2029"):
            yield _Edit(begin, begin + 1, "\n")
        elif sign in ("!", "！"):
            image = _IMAGE.match(self._body, begin)
            if image and (text := _rewrite_image(self._body, image)):
                yield _Edit(begin, image.end(), text)
        elif not sign:
            definition = _DEFINITION.match(self._body, begin)
            if definition and (text := _rewrite_definition(definition)):
                yield _Edit(begin, definition.end(), text)

    def _leave_out_comment(self, begin: int) -> Iterator[_Finding]:
        """The edit that removes the comment at ``begin``, and what is wrong with it. Source: CommonMark 0.31.2, 6.6."""
        if self._last_comment_end < begin + 2:
            yield _Fault(begin, "A comment (<!--) is never closed, so it would hide the rest of the text.", _CLOSE_FIX)
            yield _Edit(begin, begin + 1, "&lt;")
            return
        end = self._body.index(_COMMENT_END, begin + 2) + len(_COMMENT_END)
        content = self._body[begin + len(_COMMENT) : end]
        if _COMMENT in content:
            what = "Another comment begins inside a comment (<!--), so the first one is not closed."
            yield _Fault(begin, what, _CLOSE_FIX)
        elif _WARNING_LINE.search(content):
            what = "A comment hides a line that begins with ※, so the page does not show this source warning."
            yield _Fault(begin, what, "Take the line out of the comment, or delete it.", "warning")
        yield self._comment_edit(begin, end)

    def _comment_edit(self, begin: int, end: int) -> _Edit:
        first, last = self._code.line_ends(begin)[0], self._code.line_ends(end)[1]
        text_end, text_begin = begin, end
        while text_end > first and self._body[text_end - 1] in " \t":
            text_end -= 1
        while text_begin < last and self._body[text_begin] in " \t":
            text_begin += 1
        if text_end > first and text_begin < last:
            return _Edit(begin, end, "")
        if text_end > first or text_begin < last:
            return _Edit(text_end if text_end > first else begin, text_begin, "")
        if self._is_blank(first - 1) and self._is_blank(last + 1):
            return _Edit(first, last, SEPARATOR)
        return _Edit(first, min(last + 1, len(self._body)), "")

    def _is_blank(self, offset: int) -> bool:
        """Whether the line at ``offset`` is blank, or outside the body."""
        if not 0 <= offset < len(self._body):
            return True
        first, last = self._code.line_ends(offset)
        return not self._body[first:last].strip()

    def _rewrite_break(self, begin: int, end: int) -> _Edit:
        before_warning = _BREAK_BEFORE_WARNING.match(self._body, begin)
        if before_warning and not self._is_in_row(begin):
            return _Edit(begin, before_warning.end(), "\n")
        return _Edit(begin, end, BREAK)

    def _is_in_row(self, offset: int) -> bool:
        """Whether the line at ``offset`` may be a row of a table."""
        first, last = self._code.line_ends(offset)
        if first not in self._row_by_line:
            self._row_by_line[first] = "|" in self._body[first:last]
        return self._row_by_line[first]


def _rewrite_image(body: str, match: re.Match[str]) -> str | None:
    """The image as Markdown reads it; None if it is written so, or if it is no image."""
    signs = match["sign"] + match["open"] + match["middle"] + match["close"]
    if not signs.isascii() and not _may_be_image(body, match):
        return None
    parts = _split_content(match["content"])
    if parts is None or (signs.isascii() and _VALID_TITLE.fullmatch(match["content"])):
        return None
    return f"![{match['alt']}]({parts})"


def _may_be_image(body: str, match: re.Match[str]) -> bool:
    """Whether an image may begin here: a full-width ! inside a sentence ends it."""
    if match["sign"] == "!":
        return True
    before = body[max(match.start() - _LONGEST_BEGINNING, 0) : match.start()]
    return _LINE_BEGINNING.fullmatch(before.rpartition("\n")[2]) is not None


def _rewrite_definition(match: re.Match[str]) -> str | None:
    parts = None if _VALID_TITLE.fullmatch(match["content"]) else _split_content(match["content"])
    return None if parts is None else match["label"] + parts


def _split_content(content: str) -> str | None:
    """The name in angle brackets, which allow spaces (CommonMark 0.31.2, 6.3), and the title; None if no image."""
    match = _NAME_AND_TITLE.fullmatch(content) if len(content) <= _LONGEST_CONTENT else None
    if match is None:
        return None
    name = match["name"].strip().replace("\\ ", " ")
    title = "" if match["title"] is None else ' "' + re.sub(r'\\?"', r"\\" + '"', match["title"]) + '"'
    return f"<{name}>{title}"


def _apply_edits(body: str, edits: Sequence[_Edit]) -> tuple[str, tuple[int, ...]]:
    """``body`` with ``edits``, which are in order, and the line of ``body`` for each of its lines, if any has moved."""
    parts: list[str] = []
    numbers = [1]
    line, at = 1, 0
    for edit in (*edits, _Edit(len(body), len(body), "")):
        kept, removed = body[at : edit.begin], body[edit.begin : edit.end]
        numbers += range(line + 1, line + 1 + kept.count("\n"))
        line += kept.count("\n") + removed.count("\n")
        if removed.count("\n") and (not kept or kept.endswith("\n")):
            numbers[-1] = line
        numbers += [line] * edit.text.count("\n")
        parts += (kept, edit.text)
        at = edit.end
    moved = numbers != list(range(1, len(numbers) + 1))
    return "".join(parts), tuple(numbers) if moved else ()
