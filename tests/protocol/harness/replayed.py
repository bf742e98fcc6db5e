"""Something is withdrawn, and then all that ever called a function comes again, in an order that a seed draws.

Beside it: the same uploads once more, an operator's republish and the day's sweep, handlers that end halfway, and
writes that were in the air all the time. Nothing of what was withdrawn may be read anywhere, at any moment.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random

from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.eyes import Eyes, Violation
from tests.protocol.harness.functions import REAL, Functions, NotListed
from tests.protocol.harness.rest import check_rest, clean_build
from tests.protocol.harness.stage import FAULTS, Fault, Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, EN, KO, ORDER, ORDER_CLINIC, ORDER_EN, ORDER_PICTURE, PICTURE, SITE

# The chance that something goes wrong with one of a handler's first calls.
_FAULTS, _CALLS = 0.25, 10
_WRONG: tuple[Fault, ...] = (*FAULTS, "late", "late")
_TIMES, _BATCH = 2, 3
_OTHER = f"posts/{texts.CLINIC}/b-side/en.md"
_WITHDRAWN = {"post": ORDER, "clinic": ORDER_CLINIC, "edition": ORDER_EN, "image": ORDER_PICTURE}
_SAYS = {
    "en": "Rain was heard in the attic.",
    "ko": "다락방에서 빗소리가 들렸습니다.",
    "b": "Nobody was in the cellar.",
}


@dataclass
class Replayed:
    """One story drawn from ``seed``. What is withdrawn goes by turns with it, and whether there are listings."""

    cloud: Cloud
    stage: Stage
    seed: int
    functions: Functions = REAL
    steps: list[str] = field(default_factory=list)

    def play(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self.cloud.empty()
        self.cloud.sliced = None
        self.stage.calls.clear()
        self.stage.late.clear()
        self._random, self._called = Random(self.seed), list[list[Message]]()
        self._what = list(_WITHDRAWN)[self.seed % len(_WITHDRAWN)]
        listing = self.seed // len(_WITHDRAWN) % 2 == 0
        self._world = World(self.cloud, self.stage, self.functions, listing=listing)
        self._eyes = Eyes(self.cloud)
        self._gone = False
        try:
            self._publish()
            self._withdraw()
            self._all_again()
            self._rest()
        except Violation as violation:
            raise Violation("\n  ".join([f"seed {self.seed}: {violation}", *self.steps])) from None

    def _publish(self) -> None:
        """Two posts and what was corrected in them, some of it by handlers that ended halfway."""
        for upload in self._uploads():
            upload()
            if self._random.random() < 0.5:
                self._answer_all(_FAULTS)
        self._answer_all(0)

    def _uploads(self) -> "list[partial[None]]":
        first = {SITE: texts.site(1), CLINIC: texts.clinic(1), PICTURE: texts.drawing(1)}
        first |= {EN: _text("en", 1), KO: _text("ko", 1), _OTHER: _text("en", 1, "b")}
        order = [*first.items()]
        self._random.shuffle(order)
        later = [(EN, _text("en", 2)), (PICTURE, texts.drawing(2)), (KO, _text("ko", 2))]
        later += [(_OTHER, _text("en", 2, "b", self._random.choice([(), ("before",)])))]
        self._random.shuffle(later)
        return [partial(self._put, key, content) for key, content in (*order, *later)]

    def _withdraw(self) -> None:
        kind = self._random.choice(["gone", "legal", "withdrawn"])
        self._put(_WITHDRAWN[self._what], texts.withdrawal(kind))
        # The last writes of who was at work then stay in the air.
        self._answer_all(0)
        self._gone = True
        self._none_readable()

    def _all_again(self) -> None:
        """Each call again, some twice, and uploads, rings and late writes among them."""
        again = [batch for batch in self._called for _ in range(self._random.randint(1, _TIMES))]
        others = [
            *(partial(self._say_and_wait, "it comes again", *batch) for batch in again),
            *(partial(self._say_and_wait, "a ring", message) for message in self._rings()),
            # The same as before, or something new.
            partial(self._put, EN, _text("en", self._random.choice([2, 3]))),
            partial(self._put, PICTURE, texts.drawing(self._random.choice([2, 3]))),
            self._sweep,
            *([self._land_late] * len(self.stage.late)),
        ]
        self._random.shuffle(others)
        for one in others:
            one()
            for _ in range(self._random.randint(0, 3)):
                self._answer_one(_FAULTS)

    def _rings(self) -> list[Message]:
        """What republish, verify and redrive ring for."""
        fresh = [Ring(f"posts/{texts.CLINIC}/", folder=True, images=True, fresh=True), Ring(PICTURE, fresh=True)]
        fresh += [Ring(EN, fresh=True), Ring(SITE, fresh=True)]
        rings = [Message("intake", ring_body(ring)) for ring in (*fresh, Ring(CLINIC), Ring("posts/", folder=True))]
        return self._random.sample(rings, self._random.randint(1, len(rings)))

    def _rest(self) -> None:
        self.steps.append("(at rest)")
        while self.stage.late:
            self._land_late()
        self._answer_all(0)
        self._none_readable()
        check_rest(self._world, clean_build(self._world))

    def _put(self, key: str, content: bytes) -> None:
        self._say_and_wait(f"put {key}", self._world.put(key, content))

    def _say_and_wait(self, what: str, *messages: Message) -> None:
        self.steps += [f"{what}: {message.to} {message.of or message.body[:90]}" for message in messages]
        self._world.waiting += messages

    def _sweep(self) -> None:
        self.steps.append("sweep")
        self._world.sweep()

    def _land_late(self) -> None:
        if self.stage.late:
            self.steps.append("a late write lands, or does not")
            self.stage.late.pop(self._random.randrange(len(self.stage.late)))()
            self._look()

    def _answer_all(self, faults: float) -> None:
        for _ in range(2000):
            self._world.overhear()
            if not self._world.waiting:
                return
            self._answer_one(faults)
        raise AssertionError(f"it never comes to rest: {self._world.waiting[:5]}")

    def _answer_one(self, faults: float) -> None:
        """One of those that wait, in any order; a handler that ends halfway leaves its message."""
        self._world.overhear()
        if not self._world.waiting:
            return
        batch = self._batch()
        if not self._ends_well(batch, faulty=self._random.random() < faults):
            self._world.waiting += batch
        elif not self._gone:
            self._called.append(batch)
        self._look()

    def _ends_well(self, batch: list[Message], *, faulty: bool) -> bool:
        """Whether the handler that gets ``batch`` answers for it; ``faulty``: something goes wrong with one call."""
        work = self._world.work_on(batch)
        if not faulty:
            with suppress(NotListed):
                work()
            return True
        actor, left = self.stage.start("handler", work), self._random.randrange(_CALLS)
        while actor.at:
            fault: Fault = "go" if left else self._random.choice(_WRONG)
            self.steps += [f"{actor.at} [{fault}]"] if fault != "go" else []
            left -= 1
            self.stage.step(actor, fault)
            self._look()
        if isinstance(actor.failure, NotListed):
            return True
        if actor.failure and not self._world.comes_back(actor.failure):
            raise actor.failure
        return actor.failure is None

    def _batch(self) -> list[Message]:
        """What one call gets: of the stream all that there is, of a queue one message or a few."""
        waiting = self._world.waiting
        first = waiting[self._random.randrange(len(waiting))]
        most = {"relist": len(waiting), "intake": self._random.randint(1, _BATCH)}.get(first.to, 1)
        batch = [first, *(message for message in waiting if message.to == first.to and message is not first)][:most]
        self._world.waiting = [message for message in waiting if all(message is not taken for taken in batch)]
        return batch

    def _look(self) -> None:
        before = self._eyes.seen
        self._eyes.look()
        changed = [key for key, standing in self._eyes.seen.items() if before.get(key) is not standing]
        if self._gone and (found := self._readable(changed)):
            raise Violation(f"I3: to be read again: {found}")

    def _none_readable(self) -> None:
        if found := self._readable(self.cloud.site()):
            raise Violation(f"I3: still to be read: {found}")

    def _readable(self, keys: Iterable[str]) -> list[str]:
        """Those of the site's ``keys`` at which something of what was withdrawn can be read."""
        marks = [mark.encode() for mark in self._marks()]
        site = self.cloud.site()
        pictures = f"images/{texts.CLINIC}/a-quiet-room/" if self._what != "edition" else "none/"
        return [
            key
            for key, standing in ((key, site[key]) for key in keys)
            if (key.startswith(pictures) and not standing.status)
            or (not key.startswith("images/") and any(mark in standing.content for mark in marks))
        ]

    def _marks(self) -> list[str]:
        if self._what == "image":
            return [f"images/{texts.CLINIC}/a-quiet-room/room."]
        of = {"edition": ("en",), "post": ("en", "ko"), "clinic": ("en", "ko", "b")}[self._what]
        titles = [f"Text {'en-b' if one == 'b' else one} " for one in of]
        paths = ["en", "ko"] if self._what != "edition" else ["en"]
        return [*titles, *(_SAYS[one] for one in of), *(f"/{lang}/{texts.CLINIC}/a-quiet-room/" for lang in paths)]


def _text(lang: str, number: int, post: str = "", moved_from: tuple[str, ...] = ()) -> bytes:
    figure = "" if post else "room.png"
    made = texts.edition(lang, number, figure, post=post, moved_from=moved_from)
    return made + f"\n{_SAYS[post or lang]}\n".encode()
