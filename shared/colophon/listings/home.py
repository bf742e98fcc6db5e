"""The home page of a language: the newest posts of all clinics."""

from colophon.listings.view import HomeView
from colophon.page.frame import frame
from colophon.page.template import render


def home_page(view: HomeView, rev: int) -> bytes:
    """``/<lang>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render("home.html", **frame(view.lang, view.site, rev), view=view)
