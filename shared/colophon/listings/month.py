"""A month of a clinic: every live page that was posted in it."""

from datetime import date
from functools import lru_cache

from colophon.language.dates import month_words
from colophon.language.words import words_for
from colophon.listings.entries import shown_entries
from colophon.listings.head import clinic, collection, holds_originals, listing_head, month_description, notice_box
from colophon.listings.view import MonthView
from colophon.page.frame import Site, feed_links, framed, framed_by
from colophon.page.names import shown_names, shown_other_names
from colophon.page.paths import archive_path, month_path
from colophon.page.template import Form, Shape, form, shape_of


def month_page(view: MonthView, rev: int) -> bytes:
    """``/<lang>/<clinic>/<yyyy>/<mm>/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    shelf, lang, site = view.shelf, view.shelf.lang, view.shelf.site
    path = month_path(lang, shelf.clinic, view.year, view.month)
    month, name = month_words(date(view.year, view.month, 1), lang), shelf.names[0].text
    title = f"{name} · {month}"
    listed = [(entry.title, entry.path) for entry in view.entries]
    head = listing_head(
        site,
        path,
        title,
        month_description(site, lang, name, month),
        described=collection(site, lang, path, title, listed, clinic(shelf.names)),
        feeds=feed_links(lang, name, shelf.clinic),
        indexed=bool(view.entries),
    )
    values = {
        "rev": rev,
        **head,
        "notice_box": notice_box(site, lang),
        "month": month,
        "first_name": shown_names(shelf.names[:1], lang),
        "other_names": shown_other_names(shelf.names, lang),
        "archive": archive_path(lang, shelf.clinic),
        "count": words_for(lang).post_count.format(number=len(view.entries)),
        "entries": shown_entries(view.entries, site.original_language, heading="h2"),
    }
    return _form(framed_by(lang, site), holds_originals(site, lang), shape_of(values)).filled(values)


@lru_cache(maxsize=64)
def _form(site: Site, originals: bool, shape: Shape) -> Form:
    return form("month.html", shape, **framed(*site), originals=originals)
