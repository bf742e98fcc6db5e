"""Rows of keys that their post's item has no place or no room for: each in an item of its own, as a stray has.

Their reports are made from there. There is nothing to swap: token, look, record. When the post's item takes such a key
after all, the transaction that records it counts the own item's ``n`` up, so a row that is late meets a Conflict.
"""

from collections.abc import Iterable
from functools import partial

from colophon.decision.room import is_crowded
from colophon.decision.rows import ImageRow, Outcome, PageRow, PostRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.stray import StrayRow, clear_stray
from colophon.stores.index import Index
from colophon.stores.item_size import CROWDED_BYTES
from colophon.upload.keys import (
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostWithdrawal,
    parse_key,
)
from colophon.upload.versions import Folder
from colophon.verbs.answers import outcome_answer
from colophon.verbs.clients import ImageClients
from colophon.verbs.swap import retry_on_conflict


def report_without_room(outcomes: Iterable[Outcome], snapshot: PostSnapshot, clients: ImageClients) -> None:
    """Record ``outcomes``, which ``snapshot`` led to, in items of their own; raise an alarm for each that is new."""
    for outcome in outcomes:
        if update_own_row(outcome, snapshot, clients):
            clients.alarm(outcome.key)


def update_own_row(outcome: Outcome, snapshot: PostSnapshot, clients: ImageClients) -> bool:
    """Record ``outcome``, which ``snapshot`` led to, in an item of its key's own; whether it is another than before."""
    changed: list[StrayRow] = []
    retry_on_conflict(partial(_attempt, outcome, snapshot, clients, changed), outcome.key)
    return bool(changed)


def _attempt(outcome: Outcome, snapshot: PostSnapshot, clients: ImageClients, changed: list[StrayRow]) -> None:
    """The own item's ``n`` is the token, so the post's item and folder are read once more after it."""
    known = clients.index.read_stray(outcome.key)
    row = whole_own_row(outcome, known)
    if row != known and _still_holds(outcome, snapshot, clients):
        clients.index.record_stray(row)
        changed.append(row)
        clients.answered(outcome_answer(known.outcome, outcome))


def _still_holds(outcome: Outcome, snapshot: PostSnapshot, clients: ImageClients) -> bool:
    """Whether its key still has the row that it had in ``snapshot``, if any, and no newer version."""
    name = parse_key(outcome.key)
    row = clients.index.read_post(snapshot.post)[0]
    newest = clients.inbox.read_folder(snapshot.folder.prefix).history_of(outcome.key).newest
    same_row = _counter_of(name, row) == _counter_of(name, snapshot.row)
    return same_row and (newest.id if newest else "") == outcome.version


def _counter_of(name: ParsedKey, row: PostRow) -> int:
    match name:
        case PageRef(lang=lang) if lang in row.pages:
            return row.pages[lang].n
        case ImageRef(name=file) if file in row.images:
            return row.images[file].n
        case PostWithdrawal() | PageWithdrawal() | ImageWithdrawal() if (
            name.key.removeprefix(row.post.folder) in row.withdrawals
        ):
            return row.withdrawals[name.key.removeprefix(row.post.folder)].n
    return 0


def is_reported_apart(outcome: Outcome, index: Index) -> bool:
    """Whether the own item of a key says ``outcome``."""
    return index.read_stray(outcome.key).outcome == outcome


def may_have_own_rows(folder: Folder, row: PostRow) -> bool:
    """Whether keys of a post may have items of their own because it has many files, or a large item."""
    return is_crowded(folder) or row.size > CROWDED_BYTES


def own_row_beside(
    known: PageRow | ImageRow | WithdrawalRow | None,
    row: PageRow | ImageRow | WithdrawalRow,
    whole: Outcome,
    *,
    may_have_one: bool,
) -> tuple[StrayRow, ...]:
    """What to record in the own item of a key together with ``row``, whose ``whole`` outcome it may keep in part only.

    A row that keeps its outcome whole clears what the own item may say.
    """
    if row.outcome.problems_id:
        return (whole_own_row(whole, StrayRow(whole.key)),)
    if may_have_one or (known is not None and known.outcome.problems_id):
        return (clear_stray(StrayRow(whole.key)),)
    return ()


def whole_own_row(outcome: Outcome, known: StrayRow) -> StrayRow:
    """The own item's row, ``known`` before, that holds ``outcome`` with all of its problems."""
    return StrayRow(known.key, known.n, outcome.version or "none", outcome)
