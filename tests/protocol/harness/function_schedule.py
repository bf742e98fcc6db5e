"""Random schedules of the functions' own handlers: a seed draws uploads, events, the handler to step, and faults.

Several handlers run at once, also for batches of one mapping. A failed message is delivered once more after its
visibility timeout, up to the queue's maxReceiveCount; AWS may deliver a message twice. In some schedules one kind of
call fails until no message is left: messages become dead letters, and only what these name may be missing from the
site.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from colophon_emulator.event_sources import list_messages
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.deliveries import ScheduledFunctions
from tests.protocol.harness.deployed_functions import DeployedFunctions, world_of
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.function_answers import (
    check_answer,
    describe_change,
    restore_moment,
    save_moment,
)
from tests.protocol.harness.function_events import UNREADABLE, s3_test_event, schedule_event
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
# Few, so that messages become dead letters. ``function_faults`` plays the template's own numbers.
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
class FunctionSchedule:
    """One schedule drawn from ``seed``. ``faults`` is the chance of a fault at each call.

    With ``rollout`` each handler runs one of two code versions. At rest one of them is deployed alone, and republishes.
    """

    deployed: DeployedFunctions
    seed: int
    rollout: bool = False
    uploads: int = 6
    faults: float = 0.08
    steps: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Play all steps. Raises Violation with the seed and every step."""
        with two_versions(self.deployed.cloud) if self.rollout else nullcontext():
            self._play()
        PLAYED.schedules += 1

    def _play(self) -> None:
        self._random = random = Random(f"functions {self.seed}")
        self.deployed.cloud.empty()
        self.deployed.cloud.items_per_query = random.choice([None, None, 1])
        self.deployed.transport.calls.clear()
        self.deployed.transport.late_writes.clear()
        sizes = {name: random.randint(1, 10) for name in self.deployed.batch_sizes()}
        self.deployed.begin(self.seed, sizes, random.choice([1, 2, 4]), _ATTEMPTS)
        self.deployed.functions.listeners.append(partial(check_answer, self.deployed))
        self._versions = Random(f"versions {self.seed}")
        if self.rollout:
            self.deployed.functions.around = self._run_a_version
        self._checker = InvariantChecker(self.deployed.cloud)
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
            self.deployed.transport.stop_all([*self._running.values()])

    def _prepare(self) -> None:
        if self._random.random() < 0.7:
            self.deployed.send("intake", s3_test_event())
        self._unreadable = self._random.choice(["intake", "slow", "image", "listing", "purge", ""])
        if self._unreadable:
            self.deployed.send(self._unreadable, UNREADABLE)
        house = {SITE: contents.site(1), CLINIC: contents.clinic(1)}
        self.deployed.notify(*(self.deployed.put(key, content) for key, content in house.items()))
        self._last |= house

    def _take_step(self) -> None:
        """Take one of the steps that are possible now."""
        able = [self._step_handler] * (8 if self._running else 0)
        able += [self._upload] if self._number < self.uploads + 2 else []
        able += [self._start_handler] * (3 if len(self._running) < _HANDLERS else 0)
        able += [self._deliver_twice] if self._random.random() < 0.1 else []
        able += [self._sweep] if self._random.random() < 0.05 else []
        able += [self._land_late] if self.deployed.transport.late_writes else []
        self._random.choice(able)()
        self._checker.check()

    def _upload(self) -> None:
        """One or two uploads. S3 notifies of two in one message or in two, in either order."""
        records = [self._upload_one() for _ in range(self._random.choice([1, 1, 2]))]
        if self._random.random() < 0.5:
            return self.deployed.notify(*records)
        self._random.shuffle(records)
        for record in records:
            self.deployed.notify(record)
        return None

    def _upload_one(self) -> Mapping[str, Any]:
        self._number += 1
        key = self._random.choices([*KEYS], [weight for weight, _ in KEYS.values()])[0]
        if key in self._last and self._random.random() < 0.3:
            self._log(f"delete {key}")
            del self._last[key]
            return self.deployed.delete(key)
        content = self._last[key] = KEYS[key][1](self._random, self._number)
        self._log(f"put {key}, number {self._number}")
        return self.deployed.put(key, content)

    def _start_handler(self) -> None:
        """Start a batch of any mapping, also of one with running batches. Advance the clock if nothing can run."""
        names = list(self.deployed.sources)
        self._random.shuffle(names)
        for name in names:
            if work := self.deployed.sources[name].take(skip_delays=False):
                handler = f"handler {len(self.steps)}"
                self._log(f"{handler} takes a batch of {name}")
                self._running[handler] = self.deployed.transport.start(handler, work)
                return self._collect_if_done(handler)
        if not self._running:
            self.deployed.wait()
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
        self.deployed.transport.step(handler, fault)
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
        """Deliver a handled message once more, as SQS may (at-least-once delivery)."""
        messages = [record for delivery in self.deployed.functions.deliveries for record in delivery.records]
        messages = [record for record in messages if "body" in record]
        if messages:
            message = self._random.choice(messages)
            self._log("a message comes twice")
            self.deployed.send(message["eventSourceARN"].rpartition(":")[2], message["body"])

    def _sweep(self) -> None:
        self._log("a minute passes")
        self.deployed.clock.advance(60)
        self.deployed.send_schedule_event(schedule_event(self.deployed.now))

    def _land_late(self) -> None:
        self._log("a late write lands, or does not")
        late_writes = self.deployed.transport.late_writes
        late_writes.pop(self._random.randrange(len(late_writes)))()
        self._checker.check()

    def _end(self) -> None:
        """Handle everything, send dead letters once more without faults, and check the result."""
        self._log("(no more uploads)")
        if self._outage:
            self._drain()
        self._outage = None
        while self.deployed.transport.late_writes:
            self._land_late()
        self.deployed.run_until_quiet()
        self._checker.check()
        self._check_unreadable()
        letters = self.deployed.dead_letters()
        if letters:
            self._log(f"(dead letters: { {name: len(bodies) for name, bodies in letters.items()} })")
            self.deployed.redrive()
            self.deployed.run_until_quiet()
        self._handle_due()
        self._check_at_rest()
        self._check_replay()
        self._check_log()
        if self.rollout:
            self._deploy()

    def _handle_due(self) -> None:
        """Sweep for what became due while retries waited. Raises Violation if sweeps leave it."""
        for _ in range(10):
            now = self.deployed.now.isoformat()[:19]
            if not any(pk.startswith("due#") and sk[:19] <= now for pk, sk in self.deployed.cloud.items()):
                return
            self._sweep()
            self.deployed.run_until_quiet()
        raise Violation("I11: ten sweeps leave what is due")

    def _drain(self) -> None:
        """Handle messages while one kind of call fails, until every message is done or a dead letter."""
        for _ in range(20_000):
            if self._running:
                self._step(sorted(self._running)[0], "go")
            elif work := next((w for s in self.deployed.sources.values() if (w := s.take(skip_delays=False))), None):
                handler = f"handler {len(self.steps)}"
                self._running[handler] = self.deployed.transport.start(handler, work)
                self._collect_if_done(handler)
            elif not self.deployed.wait():
                return
        raise AssertionError(f"batches are still waiting: {self.deployed.waiting()}")

    def _check_unreadable(self) -> None:
        """The unreadable message must be a dead letter. Remove it, as a redrive would only fail."""
        letters = self.deployed.dead_letters()
        expected = [UNREADABLE] if self._unreadable else []
        found = [body for name in letters for body in letters[name] if body == UNREADABLE]
        if found[:1] != expected:
            raise Violation("I5: a message that no function can read is not among the dead letters")
        for name in letters:
            kept = [message for message in list_messages(name) if message.body != UNREADABLE]
            self.deployed.replace_messages(name, kept)

    def _run_a_version(self) -> AbstractContextManager[None]:
        return running(self._versions.choice((OLD, NEW)))

    def _check_at_rest(self) -> None:
        self._log("(at rest)")
        self._checker.check()
        if self.rollout:
            check_at_rest_but_for_code(world_of(self.deployed))
        else:
            check_at_rest(world := world_of(self.deployed), clean_build(world))

    def _deploy(self) -> None:
        """Deploy one version alone, and republish what the other has made."""
        deployed, version = self.deployed, self._versions.choice((OLD, NEW))
        self._log(f"(the {version} version is deployed)")
        world = TwoVersionWorld(deployed.cloud, deployed.transport, REAL, reporting=True, listing=True, searching=True)
        world.now, world.records_delivered = deployed.now, len(deployed.cloud.stream())
        deploy_and_republish(world, version)
        self._checker.check()

    def _check_replay(self) -> None:
        """Deliver every message and record once more: site and index must not change (I8)."""
        before = save_moment(self.deployed)
        again = [d for d in self.deployed.functions.deliveries if d.records and d.function != "PurgeFunction"]
        functions = ScheduledFunctions(self.deployed.deployment)
        functions.around = self.deployed.functions.around
        for delivery in again:
            readable = [record for record in delivery.records if record.get("body") != UNREADABLE]
            if readable:
                functions.invoke(delivery.function, {"Records": readable})
        if changed := describe_change(before, save_moment(self.deployed)):
            raise Violation(f"I8: a replay writes: {changed}")
        restore_moment(self.deployed, before)

    def _check_log(self) -> None:
        lines = (json.loads(line) for lines in self.deployed.functions.logs.values() for line in lines if line.strip())
        if bugs := {line["exception"] for line in lines if line.get("exception_name") in _BUGS}:
            raise Violation(f"a bug in a handler: {sorted(bugs)[0]}")

    def _log(self, step: str) -> None:
        self.steps.append(step)
