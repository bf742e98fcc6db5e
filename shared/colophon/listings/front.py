"""The front door: which languages there are."""

from colophon.page.frame import frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def front_page(site: SiteSettings, rev: int) -> bytes:
    """``/`` in UTF-8."""
    return render("front.html", **frame("en", site, rev))
