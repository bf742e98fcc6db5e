"""Rebuild a group of listings from the index: token, look, swap, record."""

import json
from collections.abc import Iterable
from functools import partial
from typing import TypeVar

from msgspec import Struct, convert, field, to_builtins
from msgspec.structs import replace

from colophon.decision.listing_rows import ListingRow
from colophon.decision.relisting.archive import decide_archive
from colophon.decision.relisting.front import decide_front
from colophon.decision.relisting.language import decide_directory, decide_home
from colophon.decision.relisting.listing import ListingDecision
from colophon.decision.relisting.year import decide_year
from colophon.decision.rows import PageToken
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.upload.messages import UnreadableMessageError
from colophon.verbs.clients import AssetWriter
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict

ListingRowT = TypeVar("ListingRowT", bound=ListingRow)


class ListingClients(Struct, frozen=True):
    """What listings are kept through."""

    index: ListingIndex
    site: Site
    assets: AssetWriter


class ListingGroup(Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """Listings that are made from one look. In this order each finds done what it is made from.

    Of ``year``, ``archive``, ``directory``, ``home`` and ``front``; what a kind has no use for is empty. ``fresh`` asks
    to take from the site itself, not from the row, what stands there.
    """

    kind: int = field(name="place")
    lang: str = ""
    clinic: str = ""
    year: int = 0
    force: bool = field(default=False, name="fresh")


def year_group(lang: str, clinic: str, year: int) -> ListingGroup:
    return ListingGroup(0, lang, clinic, year)


def archive_group(lang: str, clinic: str) -> ListingGroup:
    return ListingGroup(1, lang, clinic)


def directory_group(lang: str) -> ListingGroup:
    return ListingGroup(2, lang)


def home_group(lang: str) -> ListingGroup:
    return ListingGroup(3, lang)


def front_group() -> ListingGroup:
    return ListingGroup(4)


def rebuild(group: ListingGroup, clients: ListingClients) -> None:
    """Bring the listings of ``group`` to what the index says now. Raises Unavailable."""
    rebuild_kind = (_rebuild_year, _rebuild_archive, _rebuild_directory, _rebuild_home, _rebuild_front)[group.kind]
    retry_on_conflict(
        partial(rebuild_kind, group, PageSwapper(clients.site, force=group.force), clients),
        str(group),
        MAX_ATTEMPTS * 4,
    )


def _rebuild_year(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    row, clinic, site = clients.index.read_year(group.lang, group.clinic, group.year)
    swapper.read_current(row.tokens)
    entries = clients.index.read_entries(group.lang, group.clinic, group.year)
    _swap_and_record(row, decide_year(row, entries, clinic, site), swapper, clients)


def _rebuild_archive(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    row, clinic, site = clients.index.read_archive(group.lang, group.clinic)
    swapper.read_current(row.tokens)
    years = clients.index.read_years(group.lang, group.clinic)
    newest = clients.index.read_newest(group.lang, group.clinic)
    _swap_and_record(row, decide_archive(row, years, newest, clinic, site), swapper, clients)


def _rebuild_directory(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    row, site = clients.index.read_directory(group.lang)
    swapper.read_current(row.tokens)
    _swap_and_record(row, decide_directory(row, clients.index.read_archives(group.lang), site), swapper, clients)


def _rebuild_home(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    row, directory, site = clients.index.read_home(group.lang)
    swapper.read_current(row.tokens)
    _swap_and_record(row, decide_home(row, directory, clients.index.read_newest(group.lang), site), swapper, clients)


def _rebuild_front(group: ListingGroup, swapper: PageSwapper, clients: ListingClients) -> None:
    row, site = clients.index.read_front()
    swapper.read_current(row.tokens)
    _swap_and_record(row, decide_front(row, site), swapper, clients)


def _swap_and_record(
    known: ListingRowT, decision: ListingDecision[ListingRowT], swapper: PageSwapper, clients: ListingClients
) -> None:
    tokens = dict(known.tokens)
    for listing in decision.listings:
        recorded = tokens.get(listing.key, PageToken())
        if swapper.is_known(listing.key) or recorded.fp != listing.fp:
            clients.assets.ensure()
            tokens[listing.key] = swapper.swap(listing.key, recorded, listing.fp, listing.make)
    row = replace(decision.row, tokens=tokens)
    if row != known:
        clients.index.record(row)


_GROUPS_PER_MESSAGE = 20


def enqueue_listings(groups: Iterable[ListingGroup], queue: MessageQueue) -> None:
    """Ring for ``groups``, some of them with each message."""
    encoded = [to_builtins(group) for group in sorted(groups)]
    starts = range(0, len(encoded), _GROUPS_PER_MESSAGE)
    queue.send([json.dumps({"listings": encoded[start : start + _GROUPS_PER_MESSAGE]}) for start in starts])


def parse_groups(body: str) -> tuple[ListingGroup, ...]:
    """The groups that a message names. Raises UnreadableEnvelopeError for anything else."""
    try:
        return tuple(convert(group, ListingGroup) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableMessageError(f"no ring for listings: {type(error).__name__}") from error
