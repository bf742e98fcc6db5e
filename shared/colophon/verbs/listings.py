"""Rebuild a group of listings from the index: token, snapshot, swap, record."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from colophon.decision.rows import PageToken
from colophon.listings.kind import ListingGroup, ListingRow
from colophon.listings.kinds import groups_for, kind_of, merge_groups, part_groups_for
from colophon.listings.kinds.parts import is_divided
from colophon.stores import row_encoding
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.upload.messages import UnreadableMessageError
from colophon.verbs.clients import AssetWriter
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict

if TYPE_CHECKING:
    # ``relist`` needs nothing of it.
    from colophon.stores.index import Index


class ListingClients(Struct, frozen=True):
    """The clients that listings are rebuilt with."""

    index: ListingIndex
    site: Site
    assets: AssetWriter


def rebuild(group: ListingGroup, clients: ListingClients) -> ListingRow:
    """Bring the listings of ``group`` up to date with the index. Returns its row. Raises Unavailable."""
    swapper = PageSwapper(clients.site, force=group.force)
    return retry_on_conflict(partial(_attempt, group, swapper, clients), str(group), MAX_ATTEMPTS * 4)


def _attempt(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> ListingRow:
    kind = kind_of(group)
    snapshot = clients.index.read_snapshot(group)
    known = snapshot.row
    swapper.read_if_forced(known.tokens)
    decision = kind.decide(snapshot, kind.inputs(group, snapshot, clients.index))
    tokens = {key: token for key, token in known.tokens.items() if key not in decision.released}
    for listing in decision.listings:
        recorded = tokens.get(listing.key, PageToken())
        if swapper.has_token(listing.key) or recorded.fp != listing.fp:
            clients.assets.ensure()
            tokens[listing.key] = swapper.swap(listing.key, recorded, listing.fp, listing.make)
    row: ListingRow = replace(decision.row, tokens=tokens)
    if row != known:
        clients.index.record(group, row)
    return row


class EntryGroups:
    """Finds the groups that list an entry. Reads the row of each year once."""

    def __init__(self, index: "Index") -> None:
        self._index = index
        self._divided: dict[ListingGroup, bool] = {}

    def find(self, lang: str, clinic: str, day: date, post: str) -> Iterator[ListingGroup]:
        """The year of ``post``, posted on ``day``, and what would list it by parts if the year is listed so."""
        for group in groups_for(lang, clinic, day.year):
            yield group
            if self._is_divided(group):
                yield from part_groups_for(lang, clinic, day, post)

    def _is_divided(self, group: ListingGroup) -> bool:
        if group not in self._divided:
            kind = kind_of(group)
            item = self._index.read_item(*kind.item_key(group))
            self._divided[group] = is_divided(row_encoding.decode_row(kind.row_type, item) if item else None)
        return self._divided[group]


_GROUPS_PER_MESSAGE = 20


def enqueue_listings(groups: Iterable[ListingGroup], queue: MessageQueue) -> None:
    """Send messages that name ``groups``, several in each."""
    merged = merge_groups(groups)
    # Code before these groups reads no message that names one, so they have messages of their own.
    for some in ([group for group in merged if not group.month], [group for group in merged if group.month]):
        encoded = [to_builtins(group) for group in some]
        starts = range(0, len(encoded), _GROUPS_PER_MESSAGE)
        queue.send([json.dumps({"listings": encoded[start : start + _GROUPS_PER_MESSAGE]}) for start in starts])


def parse_groups(body: str) -> tuple[ListingGroup, ...]:
    """The groups that a message names. Raises UnreadableMessageError for anything else."""
    try:
        return tuple(convert(group, ListingGroup) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableMessageError(f"not a message about listings: {type(error).__name__}") from error
