"""The script of posts' pages. It shows newer, older and related posts; a page is whole without it."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from colophon.page.objects import ASSET_CACHE_CONTROL, SCRIPT_TYPE, SiteObject


@cache
def load_post_script() -> tuple[str, bytes]:
    """The site key of the script, ``assets/neighbours.<hash>.js``, and its bytes."""
    script = (files("colophon") / "templates" / "neighbours.js").read_bytes()
    return f"assets/neighbours.{sha256(script).hexdigest()[:12]}.js", script


def post_script_path() -> str:
    """The path from which posts' pages load the script."""
    return f"/{load_post_script()[0]}"


def finish_post_script() -> SiteObject:
    """The script as an object."""
    key, content = load_post_script()
    return SiteObject(key, content, SCRIPT_TYPE, ASSET_CACHE_CONTROL)
