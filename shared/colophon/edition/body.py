"""From Markdown to blocks: the one way in which an edition's text reaches a page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from colophon.abreast import Steps, alone
from colophon.edition.blocks import Piece, pieces, plain, too_deep
from colophon.edition.checks import below_the_title, link_problems, raw_html_problems, stray_asterisks
from colophon.edition.figures import (
    WrittenImage,
    figure_of,
    image_line,
    image_problems,
    images_in,
    not_alone,
    too_many_images,
)
from colophon.edition.markdown import clean, rendered
from colophon.edition.model import Block, Figure, Prose, SourceWarning
from colophon.edition.source import Source, source_of
from colophon.problem import Problem
from colophon.upload.keys import nfc
from colophon.upload.limits import NESTING

# A letter or digit outside of tags: the quick way to see that there is text.
_TEXT = re.compile(r">[^<&]*\w")


class Body(Struct, frozen=True):
    """``blocks`` in order, what is wrong with them, and how to find the file's line of the figure of a number."""

    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...]
    figure_line: Callable[[int], int]

    @property
    def whole(self) -> bool:
        """Whether every block of the text is there and may be shown."""
        return all(problem.severity != "error" for problem in self.problems)


def read_body(text: str, first_line: int) -> Body:
    """The blocks of ``text``, a CommonMark body that begins in line ``first_line`` of its file.

    Figures are numbered from 1 in order. Never raises for what is in the text: every problem is in the answer, with
    its line; where any is an error, the blocks are not for showing. Time and depth are bounded for any input.
    """
    return alone(reading_body(text, first_line))


def reading_body(text: str, first_line: int) -> Steps[Body]:
    """What ``read_body`` does, step by step."""
    source = source_of(nfc(text), first_line)
    yield
    html = rendered(source.text)
    yield
    html = below_the_title(html)
    if (offset := too_deep(html, NESTING)) is not None:
        what = f"Quotes, lists or emphasis are nested more than {NESTING} deep."
        line = source.number(source.block_lines(offset)[0])
        return Body((), (Problem(what, "Write the text less deep.", line=line),), lambda number: line)
    yield
    read = _Reading(source, html)
    read.problems += [*raw_html_problems(source, html), *link_problems(source, html)]
    if many := too_many_images(source, html):
        read.problems.append(many)
    else:
        found = list(pieces(html))
        yield
        for piece in found:
            read.take(piece)
        yield
        read.problems += read.nothing_to_show(first_line)
    read.problems += stray_asterisks(source, html)
    return Body(tuple(read.blocks), tuple(read.problems), read.figure_line)


@dataclass
class _Reading:
    source: Source
    html: str
    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    images: list[WrittenImage] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        if piece.kind == "images":
            self._figures(piece)
            return
        if "<img " in piece.html:
            for image in images_in(piece.html, piece.offset):
                self.problems.append(not_alone(self.source, image))
        html = clean(piece.html)
        if html:
            self.blocks.append(SourceWarning(html) if piece.kind == "warning" else Prose(html))

    def _figures(self, piece: Piece) -> None:
        for image in images_in(piece.html, piece.offset):
            self.images.append(image)
            self.blocks.append(figure_of(len(self.images), image))
            self.problems += image_problems(self.source, image)

    def figure_line(self, number: int) -> int:
        return image_line(self.source, self.images[number - 1])

    def nothing_to_show(self, first_line: int) -> Iterator[Problem]:
        texts = (block.html for block in self.blocks if not isinstance(block, Figure))
        shows = self.images or any(_TEXT.search(html) or plain(html) for html in texts)
        if not shows and not self.problems:
            yield Problem(
                "The body has neither text nor images.", "Write the text below the front matter.", line=first_line
            )
