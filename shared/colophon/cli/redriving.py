"""Send again what was given up on: sent first, deleted after: none is lost, and one that comes twice is harmless."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from msgspec import Struct

from colophon.cli.dead_queues import DeadQueue, dead_queues
from colophon.cli.failures import Misused
from colophon.cli.letters import Letter, letters_in
from colophon.cli.own_queues import queue_url
from colophon.cli.target import Target
from colophon.stores.bells import Bells
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.purge_queue import PurgeQueue
from colophon.stores.stream import RowChange
from colophon.verbs.go_round import Queues, go_all_round
from colophon.verbs.report import report

_TOGETHER = 10
# A note lies in its queue for two weeks at most, and names records of the hours before.
_NOTES_LAST = timedelta(days=15)


class Redriven(Struct, frozen=True):
    """``again`` were sent to where they came from or, notes of a stream's reader, made good; ``left`` stay."""

    again: tuple[Letter, ...]
    left: tuple[Letter, ...]


def gathered(target: Target, queue: str = "") -> tuple[Letter, ...]:
    """What lies in the dead-letter queues, or in the one that is called ``queue``. Raises Misused for another name."""
    known = dead_queues(target)
    chosen = [one for one in known if queue in ("", one.name)]
    if not chosen:
        raise Misused(f"There is no dead-letter queue {queue}. There are: {', '.join(one.name for one in known)}.")
    sqs = target.client("sqs")
    return tuple(letter for one in chosen for letter in letters_in(sqs, one))


def let_go(target: Target, letters: Iterable[Letter]) -> None:
    """Let others see ``letters`` again, which stay where they are."""
    sqs = target.client("sqs")
    for letter in letters:
        sqs.change_message_visibility(QueueUrl=letter.queue.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)


def redrive(target: Target, letters: Sequence[Letter], on_step: Callable[[int], None]) -> Redriven:
    """Send ``letters`` again, and make good what stream readers gave up on. ``on_step`` is told how many are done.

    Raises Unavailable when a queue does not take them; what was not sent is still where it was.
    """
    sqs = target.client("sqs")
    sent = [letter for letter in letters if letter.can_be_sent]
    for queue, together in groupby(sent, key=lambda letter: letter.queue):
        for some in _tens(list(together)):
            Bells(sqs, queue.source).send([letter.body for letter in some])
            _delete(sqs, queue, some)
            on_step(len(some))
    notes = [letter for letter in letters if letter.about == "a stream" and not letter.queue.source]
    if notes:
        _make_good(target)
        for note in notes:
            _delete(sqs, note.queue, [note])
    left = tuple(letter for letter in letters if letter not in sent and letter not in notes)
    let_go(target, left)
    return Redriven((*sent, *notes), left)


def _make_good(target: Target) -> None:
    """A note names records of the stream, which keeps them for a day: so all that could hang on one is looked at.

    Whatever has no answer is rung for, and every listing; what was taken down while a note could lie here is purged
    again; every report is put anew.
    """
    inbox, index = Inbox(target.client("s3"), target.inbox_bucket), Index(target.client("dynamodb"), target.table)
    sqs = target.client("sqs")
    intake, slow, listings = (Bells(sqs, queue_url(target, name)) for name in ("intake", "slow", "listing"))
    queues = Queues(intake, slow, listings, PurgeQueue(sqs, queue_url(target, "purge")))
    now = datetime.now(UTC)
    go_all_round(inbox, index, queues, now, now - _NOTES_LAST)
    for item in index.items():
        report(RowChange(item["pk"]["S"], item["sk"]["S"], {}, item), inbox, index)


def _delete(sqs: Any, queue: DeadQueue, letters: Sequence[Letter]) -> None:
    entries = [{"Id": str(place), "ReceiptHandle": letter.receipt} for place, letter in enumerate(letters)]
    sqs.delete_message_batch(QueueUrl=queue.url, Entries=entries)


def _tens(letters: Sequence[Letter]) -> Iterable[Sequence[Letter]]:
    return (letters[start : start + _TOGETHER] for start in range(0, len(letters), _TOGETHER))
