"""Schedules of the functions' own handlers that a seed draws: uploads, events, who steps, what goes wrong.

Several handlers run at once, also for batches of one mapping. A message that fails comes again after its visibility
timeout, up to the queue's maxReceiveCount; AWS may deliver one twice. In some schedules one kind of call fails for as
long as there is anything to do: then messages become dead letters, and what is not there must be what these name.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from random import Random
from typing import Any

from colophon_emulator.event_sources import list_messages
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.door_events import UNREADABLE, s3_test_event, schedule_event
from tests.protocol.harness.door_judge import (
    check_answer,
    describe_change,
    restore_moment,
    save_moment,
)
from tests.protocol.harness.doors import Delivery, Doors, ScheduledFunctions, world_of
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.random_schedule import KEYS
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call, Handler
from tests.protocol.harness.versions import (
    NEW,
    OLD,
    TwoVersionWorld,
    check_at_rest_but_for_code,
    deploy_and_republish,
    running,
    two_versions,
)
from tests.protocol.scenarios import CLINIC, SITE

_HANDLERS = 4
# As few that a schedule comes to its dead letters. The template's own numbers are played with one fault (door_faults).
_ATTEMPTS = 3
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
# Exceptions that are a bug wherever they are raised.
_BUGS = frozenset({"TypeError", "AttributeError", "KeyError", "IndexError", "NameError", "AssertionError"})


@dataclass
class DoorSchedule:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``rollout`` each handler runs one of two code versions. At rest one of them is deployed alone, and republishes.
    """

    doors: Doors
    seed: int
    rollout: bool = False
    uploads: int = 6
    faults: float = 0.08
    steps: list[str] = field(default_factory=list)
    most_at_once: int = 0
    dead_letters: int = 0

    def run(self) -> None:
        """Play it to its end. Raises Violation with the seed and every step."""
        with two_versions(self.doors.cloud) if self.rollout else nullcontext():
            self._play()
        PLAYED.schedules += 1

    def _play(self) -> None:
        self._random = random = Random(f"doors {self.seed}")
        self.doors.cloud.empty()
        self.doors.cloud.items_per_query = random.choice([None, None, 1])
        self.doors.transport.calls.clear()
        self.doors.transport.late_writes.clear()
        sizes = {name: random.randint(1, 10) for name in self.doors.batch_sizes()}
        self.doors.begin(self.seed, sizes, random.choice([1, 2, 4]), _ATTEMPTS)
        self.doors.functions.listeners.append(self._check_delivery)
        self._versions = Random(f"versions {self.seed}")
        if self.rollout:
            self.doors.functions.around = self._run_a_version
        self._checker = InvariantChecker(self.doors.cloud)
        self._running: dict[str, Handler] = {}
        self._outage = random.choice(_OUTAGES) if random.random() < 0.2 else None
        self._last: dict[str, bytes] = {}
        self._number = 1
        try:
            self._prepare()
            while self._number < self.uploads + 2 or self._running or random.random() < 0.8:
                self._take_step()
            self._end()
        except Violation as violation:
            raise Violation("\n  ".join([f"seed {self.seed}: {violation}", *self.steps])) from None
        finally:
            self.doors.transport.stop_all([*self._running.values()])

    def _prepare(self) -> None:
        if self._random.random() < 0.7:
            self.doors.send("intake", s3_test_event())
        self._unreadable = self._random.choice(["intake", "slow", "image", "listing", "purge", ""])
        if self._unreadable:
            self.doors.send(self._unreadable, UNREADABLE)
        house = {SITE: contents.site(1), CLINIC: contents.clinic(1)}
        self.doors.notify(*(self.doors.put(key, content) for key, content in house.items()))
        self._last |= house

    def _take_step(self) -> None:
        """One of the things that can happen now."""
        able = [self._step_handler] * (8 if self._running else 0)
        able += [self._upload] if self._number < self.uploads + 2 else []
        able += [self._start_handler] * (3 if len(self._running) < _HANDLERS else 0)
        able += [self._deliver_twice] if self._random.random() < 0.1 else []
        able += [self._sweep] if self._random.random() < 0.05 else []
        able += [self._land_late] if self.doors.transport.late_writes else []
        self._random.choice(able)()
        self._checker.check()

    def _upload(self) -> None:
        """One or two uploads, which S3 tells of in one message or in two; the second may be told of first."""
        records = [self._upload_one() for _ in range(self._random.choice([1, 1, 2]))]
        if self._random.random() < 0.5:
            return self.doors.notify(*records)
        self._random.shuffle(records)
        for record in records:
            self.doors.notify(record)
        return None

    def _upload_one(self) -> Mapping[str, Any]:
        self._number += 1
        key = self._random.choices([*KEYS], [weight for weight, _ in KEYS.values()])[0]
        if key in self._last and self._random.random() < 0.3:
            self._log(f"delete {key}")
            del self._last[key]
            return self.doors.delete(key)
        content = self._last[key] = KEYS[key][1](self._random, self._number)
        self._log(f"put {key}, number {self._number}")
        return self.doors.put(key, content)

    def _start_handler(self) -> None:
        """A batch of any mapping, also of one that has batches running; time passes if none is there now."""
        names = list(self.doors.sources)
        self._random.shuffle(names)
        for name in names:
            if work := self.doors.sources[name].take(skip_delays=False):
                handler = f"handler {len(self.steps)}"
                self._log(f"{handler} takes a batch of {name}")
                self._running[handler] = self.doors.transport.start(handler, work)
                self.most_at_once = max(self.most_at_once, len(self._running))
                return self._collect_if_done(handler)
        if not self._running:
            self.doors.wait()
        return None

    def _step_handler(self) -> None:
        name = self._random.choice(sorted(self._running))
        call = self._running[name].pending_call
        assert call
        self._step(name, self._random.choice(faults_of(call)) if self._random.random() < self.faults else "go")

    def _step(self, name: str, fault: Fault) -> None:
        handler = self._running[name]
        call = handler.pending_call
        assert call
        if self._is_out(call):
            fault = "throttle"
        self._log(f"{name}: {call}"[:300] + (f" [{fault}]" if fault != "go" else ""))
        self.doors.transport.step(handler, fault)
        self._collect_if_done(name)

    def _is_out(self, call: Call) -> bool:
        return bool(self._outage) and (call.operation, call.resource.partition(" ")[0]) == self._outage

    def _collect_if_done(self, name: str) -> None:
        handler = self._running[name]
        if handler.pending_call is None:
            del self._running[name]
            if handler.failure:
                raise handler.failure

    def _deliver_twice(self) -> None:
        """A message or a batch that was handled comes once more, as from a queue that has lost its deletion."""
        messages = [record for delivery in self.doors.functions.deliveries for record in delivery.records]
        messages = [record for record in messages if "body" in record]
        if messages:
            message = self._random.choice(messages)
            self._log("a message comes twice")
            self.doors.send(message["eventSourceARN"].rpartition(":")[2], message["body"])

    def _sweep(self) -> None:
        self._log("a minute passes")
        self.doors.clock.advance(60)
        self.doors.send_schedule_event(schedule_event(self.doors.now))

    def _land_late(self) -> None:
        self._log("a late write lands, or does not")
        late_writes = self.doors.transport.late_writes
        late_writes.pop(self._random.randrange(len(late_writes)))()
        self._checker.check()

    def _check_delivery(self, delivery: Delivery) -> None:
        """What holds for every answer, whatever else runs."""
        check_answer(self.doors, delivery)

    def _end(self) -> None:
        """Everything is handled, or becomes a dead letter. These are then sent again, with nothing out of order."""
        self._log("(no more uploads)")
        if self._outage:
            self._drain()
        self._outage = None
        while self.doors.transport.late_writes:
            self._land_late()
        self.doors.run_until_quiet()
        self._checker.check()
        self._check_unreadable()
        letters = self.doors.dead_letters()
        self.dead_letters = sum(map(len, letters.values()))
        if letters:
            self._log(f"(dead letters: { {name: len(bodies) for name, bodies in letters.items()} })")
            self.doors.redrive()
            self.doors.run_until_quiet()
        self._check_at_rest()
        self._check_replay()
        self._check_log()
        if self.rollout:
            self._deploy()

    def _drain(self) -> None:
        """Handle what there is while one kind of call fails, until nothing is left or all has become dead letters."""
        for _ in range(20_000):
            if self._running:
                self._step(sorted(self._running)[0], "go")
            elif work := next((w for s in self.doors.sources.values() if (w := s.take(skip_delays=False))), None):
                handler = f"handler {len(self.steps)}"
                self._running[handler] = self.doors.transport.start(handler, work)
                self._collect_if_done(handler)
            elif not self.doors.wait():
                return
        raise AssertionError(f"it never comes to rest: {self.doors.waiting()}")

    def _check_unreadable(self) -> None:
        """The message that no function can read is a dead letter. It is taken away."""
        letters = self.doors.dead_letters()
        expected = [UNREADABLE] if self._unreadable else []
        found = [body for name in letters for body in letters[name] if body == UNREADABLE]
        if found[:1] != expected:
            raise Violation("I5: a message that no function can read is not among the dead letters")
        for name in letters:
            kept = [message for message in list_messages(name) if message.body != UNREADABLE]
            self.doors.replace_messages(name, kept)

    def _run_a_version(self) -> AbstractContextManager[None]:
        return running(self._versions.choice((OLD, NEW)))

    def _check_at_rest(self) -> None:
        self._log("(at rest)")
        self._checker.check()
        if self.rollout:
            check_at_rest_but_for_code(world_of(self.doors))
        else:
            check_at_rest(world := world_of(self.doors), clean_build(world))

    def _deploy(self) -> None:
        """One of the versions is deployed alone, and what the other made is published again."""
        doors, version = self.doors, self._versions.choice((OLD, NEW))
        self._log(f"(the {version} version is deployed)")
        world = TwoVersionWorld(doors.cloud, doors.transport, REAL, reporting=True, listing=True, searching=True)
        world.now, world.records_delivered = doors.now, len(doors.cloud.stream())
        deploy_and_republish(world, version)
        self._checker.check()

    def _check_replay(self) -> None:
        """Every message and record comes once more. Nothing of the site and of the index changes (I8)."""
        before = save_moment(self.doors)
        again = [d for d in self.doors.functions.deliveries if d.records and d.function != "PurgeFunction"]
        functions = ScheduledFunctions(self.doors.deployment)
        functions.around = self.doors.functions.around
        for delivery in again:
            readable = [record for record in delivery.records if record.get("body") != UNREADABLE]
            if readable:
                functions.invoke(delivery.function, {"Records": readable})
        if changed := describe_change(before, save_moment(self.doors)):
            raise Violation(f"I8: a replay writes: {changed}")
        restore_moment(self.doors, before)

    def _check_log(self) -> None:
        lines = (json.loads(line) for lines in self.doors.functions.logs.values() for line in lines if line.strip())
        if bugs := {line["exception"] for line in lines if line.get("exception_name") in _BUGS}:
            raise Violation(f"a bug in a handler: {sorted(bugs)[0]}")

    def _log(self, step: str) -> None:
        self.steps.append(step)
