"""What listings show of a live page. It is built from the page's view, so no listing reads an upload."""

from datetime import date

from msgspec import Struct

from colophon.page.blocks import visible_figures
from colophon.page.names import ClinicName, clinic_names
from colophon.page.structured import modified_at, published_at
from colophon.views import PostView


class Picture(Struct, frozen=True, omit_defaults=True):
    """The image of a figure: its path from the site's root, its size in pixels, and the widths of its WebP files."""

    path: str
    width: int
    height: int
    widths: tuple[int, ...] = ()


class Entry(Struct, frozen=True, omit_defaults=True):
    """One page as listings, feeds, sitemaps and the search show it.

    ``names`` are the clinic's, the one for readers of ``lang`` first. ``published`` and ``modified`` (may be empty) are
    as in the page's metadata: a date, or an instant with its UTC offset. ``languages`` are the sorted languages of all
    live editions of the post, this one included. ``pictures`` are in the order of the page. ``differences`` are
    the kinds of differences from the original that are marked on the page, each with their number.
    """

    lang: str
    clinic: str
    post: str
    posted: date
    title: str
    source_title: str
    excerpt: str
    original: bool
    reviewed: bool
    published: str
    modified: str
    names: tuple[ClinicName, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    differences: tuple[tuple[str, int], ...] = ()

    @property
    def path(self) -> str:
        """``/<lang>/<clinic>/<post>/``"""
        return f"/{self.lang}/{self.clinic}/{self.post}/"


def build_entry(view: PostView) -> Entry:
    """The entry of the page made from ``view``."""
    front, lang, post = view.edition.front_matter, view.page.lang, view.page.post
    return Entry(
        lang=lang,
        clinic=post.clinic,
        post=post.post,
        posted=front.source.posted,
        title=front.title,
        source_title=front.source.title,
        excerpt=view.edition.excerpt,
        original=view.edition.is_original,
        reviewed=view.edition.is_reviewed,
        published=published_at(view),
        modified=modified_at(view),
        names=tuple(clinic_names(view.clinic, lang, view.site.original_language)),
        languages=tuple(sorted({lang, *(sibling.lang for sibling in view.siblings)})),
        tags=front.tags,
        pictures=tuple(
            Picture(image.path, image.width, image.height, image.widths)
            for image in (figure.image for figure in visible_figures(view))
        ),
        differences=tuple(view.comparison.marked_kinds.items()),
    )
