"""Rebuild a group of listings from the index: token, snapshot, swap, record."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import starmap
from typing import Any

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from colophon.decision.identity import code_of, is_same_but_for_code
from colophon.decision.rows import PageToken
from colophon.listings.kind import (
    Listing,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingRow,
    ListingSnapshot,
)
from colophon.listings.kinds import groups_for, groups_woken_by, kind_of, merge_groups, part_groups_for
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.parts import is_divided
from colophon.listings.kinds.year import YEAR
from colophon.stores import row_encoding
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.trace import NO_TRACE, follow, get_trace, trace_fields
from colophon.upload.messages import UnreadableMessageError
from colophon.verbs.clients import AssetWriter
from colophon.verbs.swap import MAX_ATTEMPTS, PageSwapper, retry_on_conflict
from colophon.verbs.tasks import TaskRunner, run_in_order

# No two clocks of functions differ by so much: Lambda keeps them by NTP.
CLOCK_MARGIN = 10


class ListingClients(Struct, frozen=True):
    """The clients that listings are rebuilt with, and how groups and the swaps of one group are run side by side.

    Without a clock every message has its groups rebuilt, also where an earlier rebuild has shown what it is about.
    """

    index: ListingIndex
    site: Site
    assets: AssetWriter
    run_groups: TaskRunner = run_in_order
    run_swaps: TaskRunner = run_in_order
    now: Callable[[], datetime] | None = None


class RowsRead(Struct, frozen=True):
    """The rows of a group, and a moment before they were read, in seconds since 1970; 0 without a clock."""

    snapshot: ListingSnapshot[Any]
    now: int


def read_ahead(groups: Sequence[ListingGroup], clients: ListingClients) -> dict[ListingGroup, RowsRead]:
    """The rows of ``groups``, if they are several, in few calls; nothing of those that can't be read so.

    Each group's rows are still read before all else that it is made from. Rows that are old by the time its turn comes
    do no harm: a swap or the record is refused then, and the next attempt reads for itself.
    """
    if len(groups) < 2:
        return {}
    now = _seconds_now(clients)
    try:
        found = clients.index.read_snapshots(groups)
    except Exception:
        # Each group then reads for itself, and fails for itself.
        return {}
    return {group: RowsRead(snapshot, now) for group, snapshot in found.items()}


def rebuild(group: ListingGroup, clients: ListingClients, read: RowsRead | None = None) -> ListingRow:
    """Bring the listings of ``group`` up to date with the index. Returns its row. Raises Unavailable.

    Without ``force``, listings that only other code made are up to date, and so is their row. The first attempt takes
    ``read`` for the group's rows.
    """
    swapper = PageSwapper(clients.site, force=group.force)
    known = [read] if read else []

    def attempt() -> ListingRow:
        return _attempt(group, known.pop() if known else _read_rows(group, clients), swapper, clients)

    return retry_on_conflict(attempt, str(group), MAX_ATTEMPTS * 4)


def _read_rows(group: ListingGroup, clients: ListingClients) -> RowsRead:
    now = _seconds_now(clients)
    return RowsRead(clients.index.read_snapshot(group), now)


def _seconds_now(clients: ListingClients) -> int:
    return int(clients.now().timestamp()) if clients.now else 0


def _attempt(group: ListingGroup, read: RowsRead, swapper: PageSwapper, clients: ListingClients) -> ListingRow:
    kind, snapshot = kind_of(group), read.snapshot
    # Whatever another function's clock says was recorded before this moment is among what is read since.
    read_until = read.now - CLOCK_MARGIN
    known: ListingRow = snapshot.row
    # A row that says so of the future was made by a clock that is ahead: it proves nothing.
    if group.until and group.until <= known.read_until <= read.now:
        return known
    possible = dict.fromkeys(kind.possible_keys(group) if group.force else (), PageToken())
    swapper.read_if_forced({**possible, **known.tokens})
    found = {key: token for key, token in possible.items() if swapper.exists(key, token)}
    if found:
        # What only a lost row named is replaced as if the row named it.
        snapshot = replace(snapshot, row=replace(known, tokens={**found, **known.tokens}))
    decision = kind.decide(snapshot, kind.inputs(group, snapshot, clients.index))
    # Each is read only if a listing without a token replaces it.
    swapper.read_unrecorded({each.key for each in decision.listings} & {*kind.awaited(snapshot)} - known.tokens.keys())
    _put_linked(decision.linked, clients)
    tokens = {key: token for key, token in known.tokens.items() if key not in decision.released}
    swapped = _swap(decision.listings, tokens, swapper, clients)
    row: ListingRow = replace(decision.row, tokens=tokens | swapped)
    if row == known or (not swapped and _differs_by_code_alone(decision, known)):
        return known
    row = row.with_read_until(max(read_until, known.read_until))
    with follow(get_trace() if _calls_for_more(group, known, row) else NO_TRACE):
        clients.index.record(group, row)
    return row


def _put_linked(listings: Sequence[Listing], clients: ListingClients) -> None:
    """Put what other listings link to and other groups make from then on, except where an object exists."""
    if listings:
        clients.assets.ensure()
    for listing in listings:
        clients.site.put_if_absent(listing.make(1))


def _calls_for_more(group: ListingGroup, known: ListingRow, row: ListingRow) -> bool:
    """Whether ``relist`` does anything when the row of ``group`` changes from ``known``."""
    woken = groups_woken_by(ListingChange(group, known if known.n else None, row))
    return any(True for _ in woken) or kind_of(group).shows_less(known, row)


class EntryGroups:
    """Finds the groups that list an entry. Reads the row of each year once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._divided: dict[ListingGroup, bool] = {}

    def find(self, lang: str, clinic: str, day: date, post: str) -> Iterator[ListingGroup]:
        """The year of ``post``, posted on ``day``, and what would list it by parts if the year is listed so."""
        for group in groups_for(lang, clinic, day.year):
            yield group
            if group.kind == YEAR.number and self._is_divided(group):
                yield from part_groups_for(lang, clinic, day, post)

    def _is_divided(self, group: ListingGroup) -> bool:
        if group not in self._divided:
            kind = kind_of(group)
            item = self._index.read_item(*kind.item_key(group))
            self._divided[group] = is_divided(row_encoding.decode_row(kind.row_type, item) if item else None)
        return self._divided[group]


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
        if swapper.has_token(listing.key) or not is_same_but_for_code(listing.fp, _fp_at(listing.key, recorded))
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


def _fp_at(key: str, tokens: Mapping[str, PageToken]) -> str:
    return tokens.get(key, PageToken()).fp


def _differs_by_code_alone(decision: ListingDecision[Any], known: ListingRow) -> bool:
    """Whether other code made ``known``, or objects that it names, of what this code makes ``decision`` of.

    What the row says may then differ too, as each code derives it in its way.
    """
    pairs = _fingerprints(decision, known)
    return all(starmap(is_same_but_for_code, pairs)) and any(fp != recorded for fp, recorded in pairs)


def _fingerprints(decision: ListingDecision[Any], known: ListingRow) -> list[tuple[str, str]]:
    """Each fingerprint of ``decision`` with the one that is recorded: those of its listings and of its row.

    A row has one if its ``id`` says which code made it. Such a row may change while its listings stay.
    """
    pairs = [(listing.fp, _fp_at(listing.key, known.tokens)) for listing in decision.listings]
    return [*pairs, (decision.row.id, known.id)] if code_of(decision.row.id) else pairs


def is_up_to_date(group: ListingGroup, index: ListingIndex) -> bool:
    """Whether the row of ``group`` says what the index now says: ``rebuild`` would put and record nothing.

    It writes nothing and does not read the site: an object that was lost there is found by ``force``.
    """
    kind = kind_of(group)
    snapshot = index.read_snapshot(group)
    known = snapshot.row
    decision = kind.decide(snapshot, kind.inputs(group, snapshot, index))
    if any(not is_same_but_for_code(fp, recorded) for fp, recorded in _fingerprints(decision, known)):
        return False
    tokens = {key: token for key, token in known.tokens.items() if key not in decision.released}
    return replace(decision.row, tokens=tokens) == known or _differs_by_code_alone(decision, known)


_GROUPS_PER_MESSAGE = 20


def enqueue_listings(groups: Iterable[ListingGroup], queue: MessageQueue, delay: int = 0) -> None:
    """Send messages that name ``groups``, several in each; readers get them after ``delay`` seconds."""
    together: dict[int, list[ListingGroup]] = {}
    for group in merge_groups(groups):
        together.setdefault(_first_code_of(group), []).append(group)
    trace = trace_fields(get_trace())
    for some in together.values():
        encoded = [to_builtins(group) for group in some]
        starts = range(0, len(encoded), _GROUPS_PER_MESSAGE)
        bodies = ({"listings": encoded[start : start + _GROUPS_PER_MESSAGE], **trace} for start in starts)
        queue.send([json.dumps(body) for body in bodies], delay)


def _first_code_of(group: ListingGroup) -> int:
    """Which code can read a message that names ``group``: all, that with parts, or that with its kind.

    Earlier code reads no message that names a group of a later kind, so such groups have messages of their own.
    """
    return 1 if group.month else group.kind if group.kind > FRONT.number else 0


def parse_groups(body: str) -> tuple[ListingGroup, ...]:
    """The groups that a message names. Raises UnreadableMessageError for anything else."""
    try:
        return tuple(convert(group, ListingGroup) for group in json.loads(body)["listings"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableMessageError(f"not a message about listings: {type(error).__name__}") from error
