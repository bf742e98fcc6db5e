"""Takes images out of paragraphs, lists, quotes and links, so that each becomes a figure where it was written."""

from html import unescape

from msgspec import Struct

from colophon.edition.dialect import BREAK
from colophon.upload.lazy_pattern import compile_lazily

# Stands for a figure in HTML. No upload may contain this control character.
FIGURE = "\x03"
_IMAGE = compile_lazily(r"<img [^>]*/>")
_BLOCK_TAG = compile_lazily(
    r"(</?(?:p|li|ul|ol|blockquote|h[1-6]|pre|table|thead|tbody|tr|th|td|section|hr)(?=[ >])[^>]*>)"
)
_ONLY = rf"(?:<br />|[\s{BREAK}])*+{FIGURE}(?:<br />|[\s{BREAK}{FIGURE}])*+"
_LINKED = compile_lazily(rf'<a href="([^"]*)">({_ONLY})</a>')
_EMPHASIZED = compile_lazily(rf"<(em|strong|del)>({_ONLY})</\1>")
_BLANKS = f" \t\n{BREAK}"
_HARD_BREAK = "<br />"
_LINE_END = compile_lazily(rf"<br />|[\n{BREAK}]")
_INLINE_TAG = compile_lazily(r"<(/?)(a|em|strong|del|sup|code)(?=[ >])")
_EMPTY_PARAGRAPH = compile_lazily(r"<p>\s*</p>\n?")
# Each can be around the others.
_MOST_WRAPPINGS = 4


class PlacedFigures(Struct, frozen=True):
    """``html`` with ``FIGURE`` for each image. ``links``: the address that each image links to, or an empty text.

    ``faults``: for the number of each image that can't be taken, from 0, where it is.
    """

    html: str
    links: tuple[str, ...]
    faults: dict[int, str]


def place_figures(html: str) -> PlacedFigures:
    """``html``, a part of what the renderer made, with the images taken out of their paragraphs.

    An image is taken if no text follows or precedes it in its line; then the text before and after it keep their order.
    """
    html, count = _IMAGE.subn(FIGURE, html)
    html, links = _unwrap(html, [""] * count)
    parts = _BLOCK_TAG.split(html)
    faults: dict[int, str] = {}
    number = 0
    for index in range(0, len(parts), 2):
        images = parts[index].count(FIGURE)
        if images and (fault := _find_fault(parts[index], parts[index - 1] if index else "")):
            faults |= dict.fromkeys(range(number, number + images), fault)
        elif images:
            in_paragraph = index > 0 and parts[index - 1].startswith("<p>")
            parts[index] = (
                _split_run(parts[index], "</p>\n", "\n<p>") if in_paragraph else _split_run(parts[index], "\n", "\n")
            )
        number += images
    return PlacedFigures(_EMPTY_PARAGRAPH.sub("", "".join(parts)), tuple(links), faults)


def _unwrap(html: str, links: list[str]) -> tuple[str, list[str]]:
    """``html`` without links and emphasis that hold only images, and the links."""
    for _ in range(_MOST_WRAPPINGS):
        for match in _LINKED.finditer(html):
            first = html.count(FIGURE, 0, match.start())
            for number in range(first, first + match[2].count(FIGURE)):
                links[number] = unescape(match[1])
        unwrapped = _EMPHASIZED.sub(r"\2", _LINKED.sub(r"\2", html))
        if unwrapped == html:
            break
        html = unwrapped
    return html, links


def _find_fault(run: str, tag: str) -> str:
    """Where images in ``run``, the inline content after ``tag``, can't be taken from; empty if they can."""
    if tag.startswith("<h") and not tag.startswith("<hr"):
        return "inside a heading"
    if tag.startswith(("<td", "<th")):
        return "inside a table"
    if "footnote-backref" in run:
        return "inside a footnote"
    if any(not _is_balanced(part) for part in run.split(FIGURE)):
        return "inside a link or emphasis that also holds text"
    if any(_is_amid_text(line) for line in _LINE_END.split(run)):
        return "in the middle of a line of text"
    return ""


def _is_balanced(part: str) -> bool:
    depth = 0
    for match in _INLINE_TAG.finditer(part):
        depth += -1 if match[1] else 1
        if depth < 0:
            return False
    return depth == 0


def _is_amid_text(line: str) -> bool:
    return FIGURE in line and sum(bool(part.strip()) for part in line.split(FIGURE)) > 1


def _split_run(run: str, before: str, after: str) -> str:
    return f"{before}{FIGURE}{after}".join(_strip_breaks(part) for part in run.split(FIGURE))


def _strip_breaks(part: str) -> str:
    stripped = part.strip(_BLANKS)
    while stripped.startswith(_HARD_BREAK) or stripped.endswith(_HARD_BREAK):
        stripped = stripped.removeprefix(_HARD_BREAK).removesuffix(_HARD_BREAK).strip(_BLANKS)
    return stripped
