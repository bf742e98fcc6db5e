"""Something is withdrawn, and then all that ever called a function comes again, in an order that a seed draws.

Beside it: the same uploads once more, an operator's republish and the day's sweep, handlers that end halfway, and
writes that were in the air all the time. Nothing of what was withdrawn may be read anywhere, at any moment.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.functions import REAL, Functions, NoListings
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    CLINIC,
    EN,
    KO,
    PICTURE,
    SITE,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_EN,
    WITHDRAWAL_PICTURE,
)

# The chance that something goes wrong with one of a handler's first calls.
_FAULTS, _CALLS = 0.25, 10
_MORE_OFTEN: tuple[Fault, ...] = ("late", "late")
_TIMES, _BATCH = 2, 3
_OTHER = f"posts/{contents.CLINIC}/b-side/en.md"
_WITHDRAWN = {"post": WITHDRAWAL, "clinic": WITHDRAWAL_CLINIC, "edition": WITHDRAWAL_EN, "image": WITHDRAWAL_PICTURE}
_SENTENCES = {
    "en": "Rain was heard in the attic.",
    "ko": "다락방에서 빗소리가 들렸습니다.",
    "b": "Nobody was in the cellar.",
}


@dataclass
class Replay:
    """One story drawn from ``seed``. What is withdrawn goes by turns with it, and whether there are listings."""

    cloud: Cloud
    transport: Transport
    seed: int
    functions: Functions = REAL
    steps: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self.cloud.empty()
        self.cloud.items_per_query = self.cloud.keys_per_list = None
        self.transport.calls.clear()
        self.transport.late_writes.clear()
        self._random, self._handled = Random(self.seed), list[list[Message]]()
        self._target = list(_WITHDRAWN)[self.seed % len(_WITHDRAWN)]
        listing = self.seed // len(_WITHDRAWN) % 2 == 0
        self._world = World(self.cloud, self.transport, self.functions, listing=listing)
        self._checker = InvariantChecker(self.cloud)
        self._withdrawn = False
        try:
            self._publish()
            self._withdraw()
            self._replay_all()
            self._check_at_rest()
        except Violation as violation:
            raise Violation("\n  ".join([f"seed {self.seed}: {violation}", *self.steps])) from None

    def _publish(self) -> None:
        """Two posts and what was corrected in them, some of it by handlers that ended halfway."""
        for upload in self._uploads():
            upload()
            if self._random.random() < 0.5:
                self._handle_all(_FAULTS)
        self._handle_all(0)

    def _uploads(self) -> "list[partial[None]]":
        first = {SITE: contents.site(1), CLINIC: contents.clinic(1), PICTURE: contents.drawing(1)}
        first |= {EN: _text("en", 1), KO: _text("ko", 1), _OTHER: _text("en", 1, "b")}
        order = [*first.items()]
        self._random.shuffle(order)
        later = [(EN, _text("en", 2)), (PICTURE, contents.drawing(2)), (KO, _text("ko", 2))]
        later += [(_OTHER, _text("en", 2, "b", self._random.choice([(), ("before",)])))]
        self._random.shuffle(later)
        return [partial(self._put, key, content) for key, content in (*order, *later)]

    def _withdraw(self) -> None:
        kind = self._random.choice(["gone", "legal", "withdrawn"])
        self._put(_WITHDRAWN[self._target], contents.withdrawal(kind))
        # The last writes of who was at work then stay in the air.
        self._handle_all(0)
        self._withdrawn = True
        self._check_nothing_readable()

    def _replay_all(self) -> None:
        """Each call again, some twice, and uploads, refresh requests and late writes among them."""
        repeated = [batch for batch in self._handled for _ in range(self._random.randint(1, _TIMES))]
        others = [
            *(partial(self._log_and_enqueue, "it comes again", *batch) for batch in repeated),
            *(partial(self._log_and_enqueue, "a refresh request", message) for message in self._requests()),
            # The same as before, or something new.
            partial(self._put, EN, _text("en", self._random.choice([2, 3]))),
            partial(self._put, PICTURE, contents.drawing(self._random.choice([2, 3]))),
            self._sweep,
            *([self._land_late] * len(self.transport.late_writes)),
        ]
        self._random.shuffle(others)
        for action in others:
            action()
            for _ in range(self._random.randint(0, 3)):
                self._handle_one(_FAULTS)

    def _requests(self) -> list[Message]:
        """The requests of republish, verify and redrive."""
        forced = [
            RefreshRequest(f"posts/{contents.CLINIC}/", is_folder=True, with_images=True, force=True),
            RefreshRequest(PICTURE, force=True),
        ]
        forced += [RefreshRequest(EN, force=True), RefreshRequest(SITE, force=True)]
        messages = [
            Message("intake", encode_message(request))
            for request in (*forced, RefreshRequest(CLINIC), RefreshRequest("posts/", is_folder=True))
        ]
        return self._random.sample(messages, self._random.randint(1, len(messages)))

    def _check_at_rest(self) -> None:
        self.steps.append("(at rest)")
        while self.transport.late_writes:
            self._land_late()
        self._handle_all(0)
        self._check_nothing_readable()
        check_at_rest(self._world, clean_build(self._world))

    def _put(self, key: str, content: bytes) -> None:
        self._log_and_enqueue(f"put {key}", self._world.put(key, content))

    def _log_and_enqueue(self, what: str, *messages: Message) -> None:
        self.steps += [f"{what}: {message.to} {message.partition or message.body[:90]}" for message in messages]
        self._world.queued += messages

    def _sweep(self) -> None:
        self.steps.append("sweep")
        self._world.sweep()

    def _land_late(self) -> None:
        if self.transport.late_writes:
            self.steps.append("a late write lands, or does not")
            self.transport.late_writes.pop(self._random.randrange(len(self.transport.late_writes)))()
            self._check()

    def _handle_all(self, faults: float) -> None:
        for _ in range(2000):
            self._world.deliver_stream()
            if not self._world.queued:
                return
            self._handle_one(faults)
        raise AssertionError(f"it never comes to rest: {self._world.queued[:5]}")

    def _handle_one(self, faults: float) -> None:
        """One of those that wait, in any order; a handler that ends halfway leaves its message."""
        self._world.deliver_stream()
        if not self._world.queued:
            return
        batch = self._batch()
        if not self._succeeds(batch, faulty=self._random.random() < faults):
            self._world.queued += batch
        elif not self._withdrawn:
            self._handled.append(batch)
        self._check()

    def _succeeds(self, batch: list[Message], *, faulty: bool) -> bool:
        """Whether the handler that gets ``batch`` answers for it; ``faulty``: something goes wrong with one call."""
        work = self._world.handler_for_batch(batch)
        if not faulty:
            with suppress(NoListings):
                work()
            return True
        handler, calls_left = self.transport.start("handler", work), self._random.randrange(_CALLS)
        while handler.pending_call:
            fault: Fault = "go" if calls_left else self._random.choice([*faults_of(handler.pending_call), *_MORE_OFTEN])
            self.steps += [f"{handler.pending_call} [{fault}]"] if fault != "go" else []
            calls_left -= 1
            self.transport.step(handler, fault)
            self._check()
        if isinstance(handler.failure, NoListings):
            return True
        if handler.failure and not self._world.is_retried(handler.failure):
            raise handler.failure
        return handler.failure is None

    def _batch(self) -> list[Message]:
        """What one call gets: of the stream all that there is, of a queue one message or a few."""
        waiting = self._world.queued
        first = waiting[self._random.randrange(len(waiting))]
        most = {"relist": len(waiting), "intake": self._random.randint(1, _BATCH)}.get(first.to, 1)
        batch = [first, *(message for message in waiting if message.to == first.to and message is not first)][:most]
        self._world.queued = [message for message in waiting if all(message is not taken for taken in batch)]
        return batch

    def _check(self) -> None:
        before = self._checker.last_site
        self._checker.check()
        changed = [key for key, stored in self._checker.last_site.items() if before.get(key) is not stored]
        if self._withdrawn and (found := self._readable_keys(changed)):
            raise Violation(f"I3: to be read again: {found}")

    def _check_nothing_readable(self) -> None:
        if found := self._readable_keys(self.cloud.site()):
            raise Violation(f"I3: still to be read: {found}")

    def _readable_keys(self, keys: Iterable[str]) -> list[str]:
        """Those of the site's ``keys`` at which something of what was withdrawn can be read."""
        needles = [needle.encode() for needle in self._withdrawn_strings()]
        site = self.cloud.site()
        pictures = f"images/{contents.CLINIC}/a-quiet-room/" if self._target != "edition" else "none/"
        return [
            key
            for key, stored in ((key, site[key]) for key in keys)
            if (key.startswith(pictures) and not stored.status)
            or (not key.startswith("images/") and any(needle in stored.content for needle in needles))
        ]

    def _withdrawn_strings(self) -> list[str]:
        if self._target == "image":
            return [f"images/{contents.CLINIC}/a-quiet-room/room."]
        of = {"edition": ("en",), "post": ("en", "ko"), "clinic": ("en", "ko", "b")}[self._target]
        titles = [f"Text {'en-b' if one == 'b' else one} " for one in of]
        paths = ["en", "ko"] if self._target != "edition" else ["en"]
        return [
            *titles,
            *(_SENTENCES[one] for one in of),
            *(f"/{lang}/{contents.CLINIC}/a-quiet-room/" for lang in paths),
        ]


def _text(lang: str, number: int, post: str = "", moved_from: tuple[str, ...] = ()) -> bytes:
    figure = "" if post else "room.png"
    content = contents.edition(lang, number, figure, post=post, moved_from=moved_from)
    return content + f"\n{_SENTENCES[post or lang]}\n".encode()
