"""Every clinic of a language and its tags: a way to search that needs no script."""

from colophon.listings.view import DirectoryView
from colophon.page.frame import frame
from colophon.page.template import render


def directory_page(view: DirectoryView, rev: int) -> bytes:
    """``/<lang>/search/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render("directory.html", **frame(view.lang, view.site, rev), view=view)
