"""Redrive dead letters: send each to its source queue, then delete it. None is lost, and a duplicate is harmless."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.upload.messages import UnreadableMessageError, parse_messages
from colophon.verbs.listings import parse_groups
from colophon.verbs.sweep import SweepClients, SweepQueues, scan_whole_inbox
from colophon_ops.errors import Misused
from colophon_ops.reports import rewrite_reports
from colophon_ops.target import Target

_BATCH = 10
# SQS keeps a failure note for two weeks at most, and it names records of the hours before.
_NOTES_KEPT = timedelta(days=15)
# SQS hides a received message from other readers for this long, unless it is deleted.
_HIDDEN_SECONDS = 900
_EMPTY_ANSWERS = 2
LetterKind: TypeAlias = Literal["uploads", "listings", "purges", "a stream", "nothing known"]
_COUNT_ATTRIBUTE = "ApproximateNumberOfMessages"


class DeadLetterQueue(Struct, frozen=True):
    """``source`` is the URL of the queue whose messages it holds; empty if it holds failure notes of a stream."""

    name: str
    url: str
    source: str = ""


class DeadLetter(Struct, frozen=True):
    """One message. ``keys`` are the inbox keys that it names; ``tries`` is SQS's approximate receive count."""

    queue: DeadLetterQueue
    body: str
    receipt: str
    since: datetime
    tries: int
    about: LetterKind
    keys: tuple[str, ...] = ()

    @property
    def can_be_sent(self) -> bool:
        """Whether its function can read it. Any other message would only return."""
        return bool(self.queue.source) and self.about in ("uploads", "listings", "purges")

    def as_json(self) -> dict[str, object]:
        return {
            "queue": self.queue.name,
            "since": self.since.isoformat(),
            "tries": self.tries,
            "about": self.about,
            "keys": list(self.keys),
            "body": self.body,
        }


class RedriveResult(Struct, frozen=True):
    """``sent`` were sent to their source queues, or were failure notes, now handled. ``left`` stay in their queues.

    ``warnings`` say what could not be refreshed after a failure note.
    """

    sent: tuple[DeadLetter, ...]
    left: tuple[DeadLetter, ...]
    warnings: tuple[str, ...] = ()


def count_dead_letters(target: Target) -> dict[str, int]:
    """The number of messages in each dead-letter queue of ``target``, as SQS counts them: approximately.

    Empty queues are left out. The queues for failure notes of the table's stream are included.
    """
    sqs = target.client("sqs")
    counts = {queue.name: _count_messages(sqs, queue) for queue in list_dead_letter_queues(target)}
    return {name: count for name, count in counts.items() if count}


def _count_messages(sqs: Any, queue: DeadLetterQueue) -> int:
    answer = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=[_COUNT_ATTRIBUTE])
    return int(answer["Attributes"][_COUNT_ATTRIBUTE])


def receive_dead_letters(target: Target, queue: str = "") -> tuple[DeadLetter, ...]:
    """The messages in all dead-letter queues, or in ``queue`` alone. Raises Misused for an unknown name."""
    known = list_dead_letter_queues(target)
    chosen = [one for one in known if queue in ("", one.name)]
    if not chosen:
        raise Misused(f"There is no dead-letter queue {queue}. There are: {', '.join(one.name for one in known)}.")
    sqs = target.client("sqs")
    return tuple(letter for one in chosen for letter in _receive_from(sqs, one))


def release(target: Target, letters: Iterable[DeadLetter]) -> None:
    """Make ``letters`` visible to other readers again; they stay in their queues."""
    sqs = target.client("sqs")
    for letter in letters:
        sqs.change_message_visibility(QueueUrl=letter.queue.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)


def redrive(target: Target, letters: Sequence[DeadLetter], on_step: Callable[[int], None]) -> RedriveResult:
    """Send ``letters`` to their source queues, and refresh everything if a stream reader gave up on records.

    ``on_step`` gets the number sent since. Raises Unavailable if a queue refuses them; unsent ones stay in place.
    """
    sqs = target.client("sqs")
    sent = [letter for letter in letters if letter.can_be_sent]
    for queue, group in groupby(sent, key=lambda letter: letter.queue):
        for batch in _batches(list(group)):
            MessageQueue(sqs, queue.source).send([letter.body for letter in batch])
            _delete(sqs, queue, batch)
            on_step(len(batch))
    notes = [letter for letter in letters if letter.about == "a stream" and not letter.queue.source]
    warnings: list[str] = []
    if notes:
        _refresh_everything(target, warnings.append)
        for note in notes:
            _delete(sqs, note.queue, [note])
    left = tuple(letter for letter in letters if letter not in sent and letter not in notes)
    release(target, left)
    return RedriveResult((*sent, *notes), left, tuple(warnings))


def _refresh_everything(target: Target, warn: Callable[[str], None]) -> None:
    """Refresh everything that a lost stream record could affect. DynamoDB keeps the records only for a day.

    Enqueues every upload without an outcome and every listing, purges again what was taken down since the oldest
    possible note, and rewrites every report. ``warn`` gets a sentence about what can't be read.
    """
    inbox, index = Inbox(target.client("s3"), target.inbox_bucket), Index(target.client("dynamodb"), target.table)
    sqs = target.client("sqs")
    intake, listings = (MessageQueue(sqs, target.queue_url(name)) for name in ("intake", "listing"))
    queues = SweepQueues(intake, listings, PurgeQueue(sqs, target.queue_url("purge")))
    listing_index, now = ListingIndex(target.client("dynamodb"), target.table), datetime.now(UTC)
    scan_whole_inbox(SweepClients(inbox, index, listing_index, queues, lambda: now, warn), now, now - _NOTES_KEPT)
    rewrite_reports(target, index)


def _delete(sqs: Any, queue: DeadLetterQueue, letters: Sequence[DeadLetter]) -> None:
    entries = [{"Id": str(place), "ReceiptHandle": letter.receipt} for place, letter in enumerate(letters)]
    sqs.delete_message_batch(QueueUrl=queue.url, Entries=entries)


def _batches(letters: Sequence[DeadLetter]) -> Iterable[Sequence[DeadLetter]]:
    return (letters[start : start + _BATCH] for start in range(0, len(letters), _BATCH))


def list_dead_letter_queues(target: Target) -> tuple[DeadLetterQueue, ...]:
    """Every dead-letter queue of ``target``, by name. These are the queues without a redrive policy of their own."""
    sqs = target.client("sqs")
    urls = _queues_of_stack(target) if target.stack else _queues_of_emulator(sqs)
    policies = {name: _redrive_policy(sqs, url) for name, url in urls.items()}
    sources = {_name(policy["deadLetterTargetArn"]): urls[name] for name, policy in policies.items() if policy}
    return tuple(
        DeadLetterQueue(name, urls[name], sources.get(urls[name].rpartition("/")[2], ""))
        for name, policy in sorted(policies.items())
        if not policy
    )


def _queues_of_stack(target: Target) -> dict[str, str]:
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    found = (resource for page in pages for resource in page["StackResourceSummaries"])
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in found
        if resource["ResourceType"] == "AWS::SQS::Queue"
    }


def _queues_of_emulator(sqs: Any) -> dict[str, str]:
    """The emulator runs one stack, so every queue is its own."""
    return {url.rpartition("/")[2]: url for url in sqs.list_queues().get("QueueUrls", [])}


def _redrive_policy(sqs: Any, url: str) -> Mapping[str, str]:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
    policy: Mapping[str, str] = json.loads(attributes.get("RedrivePolicy", "{}"))
    return policy


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _receive_from(sqs: Any, queue: DeadLetterQueue) -> Iterator[DeadLetter]:
    """Every message in ``queue``. Each stays there, hidden from other readers, until it is deleted or released."""
    empty = 0
    while empty < _EMPTY_ANSWERS:
        answer = sqs.receive_message(
            QueueUrl=queue.url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=_HIDDEN_SECONDS
        )
        found = answer.get("Messages", [])
        empty = 0 if found else empty + 1
        yield from (_dead_letter(queue, message) for message in found)


def _dead_letter(queue: DeadLetterQueue, message: Any) -> DeadLetter:
    about, keys = _about(message["Body"])
    attributes = message["Attributes"]
    since = datetime.fromtimestamp(int(attributes["SentTimestamp"]) // 1000, UTC)
    tries = int(attributes.get("ApproximateReceiveCount", "1")) - 1
    return DeadLetter(queue, message["Body"], message["ReceiptHandle"], since, tries, about, keys)


def _about(body: str) -> tuple[LetterKind, tuple[str, ...]]:
    try:
        return "uploads", tuple(request.key for request in parse_messages(body))
    except UnreadableMessageError:
        pass
    try:
        parse_groups(body)
        return "listings", ()
    except UnreadableMessageError:
        pass
    fields = _fields(body)
    return ("purges" if "tags" in fields else "a stream" if "DDBStreamBatchInfo" in fields else "nothing known"), ()


def _fields(body: str) -> frozenset[str]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(parsed) if isinstance(parsed, dict) else frozenset()
