"""Schedules of the functions' own handlers: a seed draws uploads, events, the handler to step, and faults.

The same seed draws the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.protocol.harness import contents
from tests.protocol.harness.deployed_functions import DeployedFunctions
from tests.protocol.harness.faults import faults_of
from tests.protocol.harness.function_events import UNREADABLE, s3_test_event
from tests.protocol.harness.function_player import FunctionPlayer
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.random_schedule import draw_change
from tests.protocol.harness.schedule import (
    Advance,
    Deploy,
    FunctionSetting,
    LandLate,
    Put,
    Repeat,
    Rest,
    Schedule,
    Send,
    StartBatch,
    Sweep,
    Upload,
    Wait,
)
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.versions import NEW, OLD
from tests.protocol.scenarios import CLINIC, SITE

_HANDLERS = 4
# Calls that may fail for good in a schedule, by operation and resource.
_OUTAGES = (
    ("PutObject", "site"),
    ("PutObject", "inbox"),
    ("UpdateItem", "table"),
    ("TransactWriteItems", "table"),
    ("Query", "table"),
    ("ListObjectVersions", "inbox"),
    ("SendMessageBatch", "queue"),
    ("SendMessage", "queue"),
    ("CreateInvalidation", "distribution"),
)


@dataclass
class FunctionSchedule:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``rollout`` each handler runs one of two code versions. At rest one of them is deployed alone, and republishes.
    """

    deployed: DeployedFunctions
    seed: int
    rollout: bool = False
    uploads: int = 6
    faults: float = 0.08
    variant: str = "real"

    def run(self) -> None:
        """Play all steps. Raises Violation with the seed and every step."""
        self._random = Random(f"functions {self.seed}")
        self._player = FunctionPlayer(self.deployed, self._draw_setting())
        self._last: dict[str, bytes] = {}
        self._number = 1
        try:
            with self._player.playing():
                self._prepare()
                while self._number < self.uploads + 2 or self._player.running or self._random.random() < 0.8:
                    self._take_step()
                self._end()
        except Violation as violation:
            raise Violation(f"seed {self.seed}: {violation}") from None
        PLAYED.schedules += 1

    def schedule(self, violation: str = "") -> Schedule:
        """What was played, as a value."""
        return self._player.schedule(violation)

    def _draw_setting(self) -> FunctionSetting:
        random = self._random
        return FunctionSetting(
            self.variant,
            items_per_query=random.choice([None, None, 1]),
            seed=self.seed,
            batch_sizes={name: random.randint(1, 10) for name in self.deployed.batch_sizes()},
            shards=random.choice([1, 2, 4]),
            outage=random.choice(_OUTAGES) if random.random() < 0.2 else None,
            rollout=self.rollout,
        )

    def _prepare(self) -> None:
        if self._random.random() < 0.7:
            self._player.take(Send("intake", s3_test_event()))
        unreadable = self._random.choice(["intake", "slow", "image", "listing", "purge", ""])
        if unreadable:
            self._player.take(Send(unreadable, UNREADABLE))
        house = {SITE: contents.site(1), CLINIC: contents.clinic(1)}
        self._player.take(Upload(tuple(Put(key, content.decode()) for key, content in house.items()), ((0, 1),)))
        self._last |= house

    def _take_step(self) -> None:
        """Take one of the steps that are possible now."""
        running = self._player.running
        able: list[Callable[[], object]] = [self._advance] * (8 if running else 0)
        able += [self._upload] if self._number < self.uploads + 2 else []
        able += [self._start] * (3 if len(running) < _HANDLERS else 0)
        able += [self._repeat] if self._random.random() < 0.1 else []
        able += [self._sweep] if self._random.random() < 0.05 else []
        able += [self._land_late] if self.deployed.transport.late_writes else []
        self._random.choice(able)()

    def _upload(self) -> None:
        """One or two uploads. S3 notifies of two in one message or in two, in either order."""
        changes = []
        for _ in range(self._random.choice([1, 1, 2])):
            self._number += 1
            changes.append(draw_change(self._random, self._number, self._last))
        places = tuple(self._random.sample(range(len(changes)), len(changes)))
        together = self._random.random() < 0.5
        self._player.take(Upload(tuple(changes), (tuple(sorted(places)),) if together else tuple((p,) for p in places)))

    def _start(self) -> None:
        """Start a batch of any mapping, also of one with running batches. Let time pass if nothing can run."""
        names = list(self.deployed.sources)
        self._random.shuffle(names)
        handler = f"handler {len(self._player.steps)}"
        version = self._random.choice((OLD, NEW)) if self.rollout else ""
        is_started = any(self._player.take(StartBatch(handler, name, version)) for name in names)
        if not is_started and not self._player.running:
            self._player.take(Wait())

    def _advance(self) -> None:
        name = self._random.choice(sorted(self._player.running))
        call = self._player.running[name].pending_call
        assert call
        fault = self._random.choice(faults_of(call)) if self._random.random() < self.faults else "go"
        self._player.take(Advance(name, fault))

    def _repeat(self) -> None:
        self._player.take(Repeat(self._random.randrange(1000)))

    def _sweep(self) -> None:
        self._player.take(Sweep())

    def _land_late(self) -> None:
        self._player.take(LandLate(self._random.randrange(len(self.deployed.transport.late_writes))))

    def _end(self) -> None:
        """Steps, too: a violation before them shows without them, so that a reduction plays less."""
        while self.deployed.transport.late_writes:
            self._land_late()
        self._player.take(Rest())
        if self.rollout:
            self._player.take(Deploy(self._random.choice((OLD, NEW))))
