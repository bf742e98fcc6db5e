"""``report``: write for every upload what became of it. It reads the table's stream alone."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from colophon.decision.rows import Outcome, PostRow
from colophon.decision.stray import StrayRow, decide_stray, no_stray
from colophon.stores import row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.row_encoding import Damaged
from colophon.stores.stream import Attributes, RowChange, readable
from colophon.stores.table import Lost
from colophon.upload.keys import PostRef, Unknown, named
from colophon.upload.versions import Folder
from colophon.verbs.clients import Doors
from colophon.verbs.swap import until_landed


def answer_stray(key: str, doors: Doors) -> None:
    """Record what became of ``key``: token, look, record; there is nothing to swap."""
    until_landed(partial(_attempt, key, doors), key)


def answer_twins(folder: Folder, doors: Doors) -> None:
    """Say of every key in ``folder`` that another spelling counts in its place, and of that other no longer so."""
    for history in folder.histories.values():
        for twin in history.beside:
            if twin.newest:
                answer_stray(twin.newest.key, doors)
        if history.beside and history.newest:
            until_landed(partial(_forget, history.newest.key, doors), history.newest.key)


def _attempt(key: str, doors: Doors) -> None:
    known = doors.index.stray(key)
    row = decide_stray(known, doors.inbox.newest(key))
    if row.seen != known.seen:
        doors.index.record_stray(row)


def _forget(key: str, doors: Doors) -> None:
    known = doors.index.stray(key)
    if known.outcome and not isinstance(named(key), Unknown):
        doors.index.record_stray(no_stray(known))


def report(change: RowChange, inbox: Inbox, index: Index) -> None:
    """Bring the reports on the keys that ``change`` touched to what the index says now.

    A first one says what this very change does, where no report is yet: whatever came later has its own change, which
    finds this one and puts its own in place. Any other: token, look, swap.
    """
    before, after = _told_by(change)
    changed = sorted(key for key, outcome in after.items() if before.get(key) != outcome)
    for key in changed:
        if key in before or not _first(key, after[key], inbox):
            until_landed(partial(_swap, key, change, inbox, index), key)


def _told_by(change: RowChange) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    try:
        return outcomes_in(change.pk, change.before), outcomes_in(change.pk, change.after)
    except Damaged:
        seen = readable(change)
        return outcomes_in(seen.pk, seen.before), outcomes_in(seen.pk, seen.after)


def _first(key: str, outcome: Outcome, inbox: Inbox) -> bool:
    """Whether a first report found its place free."""
    try:
        inbox.put_report(key, written(outcome), "")
    except Lost:
        return False
    return True


def _swap(key: str, change: RowChange, inbox: Inbox, index: Index) -> None:
    tag = inbox.report_tag(key)
    outcome = outcomes_in(change.pk, index.item(change.pk, change.sk)).get(key)
    if outcome:
        inbox.put_report(key, written(outcome), tag)


def written(outcome: Outcome) -> bytes:
    """The report itself: JSON that a person can read."""
    body = {**outcome.as_json(), "version": outcome.version}
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


def outcomes_in(pk: str, item: Attributes) -> dict[str, Outcome]:
    """Every upload's outcome that one item of the index holds, by key. Where nothing ever came, there is none."""
    return {outcome.key: outcome for outcome in _outcomes(pk, dict(item)) if outcome.version}


def outcomes_of(row: PostRow) -> dict[str, Outcome]:
    """Every upload's outcome that a post's row holds, by key."""
    return {outcome.key: outcome for outcome in _of_post(row) if outcome.version}


def _of_post(row: PostRow) -> Iterator[Outcome]:
    for parts in (row.pages, row.images, row.orders):
        yield from (part.outcome for part in parts.values())


def _outcomes(pk: str, item: dict[str, Any]) -> Iterator[Outcome]:
    if not item:
        return
    kind, _, name = pk.partition("#")
    if kind == "post":
        yield from _of_post(row_encoding.read_post(PostRef(*name.split("/")), item))
    elif kind == "clinic":
        yield from row_encoding.read_clinic(name, item).outcomes
    elif kind == "site":
        yield from row_encoding.read_site(item).outcomes
    elif kind == "stray":
        yield from _present(row_encoding.read(StrayRow, item).outcome)


def _present(outcome: Outcome | None) -> Iterable[Outcome]:
    return (outcome,) if outcome else ()
