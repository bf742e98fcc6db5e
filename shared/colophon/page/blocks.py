"""The body as a page shows it: clean HTML as it is, and figures with what may be shown of their images."""

from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from colophon.edition.figures import alt_text
from colophon.edition.model import Block, Figure, ImageWords, Prose
from colophon.language.words import Words, words_for
from colophon.page.template import load_macro
from colophon.views import ImageView, PostView


def build_srcset(path: str, widths: Iterable[int]) -> str:
    """The WebP files beside ``path``, that of every reader, as a ``srcset``.

    HTML standard, 4.8.4.2.1: candidates are parted by commas. No path has one, or a space: they are quoted.
    """
    base = path.rpartition("-")[0]
    return ", ".join(f"{base}-{width}.webp {width}w" for width in widths)


_ABSENT_IMAGE = ImageView("absent")
# The others are fetched when a reader comes near them.
_EAGER_FIGURES = 1


class FigureView(Struct, frozen=True):
    """A figure. One whose image is not shown keeps its number and loses every word about the image.

    ``lazy``: it lies below what a reader sees first.
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


def render_body(view: PostView) -> Markup:
    """The edition's blocks in their order, as HTML."""
    words = words_for(view.page.lang)
    # A template of ours has escaped all that is in it.
    return Markup("".join([_render_block(block, view, words) for block in view.edition.blocks]))  # noqa: S704


def visible_figures(view: PostView) -> list[FigureView]:
    """The figures whose images are there to be seen."""
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
    )


def _render_block(block: Block, view: PostView, words: Words) -> str:
    if isinstance(block, Figure):
        return load_macro("figure.html", "show")(build_figure_view(block, view), words)
    if isinstance(block, Prose):
        # The edition has sanitised it to a closed list: the one place where HTML from an upload is not escaped.
        return f"{block.html}\n"
    return load_macro("post_parts.html", "warning")(Markup(block.html), words)  # noqa: S704
