"""The body of a page: sanitised HTML, figures and source warnings."""

from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from colophon.edition.figures import alt_text
from colophon.edition.model import Block, Figure, ImageWords, LinkedFigure, Prose
from colophon.edition.numbers import number_blocks
from colophon.images.mark import ImageMark, contradicts
from colophon.language.words import Words, words_for
from colophon.page.beside import add_originals
from colophon.page.differences import add_marks
from colophon.page.labels import label_elements
from colophon.page.template import load_macro
from colophon.views import ImageView, PostView


def build_srcset(path: str, widths: Iterable[int]) -> str:
    """The WebP files beside ``path``, the file that every browser can show, as a ``srcset``.

    HTML standard, 4.8.4.2.1: commas separate the candidates. Paths are percent-encoded and hold no comma or space.
    """
    base = path.rpartition("-")[0]
    return ", ".join(f"{base}-{width}.webp {width}w" for width in widths)


_ABSENT_IMAGE = ImageView("absent")
# Browsers load the others when readers scroll near them.
_EAGER_FIGURES = 1


class FigureView(Struct, frozen=True):
    """A figure. If its image is not shown, it keeps its number and loses every word about the image.

    ``lazy`` lets browsers load the image late. ``made`` are sentences that say how the image was made, and who says so;
    without any, nothing is known about it.
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
    made: tuple[str, ...] = ()
    stated: str = ""


def render_body(view: PostView) -> Markup:
    """The edition's blocks in their order, as HTML with their ids, and those of the original beside them."""
    words, blocks = words_for(view.page.lang), view.edition.blocks
    rendered = [_render_block(*block, view, words) for block in zip(blocks, number_blocks(blocks), strict=True)]
    # Our own templates have escaped the parts.
    return Markup(add_marks(add_originals("".join(rendered), view), view))  # noqa: S704


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
        made=_describe_making(image.mark, words.made, view.page.lang) if words.made or image.mark else (),
        stated=words.made or "",
    )


def _describe_making(mark: ImageMark, stated: str | None, lang: str) -> tuple[str, ...]:
    """What a caption says of ``mark``, and of what the front matter states. Where they differ it says both."""
    words = words_for(lang)
    sentences = [words.made_file.format(how=words.made_kinds[mark.kind])] if mark.kind else []
    if stated and (not mark.kind or contradicts(stated, mark)):
        sentence = words.made_stated_otherwise if mark.kind else words.made_stated
        sentences.append(sentence.format(how=words.made_kinds[stated]))
    if mark.has_credentials:
        sentences.append(words.made_credentials)
    return tuple(sentences)


def _render_block(block: Block, numbered: str, view: PostView, words: Words) -> str:
    """``numbered`` is what ``number_blocks`` gives for ``block``."""
    if isinstance(block, Figure):
        return load_macro("figure.html", "show")(build_figure_view(block, view), words, numbered)
    # The only HTML of an upload that is not escaped: the edition has sanitised it to a closed list of tags.
    html = label_elements(numbered, words)
    if isinstance(block, Prose):
        return f"{html}\n"
    return load_macro("post_parts.html", "warning")(Markup(html), words)  # noqa: S704
