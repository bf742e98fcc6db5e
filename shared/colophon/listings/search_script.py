"""The script of an archive's search: it goes out with the code, under the hash of its content."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from colophon.page.objects import SCRIPT_TYPE, STYLE_LIFE, SiteObject


@cache
def search_script() -> tuple[str, bytes]:
    """The site bucket's key, ``assets/search.<hash>.js``, and the bytes that belong there."""
    script = (files("colophon") / "templates" / "search.js").read_bytes()
    return f"assets/search.{sha256(script).hexdigest()[:12]}.js", script


def search_script_path() -> str:
    """The path that archives load it from."""
    return f"/{search_script()[0]}"


def finished_script() -> SiteObject:
    """The script that archives load."""
    key, content = search_script()
    return SiteObject(key, content, SCRIPT_TYPE, STYLE_LIFE)
