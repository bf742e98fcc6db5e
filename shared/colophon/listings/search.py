"""The archive search: one shard of titles, tags and excerpts per year, and the script that reads it."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from colophon.language.dates import date_words
from colophon.listings.documents import json_document
from colophon.listings.view import YearView
from colophon.page.entry import Entry
from colophon.page.objects import SCRIPT_TYPE, STYLE_LIFE, SiteObject


def search_shard(view: YearView, rev: int) -> bytes:
    """The shard of ``view``, JSON in UTF-8; ``rev`` counts from 1.

    Each entry holds ``title``, ``source_title`` (not of an original, whose title it is), ``excerpt``, ``tags``,
    ``path`` (from the site's root), ``date`` (ISO 8601) and ``day``, the date as readers of the language read it.
    """
    shelf = view.shelf
    entries = [_entry(entry) for entry in view.entries]
    return json_document(
        {"rev": rev, "lang": shelf.lang, "clinic": shelf.clinic, "year": view.year, "entries": entries}
    )


def _entry(entry: Entry) -> dict[str, str | list[str]]:
    return {
        "title": entry.title,
        **({} if entry.original else {"source_title": entry.source_title}),
        "excerpt": entry.excerpt,
        "tags": list(entry.tags),
        "path": entry.path,
        "date": entry.posted.isoformat(),
        "day": date_words(entry.posted, entry.lang),
    }


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
