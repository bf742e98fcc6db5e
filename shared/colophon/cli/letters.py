"""Messages that were given up on: what each is about, since when, and how often it was tried."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from colophon.cli.dead_queues import DeadQueue
from colophon.upload.ring import UnreadableEnvelopeError, rings_in
from colophon.verbs.listing_rings import groups_in

# So long nobody else is shown a message that was read; what was not deleted by then is there again.
HIDDEN_SECONDS = 900
_EMPTY_ANSWERS = 2
About: TypeAlias = Literal["uploads", "listings", "purges", "a stream", "nothing known"]


class Letter(Struct, frozen=True):
    """One message. ``keys`` are the inbox keys that it rings for; ``tries`` is how often it was received, roughly."""

    queue: DeadQueue
    body: str
    receipt: str
    since: datetime
    tries: int
    about: About
    keys: tuple[str, ...] = ()

    @property
    def can_be_sent(self) -> bool:
        """Whether its function would understand it. What is no message of ours would only come back."""
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


def letters_in(sqs: Any, queue: DeadQueue) -> Iterator[Letter]:
    """Every message in ``queue``; each stays there, hidden from others, until it is deleted or let go."""
    empty = 0
    while empty < _EMPTY_ANSWERS:
        answer = sqs.receive_message(
            QueueUrl=queue.url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=HIDDEN_SECONDS
        )
        found = answer.get("Messages", [])
        empty = 0 if found else empty + 1
        yield from (_letter(queue, message) for message in found)


def _letter(queue: DeadQueue, message: Any) -> Letter:
    about, keys = _about(message["Body"])
    attributes = message["Attributes"]
    since = datetime.fromtimestamp(int(attributes["SentTimestamp"]) // 1000, UTC)
    tries = int(attributes.get("ApproximateReceiveCount", "1")) - 1
    return Letter(queue, message["Body"], message["ReceiptHandle"], since, tries, about, keys)


def _about(body: str) -> tuple[About, tuple[str, ...]]:
    try:
        return "uploads", tuple(ring.key for ring in rings_in(body))
    except UnreadableEnvelopeError:
        pass
    try:
        groups_in(body)
        return "listings", ()
    except UnreadableEnvelopeError:
        pass
    fields = _fields(body)
    return ("purges" if "tags" in fields else "a stream" if "DDBStreamBatchInfo" in fields else "nothing known"), ()


def _fields(body: str) -> frozenset[str]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(parsed) if isinstance(parsed, dict) else frozenset()
