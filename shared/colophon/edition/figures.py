"""The images of a body: each is a file of the post's folder, on a line of its own, with an alternative text."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.dialect import BREAK
from colophon.edition.model import Figure, FrontMatter, ImageWords, LinkedFigure
from colophon.edition.source import MarkdownSource, find_file_line
from colophon.problem import Problem
from colophon.upload.combining_marks import MARKS_FIX, find_mark_run, mark_run_error
from colophon.upload.fields import display_value
from colophon.upload.image_names import is_plain_file_name
from colophon.upload.keys import ImageRef, PostRef, parse_key, to_nfc
from colophon.upload.limits import MAX_IMAGES
from colophon.upload.unseen import FORBIDDEN_IN_LINE

_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")? />')
_ONLY_IMAGES = re.compile(rf"(?:<img [^>]*/>|<br />|[\s{BREAK}])+")
# One-line fields must not contain these. Alternative texts and captions come from running text: they are removed.
_INVISIBLE = re.compile(f"[\u2028\u2029{FORBIDDEN_IN_LINE}]")
_MAX_TEXT_CHARACTERS = 1000
_ANY_POST = PostRef("clinic", "post")
_NAME_FIX = "Use the name of an image file in the post's folder: ![what it shows](image-1.jpg)."
_ALONE_FIX = "Put the image in a paragraph of its own, with a blank line before and after it."
# What translation pipelines append to the title, in their languages.
_IMAGE_NUMBER = re.compile(
    r"[\W_]*(?:image|img|photo|picture|figure|fig|no|이미지|사진|그림|画像|写真|図|图片|照片|图)?[\W_]*\d*[\W_]*"
)


class MarkdownImage(Struct, frozen=True):
    """One image as written in Markdown; ``offset`` is its index in the rendered HTML, ``target`` its URL, decoded."""

    offset: int
    target: str
    alt: str
    caption: str


def is_only_images(paragraph: str) -> bool:
    """Whether the rendered content of a paragraph consists of images only."""
    return paragraph.startswith("<img ") and _ONLY_IMAGES.fullmatch(paragraph) is not None


def find_images(html: str, offset: int) -> Iterator[MarkdownImage]:
    """The images in ``html``, a part of the rendered HTML that begins at index ``offset``."""
    for match in _IMAGE.finditer(html):
        # The renderer percent-encodes targets; this is the only place that decodes them.
        target = unquote(unescape(match[1]))
        yield MarkdownImage(offset + match.start(), target, _clean_text(match[2]), _clean_text(match[3] or ""))


def build_figure(number: int, image: MarkdownImage, link: str = "") -> Figure:
    """The figure for ``image``, the body's ``number``-th image, from 1. ``link`` is an address or empty."""
    name = to_nfc(image.target)
    if link:
        return LinkedFigure(number, name, image.alt, image.caption, address=link)
    return Figure(number, name, image.alt, image.caption)


def check_image(source: MarkdownSource, image: MarkdownImage) -> tuple[Problem, ...]:
    """The problems with the target and the texts of an image that has a paragraph of its own."""
    problems = [] if (error := image_name_error(image.target)) is None else [error]
    for words, kind in ((image.alt, "alternative text"), (image.caption, "caption")):
        if len(words) > _MAX_TEXT_CHARACTERS:
            what = (
                f"The {kind} of an image has {len(words):,} characters; at most {_MAX_TEXT_CHARACTERS:,} are allowed."
            )
            problems.append((what, "Shorten it; long explanations belong in the text."))
        if (marks := find_mark_run(words)) is not None:
            problems.append((mark_run_error(words, marks), MARKS_FIX))
    line = find_image_line(source, image) if problems else 0
    return tuple(Problem(what, fix, line=line) for what, fix in problems)


def image_name_error(name: str) -> tuple[str, str] | None:
    """``what`` and ``fix`` if ``name`` can't be the file name of an image in the post's folder, else None."""
    if not name:
        return "An image has no file name.", _NAME_FIX
    if not is_plain_file_name(name):
        return f"“{display_value(name)}” is not a plain file name.", _NAME_FIX
    parsed = parse_key(_ANY_POST.folder + name)
    if isinstance(parsed, ImageRef):
        return None
    return f"“{display_value(name)}” is not the name of an image that a post can contain.", _NAME_FIX


def names_image(url: str) -> bool:
    """Whether ``url``, as rendered, is no address but the file name of an image in the post's folder."""
    return "/" not in url and image_name_error(unquote(unescape(url))) is None


def inline_image_problem(source: MarkdownSource, image: MarkdownImage, place: str) -> Problem:
    """The problem of an image that can't become a figure where it is: ``place`` ("inside a heading")."""
    what = f"The image “{display_value(image.target)}” is {place}."
    return Problem(what, _ALONE_FIX, line=find_image_line(source, image))


def may_show_images(source: MarkdownSource) -> bool:
    """A quick test: without these characters there is no image."""
    return "!" in source.text and "[" in source.text


def check_image_count(source: MarkdownSource, html: str) -> Problem | None:
    """The problem of a text with more than ``MAX_IMAGES`` images, or None."""
    images = html.count("<img ") if may_show_images(source) else 0
    if images <= MAX_IMAGES:
        return None
    first_beyond = next(islice(_IMAGE.finditer(html), MAX_IMAGES, None))
    line = source.file_line(source.block_lines(first_beyond.start())[0])
    what = f"The text has {images} images; at most {MAX_IMAGES} are allowed."
    return Problem(what, "Remove some, or split the post into two.", line=line)


def find_image_line(source: MarkdownSource, image: MarkdownImage) -> int:
    """The line of ``image`` in the file."""
    return find_file_line(source, image.offset, (image.target, to_nfc(image.target), "!["))


def find_image_lines(source: MarkdownSource, images: Iterable[MarkdownImage]) -> dict[str, int]:
    """The line in the file of the first of ``images`` with each name. Looks for the name, and so does not render again.

    ``images`` are in the order of the text.
    """
    lines: dict[str, int] = {}
    begin = 0
    for image in images:
        spellings = (f"]({image.target}", f"](<{image.target}", image.target, "![")
        found = next((at for spelling in spellings if (at := source.text.find(spelling, begin)) >= 0), begin)
        lines.setdefault(to_nfc(image.target), source.file_line(source.text.count("\n", 0, found) + 1))
        begin = found + 1
    return lines


def alt_text(figure: Figure, front_matter: FrontMatter) -> str:
    """The alternative text of ``figure``; empty if it only repeats the title."""
    text = front_matter.images.get(figure.name, ImageWords()).alt or figure.alt
    return "" if repeats_title(text, front_matter.title) else text


def repeats_title(alt: str, title: str) -> bool:
    """Whether ``alt`` is ``title``, possibly with the number of an image."""
    alt, title = alt.casefold(), title.casefold()
    return bool(title) and alt.startswith(title) and _IMAGE_NUMBER.fullmatch(alt[len(title) :]) is not None


def _clean_text(escaped: str) -> str:
    text = unescape(escaped).replace(BREAK, " ")
    return to_nfc(" ".join(_INVISIBLE.sub("", text).split()))
