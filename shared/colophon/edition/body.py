"""Read the Markdown body of an edition into blocks. All text on a page comes from them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from colophon.edition.blocks import Piece, find_too_deep, html_to_text, split_pieces
from colophon.edition.checks import check_links, check_raw_html, demote_headings
from colophon.edition.figures import (
    MarkdownImage,
    build_figure,
    check_image,
    check_image_count,
    find_image_line,
    find_image_lines,
    find_images,
    inline_image_problem,
)
from colophon.edition.markdown import render_markdown, sanitize
from colophon.edition.model import Block, Figure, Prose, SourceWarning
from colophon.edition.shown_text import ShownText, show_text
from colophon.edition.source import MarkdownSource, prepare_source
from colophon.problem import Problem
from colophon.upload.keys import to_nfc
from colophon.upload.limits import MAX_NESTING

# A letter or digit outside of tags: a quick check that there is text.
_TEXT = re.compile(r">[^<&]*\w")


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

    @property
    def is_valid(self) -> bool:
        """Whether the blocks are complete and may be shown."""
        return all(problem.severity != "error" for problem in self.problems)

    @cached_property
    def shown(self) -> ShownText:
        """What readers see of it, computed on demand, because most texts need no closer look."""
        return show_text(self.source)


def read_body(text: str, first_line: int) -> Body:
    """The blocks of ``text``, a CommonMark body that begins in line ``first_line`` of its file.

    Figures are numbered from 1 in order. Never raises for what is in the text: the result has every problem, with its
    line. If one of them is an error, the blocks must not be shown. Time and depth are bounded for any input.
    """
    source = prepare_source(to_nfc(text), first_line)
    html = demote_headings(render_markdown(source.text))
    if (offset := find_too_deep(html, MAX_NESTING)) is not None:
        what = f"Quotes, lists or emphasis are nested more than {MAX_NESTING} levels deep."
        line = source.file_line(source.block_lines(offset)[0])
        fix = f"Reduce the nesting to at most {MAX_NESTING} levels."
        return Body((), (Problem(what, fix, line=line),), lambda number: line, source, "")
    reader = _BodyReader(source, html)
    reader.problems += [*check_raw_html(source, html), *check_links(source, html)]
    if problem := check_image_count(source, html):
        reader.problems.append(problem)
    else:
        for piece in split_pieces(html):
            reader.add_piece(piece)
        reader.problems += reader.check_not_empty(first_line)
    lines = find_image_lines(source, reader.images)
    return Body(tuple(reader.blocks), tuple(reader.problems), reader.line_of_figure, source, html, lines)


@dataclass
class _BodyReader:
    source: MarkdownSource
    html: str
    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    images: list[MarkdownImage] = field(default_factory=list)

    def add_piece(self, piece: Piece) -> None:
        if piece.kind == "images":
            self._add_figures(piece)
            return
        if "<img " in piece.html:
            for image in find_images(piece.html, piece.offset):
                self.problems.append(inline_image_problem(self.source, image))
        html = sanitize(piece.html)
        if html:
            self.blocks.append(SourceWarning(html) if piece.kind == "warning" else Prose(html))

    def _add_figures(self, piece: Piece) -> None:
        for image in find_images(piece.html, piece.offset):
            self.images.append(image)
            self.blocks.append(build_figure(len(self.images), image))
            self.problems += check_image(self.source, image)

    def line_of_figure(self, number: int) -> int:
        return find_image_line(self.source, self.images[number - 1])

    def check_not_empty(self, first_line: int) -> Iterator[Problem]:
        texts = (block.html for block in self.blocks if not isinstance(block, Figure))
        shows = self.images or any(_TEXT.search(html) or html_to_text(html) for html in texts)
        if not shows and not self.problems:
            yield Problem(
                "The body has neither text nor images.", "Write the text below the front matter.", line=first_line
            )
