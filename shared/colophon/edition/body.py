"""Read the Markdown body of an edition into blocks. All text on a page comes from them."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from colophon.edition.addresses import link_addresses
from colophon.edition.blocks import Piece, find_too_deep, html_to_text, split_pieces
from colophon.edition.checks import check_links, check_raw_html, demote_headings
from colophon.edition.code import CODE_ELEMENT
from colophon.edition.dialect import BREAK, SEPARATOR
from colophon.edition.extensions import check_footnotes, check_sizes, find_anchors, render_extensions
from colophon.edition.figure_places import FIGURE, place_figures
from colophon.edition.figures import (
    MarkdownImage,
    build_figure,
    check_image,
    check_image_count,
    find_image_line,
    find_image_lines,
    find_images,
    inline_image_problem,
    may_show_images,
)
from colophon.edition.lost_text import check_lost_text
from colophon.edition.markdown import sanitize
from colophon.edition.model import Block, Figure, Prose, SourceWarning
from colophon.edition.shown_text import ShownText, show_text
from colophon.edition.source import MarkdownSource, prepare_source
from colophon.problem import Problem
from colophon.upload.limits import MAX_NESTING

NO_TEXT_FIX = "Write the text below the front matter."
# A letter or digit outside of tags: a quick check that there is text.
_TEXT = re.compile(r">[^<&]*\w")
_EMPTY_PARAGRAPH = re.compile(rf"<p>(?:\s|<br>|{SEPARATOR})*</p>\n?")


class Body(Struct, frozen=True, dict=True):
    """``blocks`` in order, their problems, and the line in the file of each figure, by its number.

    ``html`` is what ``source`` was rendered to; it is empty if it is nested too deeply to be shown. ``image_lines`` are
    the lines of the figures' first uses, by name. They are found without rendering again.
    """

    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...]
    line_of_figure: Callable[[int], int]
    source: MarkdownSource
    html: str
    image_lines: Mapping[str, int] = {}
    text: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the blocks are complete and may be shown."""
        return all(problem.severity != "error" for problem in self.problems)

    @cached_property
    def shown(self) -> ShownText:
        """What readers see of it, computed on demand, because most texts need no closer look."""
        return show_text(self.source)


def read_body(text: str, first_line: int) -> Body:
    """The blocks of ``text``, a Markdown body that ``decode`` has read and that begins in line ``first_line``.

    Figures are numbered from 1 in order. Never raises for what is in the text: the result has every problem, with its
    line. If one of them is an error, the blocks must not be shown. Time and depth are bounded for any input.
    """
    text = unicodedata.normalize("NFC", text)
    source, problems = prepare_source(text, first_line)
    html = demote_headings(source.render())
    if problem := _find_too_much(source, html):
        line = problem.line or first_line
        return Body((), (*problems, problem), lambda number: line, source, "", {}, text)
    reader = _BodyReader(source, html, [*problems])
    reader.read(first_line)
    lines = find_image_lines(source, reader.images)
    return Body(tuple(reader.blocks), tuple(reader.problems), reader.line_of_figure, source, html, lines, text)


def _find_too_much(source: MarkdownSource, html: str) -> Problem | None:
    """The problem of a text that would take too long to read further, or None."""
    if not source.plain and (problem := check_sizes(source, html)):
        return problem
    if (offset := find_too_deep(html, MAX_NESTING)) is None:
        return None
    what = f"Quotes, lists or emphasis are nested more than {MAX_NESTING} levels deep."
    line = source.file_line(source.block_lines(offset)[0])
    return Problem(what, f"Reduce the nesting to at most {MAX_NESTING} levels.", line=line)


@dataclass
class _BodyReader:
    """Reads the blocks of ``html``, as ``source`` was rendered."""

    source: MarkdownSource
    html: str
    problems: list[Problem]
    blocks: list[Block] = field(default_factory=list)
    images: list[MarkdownImage] = field(default_factory=list)
    anchors: frozenset[str] = frozenset()

    def read(self, first_line: int) -> None:
        if not self.source.plain:
            # A reference may stand for the character where the source seemed to be code.
            self.html = self.html.replace(FIGURE, " ")
            self.anchors = find_anchors(self.html)
        self.problems += [*check_raw_html(self.source, self.html), *check_links(self.source, self.html)]
        if problem := check_image_count(self.source, self.html):
            self.problems.append(problem)
        else:
            for piece in split_pieces(self.html):
                self.add_piece(piece)
            self.problems += self.check_not_empty(first_line)
        if not self.source.plain:
            self.problems += check_footnotes(self.source, self.html)
            self.problems += check_lost_text(self.source, self.html)

    def add_piece(self, piece: Piece) -> None:
        if piece.kind == "images":
            self._add_figures(piece)
        elif not may_show_images(self.source) or "<img " not in piece.html:
            html = self._render(piece.html)
            if html:
                self.blocks.append(SourceWarning(html) if piece.kind == "warning" else Prose(html))
        else:
            self._add_prose_with_images(piece)

    def _add_figures(self, piece: Piece) -> None:
        for image in find_images(piece.html, piece.offset):
            self._add_figure(image)

    def _add_figure(self, image: MarkdownImage, link: str = "") -> None:
        self.images.append(image)
        self.blocks.append(build_figure(len(self.images), image, link))
        self.problems += check_image(self.source, image)

    def _add_prose_with_images(self, piece: Piece) -> None:
        placed = place_figures(piece.html)
        images = list(find_images(piece.html, piece.offset))
        if piece.kind == "warning":
            placed = replace(placed, faults=dict.fromkeys(range(len(images)), "inside a source warning"))
        if placed.faults:
            # The text is refused, so its prose is not needed.
            self.problems += [inline_image_problem(self.source, images[n], place) for n, place in placed.faults.items()]
            return
        before, *parts = self._render(placed.html).split(FIGURE)
        if before.strip():
            self.blocks.append(Prose(before.strip()))
        for image, link, part in zip(images, placed.links, parts, strict=True):
            # A link to the image's own file says nothing: the page shows the image.
            self._add_figure(image, link if link.startswith("https://") else "")
            if part.strip():
                self.blocks.append(Prose(part.strip()))

    def _render(self, piece: str) -> str:
        """The HTML of a page for ``piece``, a part of what the renderer made."""
        if self.source.plain:
            return sanitize(link_addresses(piece))
        html = sanitize(link_addresses(render_extensions(piece, self.anchors)))
        if BREAK in html:
            # Code shows a tag as it is written.
            html = CODE_ELEMENT.sub(lambda code: code[0].replace(BREAK, "&lt;br&gt;"), html).replace(BREAK, "<br>")
        elif SEPARATOR not in html and "&nbsp;" not in html:
            return html
        return _EMPTY_PARAGRAPH.sub("", html.replace("&nbsp;", " ")).replace(SEPARATOR, "").strip()

    def line_of_figure(self, number: int) -> int:
        return find_image_line(self.source, self.images[number - 1])

    def check_not_empty(self, first_line: int) -> Iterator[Problem]:
        texts = (block.html for block in self.blocks if not isinstance(block, Figure))
        shows = self.images or any(_TEXT.search(html) or html_to_text(html) for html in texts)
        if not shows and not self.problems:
            yield Problem("The body has neither text nor images.", NO_TEXT_FIX, line=first_line)
