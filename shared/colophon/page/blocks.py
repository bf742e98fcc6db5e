"""The body as a page shows it: clean HTML as it is, and figures with what may be shown of their images."""

from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from colophon.edition.figures import alt_of
from colophon.edition.model import Block, Figure, ImageWords, Prose
from colophon.language.words import Words, words_for
from colophon.page.template import macro
from colophon.views import PostView, ShownImage


def srcset_of(path: str, widths: Iterable[int]) -> str:
    """The WebP files beside ``path``, that of every reader, as a ``srcset``.

    HTML standard, 4.8.4.2.1: candidates are parted by commas. No path has one, or a space: they are quoted.
    """
    base = path.rpartition("-")[0]
    return ", ".join(f"{base}-{width}.webp {width}w" for width in widths)


_ABSENT = ShownImage("absent")
# The others are fetched when a reader comes near them.
_FETCHED_AT_ONCE = 1


class ShownFigure(Struct, frozen=True):
    """A figure. One whose image is not shown keeps its number and loses every word about the image.

    ``lazy``: it lies below what a reader sees first.
    """

    number: int
    image: ShownImage
    srcset: str = ""
    lazy: bool = True
    alt: str = ""
    caption: str = ""
    credit: str = ""
    credit_url: str = ""
    kind: str = "photo"


def shown_body(view: PostView) -> Markup:
    """The edition's blocks in their order, as HTML."""
    words = words_for(view.page.lang)
    # A template of ours has escaped all that is in it.
    return Markup("".join([_shown(block, view, words) for block in view.edition.blocks]))  # noqa: S704


def shown_figures(view: PostView) -> list[ShownFigure]:
    """The figures whose images are there to be seen."""
    figures = [shown_figure(figure, view) for figure in view.edition.figures]
    return [figure for figure in figures if figure.image.state == "ready"]


def shown_figure(figure: Figure, view: PostView) -> ShownFigure:
    image = view.images.get(figure.name, _ABSENT)
    if image.state != "ready":
        return ShownFigure(figure.number, image)
    words = view.edition.front.images.get(figure.name, ImageWords())
    return ShownFigure(
        number=figure.number,
        image=image,
        srcset=srcset_of(image.path, image.widths),
        lazy=figure.number > _FETCHED_AT_ONCE,
        alt=alt_of(figure, view.edition.front),
        caption=figure.caption,
        credit=words.credit or "",
        credit_url=words.credit_url or "",
        kind=words.kind,
    )


def _shown(block: Block, view: PostView, words: Words) -> str:
    if isinstance(block, Figure):
        return macro("figure.html", "show")(shown_figure(block, view), words)
    if isinstance(block, Prose):
        # The edition has sanitised it to a closed list: the one place where HTML from an upload is not escaped.
        return f"{block.html}\n"
    return macro("post_parts.html", "warning")(Markup(block.html), words)  # noqa: S704
