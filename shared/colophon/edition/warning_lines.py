"""Source warnings in Markdown: lines whose first visible sign is ※, each made a block of its own before rendering."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from colophon.edition.code import find_code_lines
from colophon.edition.invisible import UNSEEN_REFERENCE
from colophon.edition.markdown import render_with_positions
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.unseen import UNSEEN

WARNING_SIGN = "※"
_SIGN_REFERENCE = compile_lazily(r"&#(?:8251|[xX]203[bB]);")
_UNSEEN_SIGN = rf"[ \t{UNSEEN}]|{UNSEEN_REFERENCE}"
_UNSEEN_SIGNS = compile_lazily(_UNSEEN_SIGN)
# The mark of a quote or of a list item, with that of a task.
_CONTAINER = r"[ \t]*+(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t])(?:[ \t]++\[[ xX]\](?=[ \t]))?+)"
# Its groups: the place of a block, the marks of a heading, those of emphasis, code or a link, and the text.
_WARNING_LINE = compile_lazily(
    rf"((?:{_CONTAINER})*+[ \t]*+)(#{{1,6}}[ \t]++)?((?:[*_~`\[]|{_UNSEEN_SIGN})*+)({WARNING_SIGN}.*)"
)
_CONTAINERS = compile_lazily(_CONTAINER)
_EMPHASIS = compile_lazily(r"[*_~]+")
_UNDERLINE = compile_lazily(r" {0,3}=+[ \t]*")
# A line that continues a warning: indented, and not the beginning of another block.
_CONTINUATION_LINE = compile_lazily(r"[ \t]+(?![ \t]|[-*+>#`~=_!※]|[0-9]+[.)])\S")
_QUOTE_MARKS = compile_lazily(r"[ \t]*(?:>[ \t]*)*")
_MOST_SPACES = 3


class IsolatedWarnings(Struct, frozen=True):
    """``text`` for the renderer; ``added`` are the numbers, from 1, of the blank lines that were added to it."""

    text: str
    added: tuple[int, ...] = ()


def isolate_warnings(text: str, signs: str) -> IsolatedWarnings:
    """``text`` with blank lines around each source warning and the indented lines after it.

    A warning in a list or a quote is taken out of it; one that is a heading stays a heading. Those in code blocks and
    tables stay as they are. ``signs`` are the characters that ``find_signs`` finds. Linear in time.
    """
    if "&" in signs and "&#" in text:
        text = _SIGN_REFERENCE.sub(WARNING_SIGN, text)
    sign = _find_unisolated(text)
    if sign < 0:
        return IsolatedWarnings(text)
    begin = text.rfind("\n", 0, sign) + 1
    writer = _WarningWriter(text, text[begin:].split("\n"), text.count("\n", 0, begin))
    if begin:
        writer.written.append(text[: begin - 1])
    for index, line in enumerate(writer.lines):
        if WARNING_SIGN in line or writer.is_inside:
            writer.write_line(index)
        else:
            # Most lines, without the cost of a call.
            writer.written.append(line)
    return IsolatedWarnings("\n".join(writer.written), tuple(writer.added))


def _find_unisolated(text: str) -> int:
    """The offset of the first ``WARNING_SIGN`` that does not begin a paragraph of one line; -1 if there is none."""
    at = text.find(WARNING_SIGN)
    while at >= 0:
        end = text.find("\n", at)
        is_first = at == 0 or text[at - 2 : at] == "\n\n"
        if not is_first or (end >= 0 and text[end + 1 : end + 2] not in ("", "\n")):
            return at
        at = text.find(WARNING_SIGN, end) if end >= 0 else -1
    return -1


@dataclass
class _WarningWriter:
    """Writes ``lines``, the lines of ``text`` but for the ``skipped`` first ones, one by one.

    ``written`` holds the first ones as one text.
    ``is_inside``: what was written before may change how the next line is written.
    ``width``: a warning was taken from a list item whose text begins in this column; lines that belong to the item move
    to the left with it. ``emphasis``: marks of emphasis that a warning opened in an earlier line and that are closed
    later. Before the index ``unclosed_until`` no such marks are closed.
    """

    text: str
    lines: list[str]
    skipped: int
    written: list[str] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    is_inside: bool = False
    in_warning: bool = False
    in_heading: bool = False
    width: int = 0
    emphasis: str = ""
    unclosed_until: int = 0

    def write_line(self, index: int) -> None:
        raw = self.lines[index]
        match = _WARNING_LINE.match(raw) if WARNING_SIGN in raw else None
        if match and not self._is_code(index, match[1]):
            self._write_warning(index, match)
            return
        line = self._dedent(raw)
        if self.in_warning and not self.in_heading and _CONTINUATION_LINE.match(raw):
            line = line.lstrip(" \t")
        elif self.in_warning:
            self._separate()
            self.in_warning = False
            line = "" if _UNDERLINE.fullmatch(line) else line
        self.written.append(self._continue_emphasis(line) if self.emphasis else line)
        self.is_inside = bool(self.in_warning or self.width or self.emphasis)

    def _write_warning(self, index: int, match: re.Match[str]) -> None:
        place, heading, inline, text = match.groups(default="")
        self._separate()
        line = _UNSEEN_SIGNS.sub("", inline) + text if inline else text
        line = self._continue_emphasis(line) if self.emphasis else self._close_emphasis(index, line)
        self.written.append(heading + line)
        self.is_inside, self.in_warning, self.in_heading = True, True, bool(heading)
        in_item = bool(place) and (_CONTAINERS.match(place) is not None or len(place) > _MOST_SPACES)
        self.width = len(place.expandtabs(4)) if in_item and ">" not in place else 0

    def _separate(self) -> None:
        """A blank line, and no line break at the end of the line before it."""
        if self.written and self.written[-1].endswith("\\"):
            text = self.written[-1].rstrip("\\")
            self.written[-1] = text + "\\" * ((len(self.written[-1]) - len(text)) // 2 * 2)
        self.written.append("")
        self.added.append(len(self.written) + max(self.skipped - 1, 0))

    def _dedent(self, line: str) -> str:
        text = line.lstrip(" \t")
        if not self.width or not text:
            return line
        indent = len(line[: len(line) - len(text)].expandtabs(4))
        if indent < self.width:
            self.width = 0
            return line
        return " " * (indent - self.width) + text

    def _close_emphasis(self, index: int, line: str) -> str:
        """``line``, a warning, with the emphasis closed that a later line of its paragraph would close."""
        marks = _EMPHASIS.match(line)
        if marks is None or marks[0] in line[marks.end() :] or not self._is_closed_later(index, marks[0]):
            return line
        self.emphasis = marks[0]
        return line.rstrip() + marks[0]

    def _continue_emphasis(self, line: str) -> str:
        """``line`` with emphasis of its own instead of that which was opened before it."""
        marks = self.emphasis
        if not line.strip():
            self.emphasis = ""
            return line
        start = _QUOTE_MARKS.match(line)
        begin = start.end() if start else 0
        closed = marks in line[begin:]
        self.emphasis = "" if closed else marks
        return (
            f"{line[:begin]}{marks}{line[begin:]}" if closed else f"{line[:begin]}{marks}{line[begin:].rstrip()}{marks}"
        )

    def _is_closed_later(self, index: int, marks: str) -> bool:
        if index < self.unclosed_until:
            return False
        for later in range(index + 1, len(self.lines)):
            if not self.lines[later].strip():
                break
            if marks in self.lines[later]:
                return True
            self.unclosed_until = later
        return False

    def _is_code(self, index: int, place: str) -> bool:
        may_be_code = "    " in place or "\t" in place or self._has_fences
        return may_be_code and self.skipped + index + 1 in self._code_lines

    @cached_property
    def _has_fences(self) -> bool:
        return "`" in self.text or "~" in self.text

    @cached_property
    def _code_lines(self) -> set[int]:
        """The numbers of the lines of code blocks in ``text``, from 1."""
        return find_code_lines(render_with_positions(self.text))
