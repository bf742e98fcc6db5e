"""A clinic's archive: years and months with counts, the newest posts, the search."""

from colophon.listings.view import ArchiveView
from colophon.page.frame import frame
from colophon.page.template import render


def archive_page(view: ArchiveView, rev: int) -> bytes:
    """``/<lang>/<clinic>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render("archive.html", **frame(view.shelf.lang, view.shelf.site, rev), view=view)
