"""An Atom 1.0 feed (RFC 4287)."""

from colophon.listings.feed import feed_of
from colophon.listings.view import FeedView
from colophon.listings.xml_document import xml_document
from colophon.page.paths import atom_path


def atom_feed(view: FeedView, rev: int) -> bytes:
    """An Atom 1.0 feed (RFC 4287) of ``view``, in UTF-8; ``rev`` counts from 1.

    The feed's id is the address of the page that lists the same, an entry's id that of its page. An entry carries its
    text as a summary, which the RFC has for excerpts (4.2.13), and not as a content, which would claim to be the post.
    Raises Misconfigured where a notice has no text in the feed's language.
    """
    clinic = view.shelf.clinic if view.shelf else ""
    own_url = view.site.url + atom_path(view.lang, clinic)
    return xml_document("atom.xml", rev, feed=feed_of(view), own_url=own_url)
