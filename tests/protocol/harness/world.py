"""The world around the handlers: uploads, queues, the table's stream, and who answers what."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, cast
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

from colophon.images.recipe import copy_of
from colophon.problem import Unavailable
from colophon.stores.bells import Bells
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.site import Site
from colophon.stores.stream import change_of
from colophon.upload.ring import Ring, ring_body, rings_in
from colophon.verbs.doors import PublishDoors
from colophon.verbs.image import make_images
from colophon.verbs.intake import Intake
from colophon.verbs.relist import relist
from colophon.verbs.report import report
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.stage import Call, Crash, Stage

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
copied = cache(copy_of)


@dataclass(frozen=True)
class Message:
    """One message: ``to`` is the queue that it lies in, or the reader of the stream that it is for."""

    to: str
    body: str


class Mailbox:
    """A queue that takes whatever is rung; a crash or a lost answer can befall the sender."""

    def __init__(self, name: str, messages: list[Message], stage: Stage) -> None:
        self._name, self._messages, self._stage = name, messages, stage

    def ring(self, rings: Sequence[Ring]) -> None:
        if not rings:
            return
        told = self._stage.pass_by(Call("SendMessage", f"queue {self._name}", " ".join(ring.key for ring in rings)))
        sent = [Message(self._name, ring_body(ring)) for ring in rings]
        self._messages += sent
        if told == "lost answer":
            self._messages += sent
        elif told in ("crash after", "late"):
            raise Crash


@dataclass
class World:
    """All that a schedule plays with. ``make_doors`` may put broken doors in place of the real ones."""

    cloud: Cloud
    stage: Stage
    make_doors: Callable[["World"], PublishDoors]
    reporting: bool = False
    now: datetime = NOW
    waiting: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    heard: int = 0

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
        readers = ("relist", "report") if self.reporting else ("relist",)
        for record in records[self.heard :]:
            body = json.dumps(record, default=str)
            self.waiting += [Message(reader, body) for reader in readers]
        self.heard = len(records)

    def work_on(self, batch: Sequence[Message]) -> Callable[[], object]:
        """What the publish function does with several messages at once; any other takes one by one."""
        if len(batch) == 1:
            return self.work(batch[0])

        def work() -> None:
            intake = Intake([message.body for message in batch], self.make_doors(self))
            for message in batch:
                intake.answer(message.body)

        return work

    @staticmethod
    def comes_back(failure: BaseException) -> bool:
        """Whether a handler that ended so leaves its message in the queue, as a crash or a refusal of AWS does."""
        return isinstance(failure, Crash | Unavailable | ClientError)

    def work(self, message: Message) -> Callable[[], object]:
        """What the function does that ``message`` goes to."""
        if message.to == "relist":
            change = change_of(json.loads(message.body))
            return partial(relist, [change], self.inbox, self.mailbox("intake"))
        if message.to == "report":
            return partial(report, change_of(json.loads(message.body)), self.inbox, self.index)
        if message.to == "images":
            return lambda: make_images(rings_in(message.body), copied, self.make_doors(self))
        return lambda: Intake([message.body], self.make_doors(self)).answer(message.body)

    def answer(self, place: int) -> None:
        """Answer the message at ``place`` among those that wait; what follows from it waits then, too."""
        message = self.waiting.pop(place)
        self.sent.append(message)
        self.work(message)()
        self.overhear()

    def settle(self) -> None:
        """Answer, one after the other, everything that waits and everything that follows from it."""
        for _ in range(400):
            self.overhear()
            if not self.waiting:
                return
            self.answer(0)
        raise AssertionError(f"it never comes to rest: {self.waiting[:5]}")


def real_doors(world: World) -> PublishDoors:
    """The doors as the functions have them, the style sheet already out."""
    s3 = world.cloud.s3
    bells = (world.mailbox("intake"), world.mailbox("images"))
    return PublishDoors(world.inbox, world.index, Site(s3, SITE), lambda: world.now, *bells, styled=True)


@cache
def _inbox(s3: Any) -> Inbox:
    # One for all: each new one would hang another handler on the client.
    return Inbox(s3, INBOX)


def _notification(event: str, key: str, version: str) -> Message:
    stored = {"key": quote_plus(key, safe="/"), "versionId": version, "sequencer": version}
    record = {"eventSource": "aws:s3", "eventName": event, "s3": {"bucket": {"name": INBOX}, "object": stored}}
    return Message("intake", json.dumps({"Records": [record]}))
