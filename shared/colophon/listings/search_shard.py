"""What the search of an archive knows of one year: titles, tags and excerpts."""

from colophon.language.dates import date_words
from colophon.listings.json_document import json_document
from colophon.listings.view import YearView
from colophon.page.entry import Entry


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
