"""Rebuild a group of listings from the index: token, snapshot, swap, record."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from colophon.decision.rows import PageToken
from colophon.listings.kind import Listing, ListingGroup
from colophon.listings.kinds import in_dependency_order, kind_of
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.trace import get_trace, trace_fields
from colophon.upload.messages import UnreadableMessageError
from colophon.verbs.clients import AssetWriter
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict
from colophon.verbs.tasks import TaskRunner, run_in_order


class ListingClients(Struct, frozen=True):
    """The clients that listings are rebuilt with, and how groups and the swaps of one group are run side by side."""

    index: ListingIndex
    site: Site
    assets: AssetWriter
    run_groups: TaskRunner = run_in_order
    run_swaps: TaskRunner = run_in_order


def rebuild(group: ListingGroup, clients: ListingClients) -> None:
    """Bring the listings of ``group`` up to date with the index. Raises Unavailable."""
    swapper = PageSwapper(clients.site, force=group.force)
    retry_on_conflict(partial(_attempt, group, swapper, clients), str(group), MAX_ATTEMPTS * 4)


def _attempt(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    kind = kind_of(group)
    snapshot = clients.index.read_snapshot(group)
    known = snapshot.row
    swapper.read_if_forced(known.tokens)
    decision = kind.decide(snapshot, kind.inputs(group, clients.index))
    row = replace(decision.row, tokens={**known.tokens, **_swap(decision.listings, known.tokens, swapper, clients)})
    if row != known:
        clients.index.record(group, row)


def _swap(
    listings: Sequence[Listing], recorded: Mapping[str, PageToken], swapper: PageSwapper, clients: ListingClients
) -> dict[str, PageToken]:
    """Put those of ``listings`` that are not up to date; their new tokens by key.

    Objects that are new come first and one by one, in the order of the kind: one may link to those before it. The
    others replace objects that are there already, so no order of them can make a link lead nowhere.
    """
    outdated = [
        listing
        for listing in listings
        if swapper.has_token(listing.key) or recorded.get(listing.key, PageToken()).fp != listing.fp
    ]
    if outdated:
        clients.assets.ensure()

    def swap(listing: Listing) -> tuple[str, PageToken]:
        token = recorded.get(listing.key, PageToken())
        return listing.key, swapper.swap(listing.key, token, listing.fp, listing.make)

    new = [listing for listing in outdated if not swapper.exists(listing.key, recorded.get(listing.key, PageToken()))]
    tokens = [swap(listing) for listing in new]
    others = [partial(swap, listing) for listing in outdated if listing not in new]
    return dict([*tokens, *clients.run_swaps(others)])


def is_up_to_date(group: ListingGroup, index: ListingIndex) -> bool:
    """Whether the row of ``group`` says what the index now says: ``rebuild`` would put and record nothing.

    It writes nothing and does not read the site: an object that was lost there is found by ``force``.
    """
    kind = kind_of(group)
    snapshot = index.read_snapshot(group)
    known = snapshot.row
    decision = kind.decide(snapshot, kind.inputs(group, index))
    recorded = (known.tokens.get(listing.key, PageToken()).fp == listing.fp for listing in decision.listings)
    return all(recorded) and replace(decision.row, tokens=known.tokens) == known


_GROUPS_PER_MESSAGE = 20


def enqueue_listings(groups: Iterable[ListingGroup], queue: MessageQueue) -> None:
    """Send messages that name ``groups``, several in each."""
    encoded = [to_builtins(group) for group in in_dependency_order(groups)]
    starts = range(0, len(encoded), _GROUPS_PER_MESSAGE)
    trace = trace_fields(get_trace())
    bodies = ({"listings": encoded[start : start + _GROUPS_PER_MESSAGE], **trace} for start in starts)
    queue.send([json.dumps(body) for body in bodies])


def parse_groups(body: str) -> tuple[ListingGroup, ...]:
    """The groups that a message names. Raises UnreadableMessageError for anything else."""
    try:
        return tuple(convert(group, ListingGroup) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableMessageError(f"not a message about listings: {type(error).__name__}") from error
