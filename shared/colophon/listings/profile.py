"""Who a clinic is, and where it publishes itself."""

from colophon.listings.view import ProfileView
from colophon.page.frame import frame
from colophon.page.template import render


def profile_page(view: ProfileView, rev: int) -> bytes:
    """``/<lang>/<clinic>/profile/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    return render("profile.html", **frame(view.shelf.lang, view.shelf.site, rev), view=view)
