"""An Atom 1.0 feed (RFC 4287)."""

from colophon.listings.view import FeedView


def atom_feed(view: FeedView, rev: int) -> bytes:
    """An Atom 1.0 feed (RFC 4287) of ``view``, in UTF-8; ``rev`` counts from 1."""
    return b"<!-- rev %d -->\n" % rev
