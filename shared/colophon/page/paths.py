"""Where pages lie: paths as readers type them, and the site bucket's keys."""

from colophon.upload.keys import PageRef


def home_path(lang: str) -> str:
    return f"/{lang}/"


def archive_path(lang: str, clinic: str) -> str:
    """The listing of a clinic's posts in ``lang``."""
    return f"/{lang}/{clinic}/"


def profile_path(lang: str, clinic: str) -> str:
    """Who a clinic is, for readers of ``lang``."""
    return f"/{lang}/{clinic}/profile/"


def path_of(page: PageRef) -> str:
    """``/<lang>/<clinic>/<post>/``"""
    return f"/{page.lang}/{page.post.clinic}/{page.post.post}/"


def key_at(path: str) -> str:
    """The site bucket's key of the HTML page at ``path``, which begins and ends with a slash."""
    return f"{path[1:]}index.html"


def key_of(page: PageRef) -> str:
    """``<lang>/<clinic>/<post>/index.html``"""
    return key_at(path_of(page))
