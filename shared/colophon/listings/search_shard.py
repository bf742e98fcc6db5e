"""What the search of an archive knows of one year: titles, tags and excerpts."""

from colophon.listings.view import YearView


def search_shard(view: YearView, rev: int) -> bytes:
    """The shard of ``view``, JSON in UTF-8; ``rev`` counts from 1."""
    return b'{"rev": %d}\n' % rev
