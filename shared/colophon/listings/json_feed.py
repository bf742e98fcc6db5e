"""A JSON Feed, version 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any

from colophon.listings.feed import Feed, FeedEntry, feed_of
from colophon.listings.json_document import json_document
from colophon.listings.view import FeedView
from colophon.page.paths import json_feed_path

_VERSION = "https://jsonfeed.org/version/1.1"
# A feed may hold objects of a publisher's own, whose names begin with an underscore and which say what they are.
_ABOUT_REV = "How often this file has been made anew. It says nothing about the posts."


def json_feed(view: FeedView, rev: int) -> bytes:
    """A JSON Feed, version 1.1 (jsonfeed.org) of ``view``, in UTF-8; ``rev`` counts from 1.

    An item's id is the address of its page. Raises Misconfigured where a notice has no text in the feed's language.
    """
    feed = feed_of(view)
    clinic = view.shelf.clinic if view.shelf else ""
    return json_document(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": feed.url,
            "feed_url": view.site.url + json_feed_path(view.lang, clinic),
            "description": feed.about,
            "language": feed.lang,
            "authors": [{"name": feed.author}],
            "_colophon": {"about": _ABOUT_REV, "rev": rev},
            "items": [_item(entry, feed) for entry in feed.entries],
        }
    )


def _item(entry: FeedEntry, feed: Feed) -> dict[str, Any]:
    item = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}],
        "tags": list(entry.tags),
        "language": feed.lang,
    }
    return {**item, "image": entry.picture.url} if entry.picture else item
