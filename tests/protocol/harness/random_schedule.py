"""Schedules that a seed draws: what is uploaded, who steps, what goes wrong. The same seed draws the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.losses import lossy_objects
from tests.protocol.harness.player import Player
from tests.protocol.harness.schedule import (
    Advance,
    Delete,
    KeepBackup,
    LandLate,
    LoseObject,
    LoseRow,
    Put,
    Repeat,
    Rest,
    RestoreTable,
    Schedule,
    Setting,
    Settle,
    Start,
    Step,
    Sweep,
)
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call, Transport
from tests.protocol.harness.world import NOW
from tests.protocol.scenarios import CLINIC, SITE

_OTHER, _THIRD = f"posts/{contents.CLINIC}/b-side/en.md", f"posts/{contents.CLINIC}/c-side/en.md"
_DAYS = ("2026-03-02", "2026-03-02", "2026-02-27", "2025-12-30")
# The minutes at which what was uploaded is dated. All of it is past at the last.
_DUE = (-3, 2, 5)
# The seeds whose schedules end with a republish, which takes a fifth of their time.
_REPUBLISHED = 5
_HANDLERS = 4
_BATCH = 3
# How likely an edition is dated, and by how many minutes the clock of a handler is wrong.
_DATED = 0.15
_CLOCK_ERRORS = (0, 0, 0, 4, -6)
# What may be lost in the middle of half of the schedules with listings, once; how likely at a step.
_LOSSES = ("", "", "", "table", "row", "object")
_LOSS = 0.2
# So few that every schedule has listings of several pages.
_KEYS_PER_LIST = (2, 3, 5)
# The chance that a call which failed fails in the same way again when its handler repeats it.
_REFUSED_AGAIN = 0.7
Draw = Callable[[Random, int], bytes]


def _withdrawal(random: Random, _: int) -> bytes:
    kind = random.choice(["gone", "legal", "withdrawn", "hold"])
    # A hold ends at most 30 days after it began.
    return contents.withdrawal(kind, random.randint(3, 9), _soon(random) if kind == "hold" else "")


def _soon(random: Random) -> str:
    """A moment that has come by some clocks and not by others."""
    return (NOW + timedelta(minutes=random.choice(_DUE))).isoformat()


def _edition(lang: str, post: str = "", *claims: str) -> Draw:
    def draw(random: Random, number: int) -> bytes:
        if random.random() < 0.15:
            return contents.refused(number)
        figure = "" if post else random.choice(["", "", "room.png", "door.png"])
        moved_from = random.choice([(), claims[:1], claims])
        publish_at = _soon(random) if random.random() < _DATED else ""
        posted = random.choice(_DAYS)
        return contents.edition(lang, number, figure, publish_at, posted=posted, post=post, moved_from=moved_from)

    return draw


def _clinic(random: Random, number: int) -> bytes:
    return contents.clinic(number, random.choice(["active", "active", "suspended"]))


def _site(random: Random, number: int) -> bytes:
    return contents.site(number, random.choice(["en, ko", "en, ko, ja", "en, ko, ja"]))


# What can be uploaded, and how often compared with the rest.
KEYS: dict[str, tuple[int, Draw]] = {
    f"{contents.POST}en.md": (6, _edition("en", "", "before", "c-side")),
    f"{contents.POST}ko.md": (4, _edition("ko")),
    f"{contents.POST}ja.md": (1, _edition("ja")),
    _OTHER: (2, _edition("en", "b", "a-quiet-room", "before")),
    _THIRD: (2, _edition("en", "c", "b-side", "a-quiet-room")),
    f"{_OTHER}.withdrawal.yaml": (1, _withdrawal),
    f"{contents.POST}withdrawal.yaml": (3, _withdrawal),
    f"{contents.POST}en.md.withdrawal.yaml": (2, _withdrawal),
    f"{contents.POST}room.png": (3, lambda _, number: contents.drawing(number)),
    f"{contents.POST}door.png": (1, lambda _, number: contents.drawing(number)),
    f"{contents.POST}room.png.withdrawal.yaml": (2, _withdrawal),
    CLINIC: (2, _clinic),
    f"clinics/{contents.CLINIC}/withdrawal.yaml": (1, _withdrawal),
    SITE: (1, _site),
}


def draw_change(random: Random, number: int, last: dict[str, bytes]) -> Put | Delete:
    """An upload that says ``number``, the same bytes once more, or a deletion. ``last`` is what each key holds."""
    key = random.choices([*KEYS], [weight for weight, _ in KEYS.values()])[0]
    fate = random.random()
    if key in last and fate < 0.3:
        del last[key]
        return Delete(key)
    content = last[key] if key in last and fate < 0.4 else KEYS[key][1](random, number)
    last[key] = content
    return Put(key, binary=content) if key.endswith(".png") else Put(key, content.decode())


@dataclass
class RandomSchedule:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``listing`` some looks come in slices, so that others write between them. Each ``_draw_...`` draws one step for
    what is there now; the player takes it.
    """

    cloud: Cloud
    transport: Transport
    seed: int
    uploads: int = 6
    faults: float = 0.12
    variant: str = "real"
    reporting: bool = False
    listing: bool = False

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self._random = Random(self.seed)
        self._player = Player(self.cloud, self.transport, self._draw_setting())
        self._loss = self._random.choice(_LOSSES) if self.listing else ""
        self._refused: dict[str, tuple[Call, Fault]] = {}
        self._last: dict[str, bytes] = {}
        self._number = 0
        try:
            with self._player.playing():
                self._prepare()
                while self._number < self.uploads + 2 or self._player.running or self._random.random() < 0.8:
                    self._take_step()
                self._rest()
        except Violation as violation:
            raise Violation(f"seed {self.seed}: {violation}") from None
        PLAYED.schedules += 1

    def schedule(self, violation: str = "") -> Schedule:
        """What was played, as a value."""
        return self._player.schedule(violation)

    def _draw_setting(self) -> Setting:
        items = self._random.choice([None, 1]) if self.listing else None
        keys = self._random.choice(_KEYS_PER_LIST)
        return Setting(
            self.variant,
            items_per_query=items,
            keys_per_list=keys,
            reporting=self.reporting,
            listing=self.listing,
            purging=True,
            due=_DUE[1:],
            republished=self.seed % _REPUBLISHED == 0,
        )

    def _prepare(self) -> None:
        """Half the time the house stands before the first post comes. The day's scan of the inbox is over."""
        self._player.take(Sweep())
        for key, content in ((SITE, contents.site(1)), (CLINIC, contents.clinic(1))):
            if self._random.random() < 0.7:
                self._player.take(Put(key, content.decode()))
                self._last[key] = content
        self._number = 1
        if self._random.random() < 0.5:
            self._player.take(Settle())

    def _take_step(self) -> None:
        world, running = self._player.world, self._player.running
        world.deliver_stream()
        able: list[Callable[[], Step | None]] = [self._draw_advance] * (6 if running else 0)
        able += [self._draw_upload] if self._number < self.uploads + 2 else []
        able += [self._draw_start] * (3 if world.queued and len(running) < _HANDLERS else 0)
        able += [self._draw_repeat] if world.handled and self._random.random() < 0.2 else []
        able += [self._draw_late] if self.transport.late_writes else []
        able += [self._draw_loss] if self._can_lose() and self._random.random() < _LOSS else []
        if able:
            self._player.take(self._random.choice(able)())

    def _draw_upload(self) -> Step:
        self._number += 1
        return draw_change(self._random, self._number, self._last)

    def _draw_start(self) -> Step:
        waiting = self._player.world.queued
        first = waiting[self._random.randrange(len(waiting))]
        number, place = sum(message.to == first.to for message in waiting), self._player.position(first)
        others, most = [other for other in range(number) if other != place], 1
        while first.to in ("intake", "relist") and most < _BATCH and self._random.random() < 0.3:
            most += 1
        error = self._random.choice(_CLOCK_ERRORS)
        return Start(f"handler {len(self._player.steps)}", first.to, (place, *others)[:most], error)

    def _draw_advance(self) -> Step:
        name = self._random.choice(sorted(self._player.running))
        call = self._player.running[name][0].pending_call
        assert call
        return Advance(name, self._draw_fault(name, call))

    def _draw_fault(self, name: str, call: Call) -> Fault:
        """A fault by chance. What is refused may be refused again and again, until botocore gives up, or we do."""
        refused = self._refused.pop(name, None)
        if refused and refused[0] == call and self._random.random() < _REFUSED_AGAIN:
            fault = refused[1]
        elif self._random.random() < self.faults:
            fault = self._random.choice(faults_of(call))
        else:
            return "go"
        self._refused[name] = (call, fault)
        return fault

    def _draw_repeat(self) -> Step:
        return Repeat(self._random.randrange(len(self._player.world.handled)))

    def _draw_late(self) -> Step:
        return LandLate(self._random.randrange(len(self.transport.late_writes)))

    def _can_lose(self) -> bool:
        """Whether something may be lost: once, and if it is there."""
        there = {"table": True, "row": bool(self.cloud.items()), "object": bool(lossy_objects(self.cloud))}
        return there.get(self._loss, False) and not self._player.lost

    def _draw_loss(self) -> Step:
        if self._loss == "table":
            if self._player.losses.backup is None:
                return KeepBackup()
            PLAYED.events["lost: table"] += 1
            return RestoreTable()
        PLAYED.events[f"lost: {self._loss}"] += 1
        place = self._random.randrange(1000)
        return LoseRow(place) if self._loss == "row" else LoseObject(place)

    def _rest(self) -> None:
        self._player.take(Rest())
        while self.transport.late_writes:
            self._player.take(self._draw_late())
        self._player.finish()
