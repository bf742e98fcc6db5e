"""The world around the handlers: uploads, queues, the table's stream, and who answers what."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, cast
from urllib.parse import quote_plus

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon.images import recipe
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds.search import SEARCH
from colophon.metrics import Measures
from colophon.problem import Unavailable
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue, parse_tags
from colophon.stores.site import Site
from colophon.stores.stream import RowChange, parse_change
from colophon.upload.messages import parse_messages
from colophon.verbs.clients import all_assets
from colophon.verbs.gathering import Gathering
from colophon.verbs.image import refresh_images
from colophon.verbs.intake import IntakeBatch
from colophon.verbs.listings import parse_groups
from colophon.verbs.relist import RelistClients, rebuild_all
from colophon.verbs.report import report
from colophon.verbs.sweep import SweepClients, SweepQueues, sweep
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.functions import Functions, NoListings
from tests.protocol.harness.queues import QueueClient
from tests.protocol.harness.transport import Crash, Transport

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class _CachedCopier:
    """The recipe; each picture is made once for all schedules."""

    make_copy = staticmethod(cache(recipe.make_copy))
    read_outline = staticmethod(cache(recipe.read_outline))


cached_copier = _CachedCopier()


class Message(Struct, frozen=True):
    """One message: ``to`` is the queue that it lies in, or the reader of the stream that it is for."""

    to: str
    body: str

    @property
    def partition(self) -> str:
        """The partition that a record of the stream is about; empty for a refresh request."""
        records = json.loads(self.body)
        return str(records[0]["dynamodb"]["Keys"]["pk"]["S"]) if isinstance(records, list) else ""


class QueueWithoutSearch:
    """The listing queue of a schedule that does without the search: a message that names nothing else is not sent."""

    def __init__(self, queue: MessageQueue) -> None:
        self._queue = queue

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        self._queue.send([body for body in bodies if not all(map(_is_search, parse_groups(body)))], delay)


@dataclass
class World:
    """All that a schedule plays with.

    Without ``listing`` there are fewer schedules: relist only sends refresh requests, and the listings that pages link
    to are put outside of the schedule. With ``reporting`` the report function listens to the stream, too. Without
    ``searching`` nothing of the search of a language is rebuilt: it has schedules of its own. With ``purging`` it is a
    step to send cache tags.
    """

    cloud: Cloud
    transport: Transport
    functions: Functions
    reporting: bool = False
    listing: bool = False
    searching: bool = False
    now: datetime = NOW
    purging: bool = False
    # Whether an operator had everything refreshed.
    is_refreshed: bool = False
    # Whether rows of the index were lost, or are older.
    is_index_lost: bool = False
    # By how much the clock of a handler is wrong, by its name.
    clock_errors: dict[str, timedelta] = field(default_factory=dict)
    queued: list[Message] = field(default_factory=list)
    handled: list[Message] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    swept: Measures = field(default_factory=dict)
    records_delivered: int = 0

    def __post_init__(self) -> None:
        if not self.cloud.site():
            for asset in all_assets():
                Site(self.cloud.s3, SITE).put_if_absent(asset)

    @property
    def inbox(self) -> Inbox:
        return _inbox(self.cloud.s3)

    @property
    def index(self) -> Index:
        return Index(self.cloud.dynamodb, TABLE)

    def clock(self) -> datetime:
        """What the clock of the running handler says."""
        return self.now + self.clock_errors.get(self.transport.running_handler(), timedelta(0))

    def queue(self, name: str) -> MessageQueue:
        return MessageQueue(self._queue_client(name, lambda body: self.queued.append(Message(name, body))), name)

    def purge_queue(self) -> PurgeQueue:
        """The queue of cache tags, which no handler reads here."""
        client = self._queue_client("purge", lambda body: self.purged.extend(parse_tags(body)), is_step=self.purging)
        return PurgeQueue(client, "purge")

    def _queue_client(self, name: str, accept: Callable[[str], object], *, is_step: bool = True) -> Any:
        return QueueClient(name, accept, self.transport, is_step=is_step)

    def is_new(self) -> bool:
        """Whether nothing has happened in it yet, and it has the clock that every world begins with."""
        busy = self.queued or self.handled or self.records_delivered or self.cloud.inbox() or self.cloud.stream()
        return not busy and self.now == NOW

    def put(self, key: str, content: bytes) -> Message:
        """Upload, and hand back the notification; it is not delivered yet."""
        self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=content)
        return _notification("ObjectCreated:Put", key, self.cloud.name_version(key), self.now)

    def delete(self, key: str) -> Message:
        self.cloud.s3.delete_object(Bucket=INBOX, Key=key)
        return _notification("ObjectRemoved:DeleteMarkerCreated", key, self.cloud.name_version(key), self.now)

    def deliver_stream(self) -> None:
        """Take what is new on the table's stream to its readers."""
        records = self.cloud.stream()
        for record in records[self.records_delivered :]:
            body = json.dumps([record], default=str)
            is_relevant = self.listing or record["dynamodb"]["Keys"]["pk"]["S"].startswith(("post#", "clinic#", "site"))
            self.queued += [Message("relist", body)] if is_relevant else []
            self.queued += [Message("report", body)] if self.reporting else []
        self.records_delivered = len(records)

    def handler_for_batch(self, batch: Sequence[Message]) -> Callable[[], object]:
        """What a function does with several messages at once: relist and publish gather them, any other takes one."""
        if batch[0].to == "relist":
            return self.handler_for(Message("relist", json.dumps([one for m in batch for one in json.loads(m.body)])))
        if len(batch) == 1:
            return self.handler_for(batch[0])

        def work() -> None:
            intake = IntakeBatch([message.body for message in batch], self.functions.publish_clients(self))
            for message in batch:
                intake.handle(message.body)

        return work

    @staticmethod
    def is_retried(failure: BaseException) -> bool:
        """Whether a handler that ended so leaves its message in the queue, as a crash or a refusal of AWS does."""
        return isinstance(failure, Crash | Unavailable | ClientError | BotoCoreError)

    def handler_for(self, message: Message) -> Callable[[], object]:
        """What the function does that ``message`` goes to."""
        clients = self.functions.publish_clients
        if message.to == "relist":
            return partial(self._relist, [parse_change(record) for record in json.loads(message.body)])
        if message.to == "report":
            return partial(report, parse_change(json.loads(message.body)[0]), self.inbox, self.index)
        if message.to == "listings":
            groups = [g for g in parse_groups(message.body) if self.searching or not _is_search(g)]
            return lambda: rebuild_all(groups, self.functions.listing_clients(self))
        if message.to == "images":
            return lambda: refresh_images(parse_messages(message.body), cached_copier, clients(self))
        return lambda: IntakeBatch([message.body], clients(self)).handle(message.body)

    def _relist(self, changes: Sequence[RowChange]) -> None:
        try:
            self.functions.relist(changes, self._relist_clients())
        except NoListings:
            return

    def _relist_clients(self) -> RelistClients:
        queue = self.queue("listings")
        if not self.searching:
            queue = cast(MessageQueue, QueueWithoutSearch(queue))
        gathering = Gathering(queue, self.clock, 0)
        return RelistClients(self.queue("intake"), self.functions.listing_clients(self), self.purge_queue(), gathering)

    def sweep(self, seconds: float = 70.0) -> None:
        """One minute's sweep, with ``seconds`` left; its requests wait."""
        intake, listings = (self.queue(name) for name in ("intake", "listings"))
        queues = SweepQueues(intake, listings, self.purge_queue())
        listing_index = ListingIndex(self.cloud.dynamodb, TABLE)
        clients = SweepClients(self.inbox, self.index, listing_index, queues, self.clock, self.warnings.append)
        self.swept = sweep(clients, seconds)

    def handle(self, position: int) -> None:
        """Handle the waiting message at ``position``; what follows from it waits then, too."""
        self._handle([self.queued.pop(position)])

    def run_until_quiet(self) -> None:
        """Answer, one after the other, everything that waits and everything that follows from it.

        What waits for relist it takes together, once nothing else waits.
        """
        for _ in range(400):
            self.deliver_stream()
            if not self.queued:
                return
            first = next((message for message in self.queued if message.to != "relist"), None)
            batch = [first] if first else list(self.queued)
            for message in batch:
                self.queued.remove(message)
            self._handle(batch)
        raise AssertionError(f"it never comes to rest: {self.queued[:5]}")

    def _handle(self, batch: list[Message]) -> None:
        self.handled += batch
        with suppress(NoListings):
            self.handler_for_batch(batch)()
        self.deliver_stream()


def _is_search(group: ListingGroup) -> bool:
    return group.kind == SEARCH.number


@cache
def _inbox(s3: Any) -> Inbox:
    # One for all: each new one would hang another handler on the client.
    return Inbox(s3, INBOX)


def _notification(event: str, key: str, version: str, at: datetime) -> Message:
    stored = {"key": quote_plus(key, safe="/"), "versionId": version, "sequencer": version}
    about = {"bucket": {"name": INBOX}, "object": stored}
    record = {"eventSource": "aws:s3", "eventName": event, "eventTime": at.isoformat(), "s3": about}
    return Message("intake", json.dumps({"Records": [record]}))
