"""The slow lane: refresh requests that must not delay uploads, a bounded number at a time."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon.listings.kind import ListingGroup
from colophon.problem import Unavailable
from colophon.stores.queues import MessageQueue
from colophon.upload.messages import RefreshRequest
from colophon.verbs.listings import enqueue_listings
from colophon_ops.target import Target

# Images share their queue with new uploads: few enough that those are processed within seconds.
_WAITING_LIMIT = 300
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
# SQS counts are approximate: this many in a row must be zero.
_EMPTY_COUNTS_NEEDED = 3


class SlowLane(Struct, frozen=True):
    """The URLs of its queues. After ``seconds`` without progress, waiting fails."""

    sqs: Any
    slow: str
    others: tuple[str, ...]
    listings: str
    seconds: float

    def send(self, requests: Sequence[RefreshRequest], on_wait: Callable[[int], None]) -> None:
        """Enqueue ``requests``, and wait until there is room for more. Raises Unavailable."""
        MessageQueue(self.sqs, self.slow).enqueue(requests)
        self._wait_for(_WAITING_LIMIT, on_wait)

    def send_listings(self, groups: Iterable[ListingGroup]) -> None:
        """Enqueue listings to be rebuilt, whatever their rows say. Raises Unavailable."""
        enqueue_listings((replace(group, force=True) for group in groups), MessageQueue(self.sqs, self.listings))

    def drain(self, on_wait: Callable[[int], None]) -> None:
        """Wait until all queues are empty. Raises Unavailable."""
        self._wait_for(0, on_wait)

    def _wait_for(self, limit: int, on_wait: Callable[[int], None]) -> None:
        pause, last_change, least, empty = _FIRST_PAUSE, time.monotonic(), -1, 0
        while True:
            waiting = sum(_waiting_in(self.sqs, url) for url in (self.slow, *self.others, self.listings))
            on_wait(waiting)
            empty = empty + 1 if waiting <= limit else 0
            if empty == (1 if limit else _EMPTY_COUNTS_NEEDED):
                return
            if waiting < least or least < 0 or empty:
                pause, last_change, least = _FIRST_PAUSE, time.monotonic(), waiting
            elif time.monotonic() - last_change > self.seconds:
                what = f"{waiting:,} messages of the slow lane made no progress for {self.seconds:g} seconds."
                raise Unavailable(f"{what} Run colophon status to see why, then the same command again: it resumes.")
            time.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 1.5)


def count_done(sent: int, total: int, on_step: Callable[[int, int], None]) -> Callable[[int], None]:
    """A callback that takes the number waiting and passes on how many of ``total``, ``sent`` so far, are done."""

    def on_wait(waiting: int) -> None:
        on_step(max(0, sent - waiting), total)

    return on_wait


def open_slow_lane(target: Target, seconds: float) -> SlowLane:
    """The slow lane of ``target``, with its client made."""
    slow, images, listings = (target.queue_url(part) for part in ("slow", "image", "listing"))
    return SlowLane(target.client("sqs"), slow, (images,), listings, seconds)


def _waiting_in(sqs: Any, url: str) -> int:
    """How many messages in a queue wait or are being handled. SQS's count is approximate."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
    return sum(int(attributes[name]) for name in _COUNTS)
