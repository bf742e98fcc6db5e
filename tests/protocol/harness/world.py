"""The world around the handlers: uploads, queues, the table's stream, and who answers what."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, cast
from urllib.parse import quote_plus

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.images import recipe
from colophon.problem import Unavailable
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import Bells, PurgeQueue
from colophon.stores.site import Site
from colophon.stores.stream import RowChange, change_of
from colophon.upload.messages import Ring, ring_body, rings_in
from colophon.verbs.clients import assets
from colophon.verbs.image import make_images
from colophon.verbs.intake import Intake
from colophon.verbs.listings import groups_in
from colophon.verbs.relist import RelistDoors, bring_all
from colophon.verbs.report import report
from colophon.verbs.sweep import Queues, SweepDoors, sweep
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.functions import Functions, NotListed
from tests.protocol.harness.stage import Call, Crash, Stage

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class _Remembering:
    """The recipe; each picture is made once for all schedules."""

    copy_of = staticmethod(cache(recipe.copy_of))
    outline_of = staticmethod(cache(recipe.outline_of))


copied = _Remembering()


class Message(Struct, frozen=True):
    """One message: ``to`` is the queue that it lies in, or the reader of the stream that it is for."""

    to: str
    body: str

    @property
    def of(self) -> str:
        """The partition that a record of the stream is about; empty for a ring."""
        told = json.loads(self.body)
        return str(told[0]["dynamodb"]["Keys"]["pk"]["S"]) if isinstance(told, list) else ""


class Mailbox:
    """A queue that takes whatever is rung; a crash or a lost answer can befall the sender."""

    def __init__(self, name: str, messages: list[Message], stage: Stage) -> None:
        self._name, self._messages, self._stage = name, messages, stage

    def ring(self, rings: Sequence[Ring]) -> None:
        if not rings:
            return
        self._send([ring_body(ring) for ring in rings], " ".join(ring.key for ring in rings))

    def send(self, bodies: Sequence[str]) -> None:
        if bodies:
            self._send(bodies, " ".join(bodies))

    def _send(self, bodies: Sequence[str], about: str) -> None:
        told = self._stage.pass_by(Call("SendMessage", f"queue {self._name}", about))
        sent = [Message(self._name, body) for body in bodies]
        self._messages += sent
        if told == "lost answer":
            self._messages += sent
        elif told in ("crash after", "late"):
            raise Crash


class PurgeBox:
    """A queue that keeps the cache tags sent to it. Nobody answers them here, so that sending is no step."""

    def __init__(self, purged: list[str], stage: Stage) -> None:
        self._purged, self._stage = purged, stage

    def send(self, tags: Sequence[str]) -> None:
        if tags:
            self._purged += tags
            with self._stage.unseen():
                self._stage.pass_by(Call("SendMessage", "queue purge", " ".join(tags)))


@dataclass
class World:
    """All that a schedule plays with.

    Without ``listing`` the space is smaller: relist only rings, and the shelves that pages link to are put aside from
    the schedule. With ``reporting`` the report function listens to the stream, too.
    """

    cloud: Cloud
    stage: Stage
    functions: Functions
    reporting: bool = False
    listing: bool = False
    now: datetime = NOW
    waiting: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    heard: int = 0

    def __post_init__(self) -> None:
        if not self.cloud.site():
            for asset in assets():
                Site(self.cloud.s3, SITE).put_once(asset)

    @property
    def inbox(self) -> Inbox:
        return _inbox(self.cloud.s3)

    @property
    def index(self) -> Index:
        return Index(self.cloud.dynamodb, TABLE)

    def mailbox(self, name: str) -> Bells:
        return cast(Bells, Mailbox(name, self.waiting, self.stage))

    def put(self, key: str, content: bytes) -> Message:
        """Upload, and hand back the notification; it is not delivered yet."""
        self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=content)
        return _notification("ObjectCreated:Put", key, self.cloud.name_version(key))

    def delete(self, key: str) -> Message:
        self.cloud.s3.delete_object(Bucket=INBOX, Key=key)
        return _notification("ObjectRemoved:DeleteMarkerCreated", key, self.cloud.name_version(key))

    def overhear(self) -> None:
        """Take what is new on the table's stream to its readers."""
        records = self.cloud.stream()
        for record in records[self.heard :]:
            body = json.dumps([record], default=str)
            told = self.listing or record["dynamodb"]["Keys"]["pk"]["S"].startswith(("post#", "clinic#", "site"))
            self.waiting += [Message("relist", body)] if told else []
            self.waiting += [Message("report", body)] if self.reporting else []
        self.heard = len(records)

    def work_on(self, batch: Sequence[Message]) -> Callable[[], object]:
        """What a function does with several messages at once: relist and publish gather them, any other takes one."""
        if batch[0].to == "relist":
            return self.work(Message("relist", json.dumps([one for m in batch for one in json.loads(m.body)])))
        if len(batch) == 1:
            return self.work(batch[0])

        def work() -> None:
            intake = Intake([message.body for message in batch], self.functions.doors(self))
            for message in batch:
                intake.answer(message.body)

        return work

    @staticmethod
    def comes_back(failure: BaseException) -> bool:
        """Whether a handler that ended so leaves its message in the queue, as a crash or a refusal of AWS does."""
        return isinstance(failure, Crash | Unavailable | ClientError)

    def work(self, message: Message) -> Callable[[], object]:
        """What the function does that ``message`` goes to."""
        doors = self.functions.doors
        if message.to == "relist":
            return partial(self._relist, [change_of(record) for record in json.loads(message.body)])
        if message.to == "report":
            return partial(report, change_of(json.loads(message.body)[0]), self.inbox, self.index)
        if message.to == "listings":
            return lambda: bring_all(groups_in(message.body), self.functions.shelves(self))
        if message.to == "images":
            return lambda: make_images(rings_in(message.body), copied, doors(self))
        return lambda: Intake([message.body], doors(self)).answer(message.body)

    def _relist(self, changes: Sequence[RowChange]) -> None:
        try:
            self.functions.relist(changes, self._relist_doors())
        except NotListed:
            return

    def _relist_doors(self) -> RelistDoors:
        purges = cast(PurgeQueue, PurgeBox(self.purged, self.stage))
        return RelistDoors(self.mailbox("intake"), self.functions.shelves(self), purges)

    def sweep(self) -> None:
        """One minute's sweep; what it rings for waits."""
        intake, slow, listings = (self.mailbox(name) for name in ("intake", "slow", "listings"))
        queues = Queues(intake, slow, listings, cast(PurgeQueue, PurgeBox(self.purged, self.stage)))
        sweep(SweepDoors(self.inbox, self.index, queues, lambda: self.now))

    def answer(self, place: int) -> None:
        """Answer the message at ``place`` among those that wait; what follows from it waits then, too."""
        self._answer([self.waiting.pop(place)])

    def settle(self) -> None:
        """Answer, one after the other, everything that waits and everything that follows from it.

        What waits for relist it takes together, once nothing else waits.
        """
        for _ in range(400):
            self.overhear()
            if not self.waiting:
                return
            first = next((message for message in self.waiting if message.to != "relist"), None)
            batch = [first] if first else list(self.waiting)
            for message in batch:
                self.waiting.remove(message)
            self._answer(batch)
        raise AssertionError(f"it never comes to rest: {self.waiting[:5]}")

    def _answer(self, batch: list[Message]) -> None:
        self.sent += batch
        self.work_on(batch)()
        self.overhear()


@cache
def _inbox(s3: Any) -> Inbox:
    # One for all: each new one would hang another handler on the client.
    return Inbox(s3, INBOX)


def _notification(event: str, key: str, version: str) -> Message:
    stored = {"key": quote_plus(key, safe="/"), "versionId": version, "sequencer": version}
    record = {"eventSource": "aws:s3", "eventName": event, "s3": {"bucket": {"name": INBOX}, "object": stored}}
    return Message("intake", json.dumps({"Records": [record]}))
