"""A month of a clinic: every live page that was posted in it."""

from colophon.listings.view import MonthView
from colophon.page.frame import frame
from colophon.page.template import render


def month_page(view: MonthView, rev: int) -> bytes:
    """``/<lang>/<clinic>/<yyyy>/<mm>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render("month.html", **frame(view.shelf.lang, view.shelf.site, rev), view=view)
