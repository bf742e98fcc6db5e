"""The body of a page: sanitised HTML, figures and source warnings."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape
from msgspec import Struct

from colophon.edition.figures import alt_text
from colophon.edition.model import Block, Figure, ImageWords, LinkedFigure, Prose
from colophon.edition.numbers import number_blocks
from colophon.language.words import Words, words_for
from colophon.page.differences import add_marks
from colophon.page.template import load_macro
from colophon.views import ImageView, PostView


def build_srcset(path: str, widths: Iterable[int]) -> str:
    """The WebP files beside ``path``, the file that every browser can show, as a ``srcset``.

    HTML standard, 4.8.4.2.1: commas separate the candidates. Paths are percent-encoded and hold no comma or space.
    """
    base = path.rpartition("-")[0]
    return ", ".join(f"{base}-{width}.webp {width}w" for width in widths)


_BACK_LINK = re.compile(r'(<a href="#fnref-[0-9-]*" role="doc-backlink")')
_FOOTNOTES = '<section class="footnotes">'
_ABSENT_IMAGE = ImageView("absent")
# Browsers load the others when readers scroll near them.
_EAGER_FIGURES = 1


class FigureView(Struct, frozen=True):
    """A figure. If its image is not shown, it keeps its number and loses every word about the image.

    ``lazy`` lets browsers load the image late.
    """

    number: int
    image: ImageView
    srcset: str = ""
    lazy: bool = True
    alt: str = ""
    caption: str = ""
    credit: str = ""
    credit_url: str = ""
    kind: str = "photo"
    link: str = ""


def render_body(view: PostView) -> Markup:
    """The edition's blocks in their order, as HTML with their ids."""
    words, blocks = words_for(view.page.lang), view.edition.blocks
    rendered = [_render_block(*block, view, words) for block in zip(blocks, number_blocks(blocks), strict=True)]
    # Our own templates have escaped the parts.
    return Markup(add_marks("".join(rendered), view))  # noqa: S704


def visible_figures(view: PostView) -> list[FigureView]:
    """The figures whose images are shown."""
    figures = [build_figure_view(figure, view) for figure in view.edition.figures]
    return [figure for figure in figures if figure.image.state == "ready"]


def build_figure_view(figure: Figure, view: PostView) -> FigureView:
    image = view.images.get(figure.name, _ABSENT_IMAGE)
    if image.state != "ready":
        return FigureView(figure.number, image)
    words = view.edition.front_matter.images.get(figure.name, ImageWords())
    return FigureView(
        number=figure.number,
        image=image,
        srcset=build_srcset(image.path, image.widths),
        lazy=figure.number > _EAGER_FIGURES,
        alt=alt_text(figure, view.edition.front_matter),
        caption=figure.caption,
        credit=words.credit or "",
        credit_url=words.credit_url or "",
        kind=words.kind,
        link=figure.address if isinstance(figure, LinkedFigure) else "",
    )


def _render_block(block: Block, numbered: str, view: PostView, words: Words) -> str:
    """``numbered`` is what ``number_blocks`` gives for ``block``."""
    if isinstance(block, Figure):
        return load_macro("figure.html", "show")(build_figure_view(block, view), words, numbered)
    # The only HTML of an upload that is not escaped: the edition has sanitised it to a closed list of tags.
    html = _label_elements(numbered, words)
    if isinstance(block, Prose):
        return f"{html}\n"
    return load_macro("post_parts.html", "warning")(Markup(html), words)  # noqa: S704


def _label_elements(html: str, words: Words) -> str:
    """``html`` with words for screen readers, in the page's language, on footnotes and the signs of tasks."""
    # Searching for one character is many times faster than for more.
    if "#" in html and '<a href="#' in html:
        html = _BACK_LINK.sub(rf'\1 aria-label="{escape(words.back_to_text)}"', html)
        html = html.replace(
            _FOOTNOTES, f'<section class="footnotes" role="doc-endnotes" aria-label="{escape(words.footnotes)}">'
        )
    if ("☑" in html or "☐" in html) and "<span " in html:
        for state, label in (("done", words.task_done), ("open", words.task_open)):
            sign = f'<span class="{state}"'
            html = html.replace(f"{sign}>", f'{sign} role="img" aria-label="{escape(label)}">')
    return html
