"""Schedules that a seed draws: what is uploaded, who steps, what goes wrong. The same seed draws the same."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.losses import Losses, check_republish, lossy_objects, republish_all, sweep_next_day
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call, Handler, Transport
from tests.protocol.harness.world import NOW, Message, World
from tests.protocol.scenarios import CLINIC, SITE

_OTHER, _THIRD = f"posts/{contents.CLINIC}/b-side/en.md", f"posts/{contents.CLINIC}/c-side/en.md"
_DAYS = ("2026-03-02", "2026-03-02", "2026-02-27", "2025-12-30")
# The minutes at which what was uploaded is dated. All of it is past at the last.
_DUE = (-3, 2, 5)
# The seeds whose schedules end with a republish, which takes a fifth of their time.
_REPUBLISHED = 5
# More calls than any handler makes, with all that is refused.
_MOST_CALLS = 400
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


@dataclass
class RandomSchedule:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``listing`` some looks come in slices, so that others write between them.
    """

    cloud: Cloud
    transport: Transport
    seed: int
    uploads: int = 6
    faults: float = 0.12
    functions: Functions = REAL
    reporting: bool = False
    listing: bool = False
    steps: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        self.cloud.empty()
        self.transport.calls.clear()
        self.transport.late_writes.clear()
        self._random = Random(self.seed)
        self.cloud.items_per_query = self._random.choice([None, 1]) if self.listing else None
        self.cloud.keys_per_list = self._random.choice(_KEYS_PER_LIST)
        self._world = World(self.cloud, self.transport, self.functions, self.reporting, self.listing, purging=True)
        self._checker = InvariantChecker(self.cloud)
        self._losses = Losses(self.cloud, self._checker)
        self._loss = self._random.choice(_LOSSES) if self.listing else ""
        self._lost = False
        self._running: dict[str, tuple[Handler, list[Message]]] = {}
        self._last: dict[str, bytes] = {}
        self._refused: dict[str, tuple[Call, Fault]] = {}
        self._steps_of: Counter[str] = Counter()
        self._number = 0
        try:
            self._prepare()
            while self._number < self.uploads + 2 or self._running or self._random.random() < 0.8:
                self._take_step()
                self._checker.check()
            self._check_at_rest()
        except Violation as violation:
            raise Violation("\n  ".join([f"seed {self.seed}: {violation}", *self.steps])) from None
        finally:
            self.transport.stop_all([handler for handler, _ in self._running.values()])
            self.cloud.items_per_query = self.cloud.keys_per_list = None
        PLAYED.schedules += 1

    def _prepare(self) -> None:
        """Half the time the house stands before the first post comes. The day's scan of the inbox is over."""
        self._world.sweep()
        for key, content in ((SITE, contents.site(1)), (CLINIC, contents.clinic(1))):
            if self._random.random() < 0.7:
                self._world.queued.append(self._world.put(key, content))
                self._last[key] = content
        self._number = 1
        if self._random.random() < 0.5:
            self._world.run_until_quiet()

    def _take_step(self) -> None:
        self._world.deliver_stream()
        able = [self._step_handler] * (6 if self._running else 0)
        able += [self._upload] if self._number < self.uploads + 2 else []
        able += [self._start_handler] * (3 if self._world.queued and len(self._running) < _HANDLERS else 0)
        able += [self._redeliver] if self._world.handled and self._random.random() < 0.2 else []
        able += [self._land_late] if self.transport.late_writes else []
        able += [self._lose] if self._loss and not self._lost and self._random.random() < _LOSS else []
        if able:
            self._random.choice(able)()

    def _upload(self) -> None:
        self._number += 1
        key = self._random.choices([*KEYS], [weight for weight, _ in KEYS.values()])[0]
        if key == SITE and not self._is_site_recorded():
            return None
        fate = self._random.random()
        if key in self._last and fate < 0.3:
            self._log(f"delete {key}")
            del self._last[key]
            return self._world.queued.append(self._world.delete(key))
        content = self._last[key] if key in self._last and fate < 0.4 else KEYS[key][1](self._random, self._number)
        self._last[key] = content
        self._log(f"put {key}, number {self._number}")
        return self._world.queued.append(self._world.put(key, content))

    def _is_site_recorded(self) -> bool:
        """Whether the row says what became of the newest ``site.yaml``.

        Listings of a new language are put before the row is recorded. If that fails and the language is taken back at
        once, they stay, empty, until ``verify --fix`` finds them.
        """
        newest = self.cloud.inbox().get(SITE, ("",))[0].strip("()")
        return newest in str(self.cloud.items().get(("site", "site"), ""))

    def _start_handler(self) -> None:
        waiting, batch = self._world.queued, [self._take()]
        while batch[0].to in ("intake", "relist") and len(batch) < _BATCH and self._random.random() < 0.3:
            more = [message for message in waiting if message.to == batch[0].to]
            if not more:
                break
            batch.append(more[0])
            waiting.remove(more[0])
        name = f"handler {len(self.steps)}"
        error = self._random.choice(_CLOCK_ERRORS)
        self._world.clock_errors[name] = timedelta(minutes=error)
        PLAYED.events["clock apart"] += bool(error)
        wrong = f", its clock wrong by {error} minutes" if error else ""
        self._log(f"{name} takes {len(batch)} for {batch[0].to}{wrong}")
        self._running[name] = (self.transport.start(name, self._world.handler_for_batch(batch)), batch)
        self._collect_if_done(name)

    def _take(self) -> Message:
        return self._world.queued.pop(self._random.randrange(len(self._world.queued)))

    def _step_handler(self) -> None:
        name = self._random.choice(sorted(self._running))
        handler, _ = self._running[name]
        call = handler.pending_call
        assert call
        fault = self._draw_fault(name, call)
        self._log(f"{name}: {call}" + (f" [{fault}]" if fault != "go" else ""))
        self.transport.step(handler, fault)
        self._collect_if_done(name)

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

    def _collect_if_done(self, name: str) -> None:
        """Remove handlers that have ended; a message whose handler failed returns to its queue."""
        handler, batch = self._running[name]
        PLAYED.invariants["I10"] += 1
        self._steps_of[name] += 1
        if self._steps_of[name] > _MOST_CALLS:
            raise Violation(f"I10: {name} does not end")
        if handler.pending_call is None:
            del self._running[name]
            if handler.failure and not self._world.is_retried(handler.failure):
                raise handler.failure
            (self._world.queued if handler.failure else self._world.handled).extend(batch)

    def _redeliver(self) -> None:
        self._log("a message comes twice")
        self._world.queued.append(self._random.choice(self._world.handled))

    def _land_late(self) -> None:
        self._log("a late write lands, or does not")
        self.transport.late_writes.pop(self._random.randrange(len(self.transport.late_writes)))()

    def _lose(self) -> None:
        """Something that was there is gone: until an operator's refresh not everything is as it should be."""
        if self._loss == "table":
            if self._losses.backup is None:
                return self._losses.keep_backup()
            self._log(self._losses.restore_table())
        else:
            loses = {"row": self._losses.lose_row, "object": self._losses.lose_object}[self._loss]
            found = {"row": self.cloud.items(), "object": lossy_objects(self.cloud)}[self._loss]
            if not found:
                return None
            self._log(loses(self._random))
        self._lost = True
        PLAYED.events[f"lost: {self._loss}"] += 1
        return None

    def _refresh_all(self) -> None:
        """What is lost heals when an operator has everything refreshed, and by the next day's scan."""
        while self.transport.late_writes:
            self._land_late()
            self._checker.check()
        self._log("(refreshed)")
        republish_all(self._world)
        self._checker.check()
        sweep_next_day(self._world)
        self._checker.check()

    def _check_at_rest(self) -> None:
        self._log("(at rest)")
        self._world.run_until_quiet()
        self._checker.check()
        for minutes in _DUE[1:]:
            self._world.now = NOW + timedelta(minutes=minutes)
            self._world.sweep()
            self._world.run_until_quiet()
            self._checker.check()
        if self._lost:
            self._refresh_all()
        check_at_rest(self._world, clean := clean_build(self._world))
        while self.transport.late_writes:
            self._land_late()
            self._checker.check()
        self._world.run_until_quiet()
        check_at_rest(self._world, clean)
        check_replay(self._world)
        check_at_rest(self._world, clean)
        if self.seed % _REPUBLISHED == 0:
            check_republish(self._world, clean)

    def _log(self, step: str) -> None:
        self.steps.append(step)


__all__ = ["Call", "RandomSchedule"]
