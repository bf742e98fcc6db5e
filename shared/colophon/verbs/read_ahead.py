"""Read the rows of all posts of a batch at one moment, then the folders of neighbours by one listing.

Each post's rows are still read before its folder, as the protocol demands. Reads that are old by the time a post's turn
comes do no harm: its swap or its record is refused then, and the next attempt reads for itself.
"""

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct

from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.upload.keys import PostRef
from colophon.upload.versions import Folder
from colophon.verbs.clients import PublishClients


class PostReads(Struct, frozen=True):
    """The rows of a post, its clinic and the site, and its folder as it was after that; None if it was not listed."""

    row: PostRow
    clinic: ClinicRow
    site: SiteRow
    folder: Folder | None = None


class ReadAhead:
    """The reads of ``posts``. Each can be taken once."""

    def __init__(self, posts: Sequence[PostRef], clients: PublishClients) -> None:
        self._posts = tuple(posts)
        self._clients = clients
        self._found: dict[PostRef, PostReads] = {}

    def take(self, post: PostRef) -> PostReads | None:
        """What was read of ``post``; None if it was not, or was taken already: then it has to be read on its own."""
        return self._found.pop(post, None)

    def read(self) -> None:
        """Read all of ``posts``, if they are several."""
        if len(self._posts) > 1:
            self._found = self._read()

    def _read(self) -> dict[PostRef, PostReads]:
        rows = self._clients.index.read_posts_together(self._posts)
        folders: dict[str, Folder] = {}
        # Only now: a folder that was listed before the rows could be older than the page's token.
        for _, neighbours in groupby(sorted(rows), key=lambda post: post.clinic):
            folders |= self._clients.inbox.read_neighbours([post.folder for post in neighbours])
        return {post: PostReads(*found, folders.get(post.folder)) for post, found in rows.items()}
