"""The script of the archive search. It reads the search shards, one per year (``kinds.year``)."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from colophon.page.objects import ASSET_CACHE_CONTROL, SCRIPT_TYPE, SiteObject


@cache
def load_search_script() -> tuple[str, bytes]:
    """The site key of the script, ``assets/search.<hash>.js``, and its bytes."""
    script = (files("colophon") / "templates" / "search.js").read_bytes()
    return f"assets/search.{sha256(script).hexdigest()[:12]}.js", script


def search_script_path() -> str:
    """The path from which archives load the script."""
    return f"/{load_search_script()[0]}"


def finish_search_script() -> SiteObject:
    """The script as an object."""
    key, content = load_search_script()
    return SiteObject(key, content, SCRIPT_TYPE, ASSET_CACHE_CONTROL)
