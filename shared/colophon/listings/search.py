"""The search field of listings, and its script.

The field of a clinic's archive searches all posts of the clinic, by the shards of its years (``kinds.year``). Any other
searches the whole language (``kinds.search``).
"""

from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup
from msgspec import Struct

from colophon.language.words import words_for
from colophon.notices.policy import entry_label
from colophon.page.notices import render_notice
from colophon.page.objects import ASSET_CACHE_CONTROL, SCRIPT_TYPE, SiteObject
from colophon.page.paths import directory_path, search_index_path


class SearchField(Struct, frozen=True):
    """What ``search.html`` shows. ``shards`` are the paths of a clinic's, the newest first; empty: of the language."""

    script: str
    label: str
    failed: str
    index: str
    directory: str
    notice: Markup
    shards: str = ""


@lru_cache(maxsize=256)
def search_field(lang: str, originals: bool, shards: tuple[str, ...] = ()) -> SearchField:
    """The field of a listing in ``lang``, whose posts are ``originals`` or translations."""
    words = words_for(lang)
    return SearchField(
        script=search_script_path(),
        label=words.search if shards else words.search_all,
        failed=words.search_failed if shards else words.search_all_failed,
        index=search_index_path(lang),
        directory=directory_path(lang),
        notice=render_notice(entry_label(lang, originals)),
        shards=" ".join(shards),
    )


@cache
def load_search_script() -> tuple[str, bytes]:
    """The site key of the script, ``assets/search.<hash>.js``, and its bytes."""
    script = (files("colophon") / "templates" / "search.js").read_bytes()
    return f"assets/search.{sha256(script).hexdigest()[:12]}.js", script


def search_script_path() -> str:
    """The path from which listings load the script."""
    return f"/{load_search_script()[0]}"


def finish_search_script() -> SiteObject:
    """The script as an object."""
    key, content = load_search_script()
    return SiteObject(key, content, SCRIPT_TYPE, ASSET_CACHE_CONTROL)
