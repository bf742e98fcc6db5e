"""What is served at every address at which nothing is."""

from colophon.page.frame import frame
from colophon.page.template import render
from colophon.site_settings import SiteSettings


def not_found_page(site: SiteSettings, rev: int) -> bytes:
    """``/404.html`` in UTF-8."""
    return render("not_found.html", **frame("en", site, rev))
