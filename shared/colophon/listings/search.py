"""The archive search: one shard of titles, tags and excerpts per year, and the script that reads it."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from colophon.language.dates import format_day
from colophon.listings.documents import encode_json
from colophon.listings.view import YearView
from colophon.page.entry import Entry
from colophon.page.objects import ASSET_CACHE_CONTROL, SCRIPT_TYPE, SiteObject


def render_search_shard(view: YearView, rev: int) -> bytes:
    """The shard of ``view``, JSON in UTF-8; ``rev`` counts from 1.

    Each entry holds ``title``, ``source_title`` (not of an original, whose title it is), ``excerpt``, ``tags``,
    ``path`` (from the site's root), ``date`` (ISO 8601) and ``day``, the date as readers of the language read it.
    """
    clinic = view.clinic
    entries = [_shard_entry(entry) for entry in view.entries]
    return encode_json({"rev": rev, "lang": clinic.lang, "clinic": clinic.slug, "year": view.year, "entries": entries})


def _shard_entry(entry: Entry) -> dict[str, str | list[str]]:
    return {
        "title": entry.title,
        **({} if entry.original else {"source_title": entry.source_title}),
        "excerpt": entry.excerpt,
        "tags": list(entry.tags),
        "path": entry.path,
        "date": entry.posted.isoformat(),
        "day": format_day(entry.posted, entry.lang),
    }


@cache
def load_search_script() -> tuple[str, bytes]:
    """The site bucket's key, ``assets/search.<hash>.js``, and the bytes that belong there."""
    script = (files("colophon") / "templates" / "search.js").read_bytes()
    return f"assets/search.{sha256(script).hexdigest()[:12]}.js", script


def search_script_path() -> str:
    """The path that archives load it from."""
    return f"/{load_search_script()[0]}"


def finish_search_script() -> SiteObject:
    """The script that archives load."""
    key, content = load_search_script()
    return SiteObject(key, content, SCRIPT_TYPE, ASSET_CACHE_CONTROL)
