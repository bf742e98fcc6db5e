"""The rows of a post's withdrawals: their reports. What they take away is in the rows of the pages and images."""

from collections.abc import Iterable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Outcome, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.stray import StrayRow
from colophon.decision.withdrawals import decide_withdrawal, withdrawal_inputs_id
from colophon.stores.item_size import Room
from colophon.stores.row_encoding import WITHDRAWAL_PREFIX
from colophon.upload.keys import PageWithdrawal, PostWithdrawal, parse_key
from colophon.verbs.clients import ImageClients
from colophon.verbs.own_rows import is_reported_apart, may_have_own_rows, own_row_beside
from colophon.verbs.reading import decide_with_reads


class WithdrawalChanges(Struct, frozen=True):
    """What to record of withdrawals: rows by file, own items beside them, and outcomes that have no room for a row."""

    rows: dict[str, WithdrawalRow]
    own_rows: tuple[StrayRow, ...] = ()
    without_room: tuple[Outcome, ...] = ()


def withdrawal_keys(langs: frozenset[str], snapshot: PostSnapshot) -> list[str]:
    """The keys of the withdrawals of the post and of its pages, in order.

    Where some may have no rows there may be very many: of those only the ones of ``langs``.
    """
    every = not may_have_own_rows(snapshot.folder, snapshot.row)
    known = snapshot.row.withdrawals
    names = ((key, parse_key(key)) for key in snapshot.folder.uploaded_keys())
    return [
        key
        for key, name in names
        if isinstance(name, PostWithdrawal)
        or (
            isinstance(name, PageWithdrawal)
            and (every or name.page.lang in langs or key.removeprefix(snapshot.post.folder) in known)
        )
    ]


def decide_withdrawals(
    keys: Iterable[str], snapshot: PostSnapshot, room: Room, clients: ImageClients, *, again: bool
) -> WithdrawalChanges:
    """The changes of the rows of the withdrawals at ``keys``; ``again``: decide even where no input has changed.

    A withdrawal that had no room for a row stays in an item of its own until its outcome changes, also when there is
    room later: a repeated message writes nothing.
    """
    rows: dict[str, WithdrawalRow] = {}
    own_rows: list[StrayRow] = []
    without_room: list[Outcome] = []
    may_have_one = may_have_own_rows(snapshot.folder, snapshot.row)
    for key in keys:
        file = key.removeprefix(snapshot.post.folder)
        known = snapshot.row.withdrawals.get(file)
        if known and not again and known.inputs_id == withdrawal_inputs_id(key, snapshot):
            continue
        row = decide_with_reads(partial(decide_withdrawal, key), snapshot, clients.inbox)
        if may_have_one and known is None and is_reported_apart(row.outcome, clients.index):
            continue
        kept = room.fit(WITHDRAWAL_PREFIX + file, known, replace(row, n=known.n if known else 0))
        if not isinstance(kept, WithdrawalRow):
            without_room.append(row.outcome)
        elif kept != known:
            rows[file] = kept
            own_rows += own_row_beside(known, kept, row.outcome, may_have_one=may_have_one)
    return WithdrawalChanges(rows, tuple(own_rows), tuple(without_room))
