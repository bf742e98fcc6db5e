"""Something is withdrawn, and then all that ever called a function comes again, in an order that a seed draws.

Beside it: the same uploads once more, an operator's republish and the day's sweep, handlers that end halfway, and
writes that were in the air all the time. Nothing of what was withdrawn may be read anywhere, at any moment.
"""

from dataclasses import dataclass
from random import Random

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.faults import FAULTS, Fault
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.player import Player
from tests.protocol.harness.schedule import Handle, LandLate, Put, Repeat, Schedule, Send, Setting, Step, Sweep, Watch
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.withdrawn_content import SENTENCES, WITHDRAWN
from tests.protocol.harness.world import Message
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE

# The chance that something goes wrong with one of a handler's first calls.
_FAULTS, _CALLS = 0.25, 10
_WRONG: tuple[Fault, ...] = (*FAULTS, "late", "late")
_TIMES, _BATCH = 2, 3
_OTHER = f"posts/{contents.CLINIC}/b-side/en.md"


@dataclass
class Replay:
    """One schedule drawn from ``seed``. What is withdrawn goes by turns with it, and whether there are listings."""

    cloud: Cloud
    transport: Transport
    seed: int
    variant: str = "real"

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self._random, self._answered = Random(self.seed), list[Message]()
        self._target = list(WITHDRAWN)[self.seed % len(WITHDRAWN)]
        listing = self.seed // len(WITHDRAWN) % 2 == 0
        self._player = Player(self.cloud, self.transport, Setting(self.variant, listing=listing))
        try:
            with self._player.playing():
                self._publish()
                self._withdraw()
                self._replay_all()
                self._land_all()
                self._handle_all(0)
                self._player.finish()
        except Violation as violation:
            raise Violation(f"seed {self.seed}: {violation}") from None

    def schedule(self, violation: str = "") -> Schedule:
        """What was played, as a value."""
        return self._player.schedule(violation)

    def _publish(self) -> None:
        """Two posts and what was corrected in them, some of it by handlers that ended halfway."""
        for upload in self._uploads():
            self._player.take(upload)
            if self._random.random() < 0.5:
                self._handle_all(_FAULTS)
        self._handle_all(0)

    def _uploads(self) -> list[Put]:
        first = [Put(SITE, contents.site(1).decode()), Put(CLINIC, contents.clinic(1).decode()), _picture(1)]
        first += [_text("en", 1), _text("ko", 1), _text("en", 1, "b")]
        self._random.shuffle(first)
        later = [_text("en", 2), _picture(2), _text("ko", 2)]
        later += [_text("en", 2, "b", self._random.choice([(), ("before",)]))]
        self._random.shuffle(later)
        return [*first, *later]

    def _withdraw(self) -> None:
        kind = self._random.choice(["gone", "legal", "withdrawn"])
        self._player.take(Put(WITHDRAWN[self._target], contents.withdrawal(kind).decode()))
        # The last writes of who was at work then stay in the air.
        self._handle_all(0)
        self._answered = [*self._player.world.handled]
        self._player.take(Watch(self._target))

    def _replay_all(self) -> None:
        """Each call again, some twice, and uploads, refresh requests and late writes among them."""
        repeated = [place for place in range(len(self._answered)) for _ in range(self._random.randint(1, _TIMES))]
        others: list[Step] = [
            *(Repeat(place) for place in repeated),
            *(Send("intake", encode_message(request)) for request in self._requests()),
            # The same as before, or something new.
            _text("en", self._random.choice([2, 3])),
            _picture(self._random.choice([2, 3])),
            Sweep(),
            *(LandLate(self._random.randrange(10)) for _ in self.transport.late_writes),
        ]
        self._random.shuffle(others)
        for step in others:
            self._player.take(step)
            for _ in range(self._random.randint(0, 3)):
                self._handle_one(_FAULTS)

    def _requests(self) -> list[RefreshRequest]:
        """The requests of republish, verify and redrive."""
        forced = [
            RefreshRequest(f"posts/{contents.CLINIC}/", is_folder=True, with_images=True, force=True),
            RefreshRequest(PICTURE, force=True),
        ]
        forced += [RefreshRequest(EN, force=True), RefreshRequest(SITE, force=True)]
        requests = [*forced, RefreshRequest(CLINIC), RefreshRequest("posts/", is_folder=True)]
        return self._random.sample(requests, self._random.randint(1, len(requests)))

    def _land_all(self) -> None:
        while self.transport.late_writes:
            self._player.take(LandLate(self._random.randrange(len(self.transport.late_writes))))

    def _handle_all(self, faults: float) -> None:
        for _ in range(2000):
            self._player.world.deliver_stream()
            if not self._player.world.queued:
                return
            self._handle_one(faults)
        raise AssertionError(f"it never comes to rest: {self._player.world.queued[:5]}")

    def _handle_one(self, faults: float) -> None:
        """One of those that wait, in any order; a handler that ends halfway leaves its message."""
        self._player.world.deliver_stream()
        if not self._player.world.queued:
            return
        queue, places = self._batch()
        if self._random.random() < faults:
            self._player.take(Handle(queue, places, self._random.choice(_WRONG), self._random.randrange(_CALLS)))
        else:
            self._player.take(Handle(queue, places))

    def _batch(self) -> tuple[str, tuple[int, ...]]:
        """What one call gets: of the stream all that there is, of a queue one message or a few."""
        waiting = self._player.world.queued
        first = waiting[self._random.randrange(len(waiting))]
        number = sum(message.to == first.to for message in waiting)
        most = {"relist": number, "intake": self._random.randint(1, _BATCH)}.get(first.to, 1)
        place = self._player.position(first)
        return first.to, (place, *(other for other in range(number) if other != place))[:most]


def _text(lang: str, number: int, post: str = "", moved_from: tuple[str, ...] = ()) -> Put:
    figure, key = "" if post else "room.png", _OTHER if post else {"en": EN, "ko": KO}[lang]
    content = contents.edition(lang, number, figure, post=post, moved_from=moved_from)
    return Put(key, f"{content.decode()}\n{SENTENCES[post or lang]}\n")


def _picture(number: int) -> Put:
    return Put(PICTURE, binary=contents.drawing(number))
