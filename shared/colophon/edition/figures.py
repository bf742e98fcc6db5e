"""Images in a body: each names a file in the post's folder, in a paragraph of its own, and says what it shows."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import unquote

from msgspec import Struct

from colophon.edition.model import Figure, FrontMatter, ImageWords
from colophon.edition.source import Source, file_line
from colophon.problem import Problem
from colophon.upload.fields import shown
from colophon.upload.keys import ImageRef, PostRef, is_plain, named, nfc
from colophon.upload.limits import IMAGES

_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")? />')
_ONLY_IMAGES = re.compile(r"(?:<img [^>]*/>|<br />|\s)+")
# What one-line text may not hold is taken out of alternative texts and captions: they come from running text.
_INVISIBLE = re.compile("[\u2028\u2029\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_LONGEST_WORDS = 1000
_ANY_POST = PostRef("clinic", "post")
_NAME_FIX = "Name an image file of the post's own folder, as ![what it shows](image-1.jpg)."
_ALONE_FIX = "Put the image in a paragraph of its own, with a blank line before and after it."


class WrittenImage(Struct, frozen=True):
    """One image as the text names it: ``offset`` is its place in the rendered HTML, ``address`` what it points to."""

    offset: int
    address: str
    alt: str
    caption: str


def only_images(paragraph: str) -> bool:
    """Whether a paragraph's rendered content is nothing but images."""
    return paragraph.startswith("<img ") and _ONLY_IMAGES.fullmatch(paragraph) is not None


def images_in(html: str, offset: int) -> Iterator[WrittenImage]:
    """The images of rendered ``html``, which begins at ``offset`` of the whole."""
    for found in _IMAGE.finditer(html):
        # The renderer escapes what an address may not hold; names are decoded once and never again.
        address = unquote(unescape(found[1]))
        yield WrittenImage(offset + found.start(), address, _words(found[2]), _words(found[3] or ""))


def figure_of(number: int, image: WrittenImage) -> Figure:
    """The figure that ``image`` becomes."""
    return Figure(number, nfc(image.address), image.alt, image.caption)


def name_flaw(name: str) -> tuple[str, str] | None:
    """What is wrong with ``name`` as the file name of an image of the same folder, and the fix; or None."""
    if not name:
        return "An image has no file name.", _NAME_FIX
    if not is_plain(name):
        return f"“{shown(name)}” is not the plain name of a file.", _NAME_FIX
    meant = named(_ANY_POST.folder + name)
    if isinstance(meant, ImageRef):
        return None
    return f"“{shown(name)}” is not the name of an image that a post can hold.", _NAME_FIX


def image_problems(source: Source, image: WrittenImage) -> tuple[Problem, ...]:
    """What is wrong with an image that stands where it should."""
    problems = [] if (flaw := name_flaw(image.address)) is None else [flaw]
    for words, kind in ((image.alt, "alternative text"), (image.caption, "caption")):
        if len(words) > _LONGEST_WORDS:
            what = f"The {kind} of an image has {len(words):,} characters; at most {_LONGEST_WORDS:,} are allowed."
            problems.append((what, "Shorten it; long explanations belong into the text."))
    line = image_line(source, image) if problems else 0
    return tuple(Problem(what, fix, line=line) for what, fix in problems)


def not_alone(source: Source, image: WrittenImage) -> Problem:
    """The problem of an image in the middle of something else."""
    what = f"The image “{shown(image.address)}” stands inside of text, a list, a quote, a heading or a link."
    return Problem(what, _ALONE_FIX, line=image_line(source, image))


def too_many_images(source: Source, html: str) -> Problem | None:
    """The problem of a text with more images than a post may have."""
    # Far faster than to count tags; without these signs in the text there is no image.
    images = html.count("<img ") if "!" in source.text and "![" in source.text else 0
    if images <= IMAGES:
        return None
    first_beyond = next(islice(_IMAGE.finditer(html), IMAGES, None))
    line = source.number(source.block_lines(first_beyond.start())[0])
    what = f"The text has {images} images; at most {IMAGES} are allowed."
    return Problem(what, "Leave some out, or make two posts of it.", line=line)


def image_line(source: Source, image: WrittenImage) -> int:
    """The file's line that ``image`` is written in."""
    return file_line(source, image.offset, (image.address, nfc(image.address), "!["))


def _words(escaped: str) -> str:
    return nfc(" ".join(_INVISIBLE.sub("", unescape(escaped)).split()))


# What pipelines put after the title, in the languages that they write in.
_IMAGE_NUMBER = re.compile(
    r"[\W_]*(?:image|img|photo|picture|figure|fig|no|이미지|사진|그림|画像|写真|図|图片|照片|图)?[\W_]*\d*[\W_]*"
)


def alt_of(figure: Figure, front: FrontMatter) -> str:
    """The alternative text of ``figure``, empty where none was written but the title."""
    written = front.images.get(figure.name, ImageWords()).alt or figure.alt
    return "" if repeats(written, front.title) else written


def repeats(alt: str, title: str) -> bool:
    """Whether ``alt`` is ``title``, with or without the number of an image."""
    alt, title = alt.casefold(), title.casefold()
    return bool(title) and alt.startswith(title) and _IMAGE_NUMBER.fullmatch(alt[len(title) :]) is not None
