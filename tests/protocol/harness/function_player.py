"""Plays the steps of a schedule of the functions' own handlers, and checks after each of them what must hold.

Several handlers run at once, also for batches of one mapping. A failed message is delivered once more after its
visibility timeout, up to the queue's maxReceiveCount; AWS may deliver a message twice. During an outage one kind of
call fails until no message is left: messages become dead letters, and only what these name may be missing from the
site.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import cycle

from colophon.wiring import pages
from colophon_emulator.event_sources import list_messages
from colophon_emulator.lock import patch
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.base_player import BasePlayer
from tests.protocol.harness.deliveries import ScheduledFunctions
from tests.protocol.harness.deployed_functions import DeployedFunctions, world_of
from tests.protocol.harness.function_answers import check_answer, describe_change, restore_moment, save_moment
from tests.protocol.harness.function_events import UNREADABLE, schedule_event
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import Violation
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
    Step,
    Sweep,
    Upload,
    Wait,
)
from tests.protocol.harness.transport import Handler
from tests.protocol.harness.variants import SITES
from tests.protocol.harness.versions import (
    NEW,
    OLD,
    TwoVersionWorld,
    check_at_rest_but_for_code,
    deploy_and_republish,
    running,
    two_versions,
)

# Few, so that messages become dead letters. ``function_faults`` plays the template's own numbers.
_ATTEMPTS = 3
# Exceptions that are a bug wherever they are raised.
_BUGS = frozenset({"TypeError", "AttributeError", "KeyError", "IndexError", "NameError", "AssertionError"})


class FunctionPlayer(BasePlayer):
    """Plays the handlers of functions/*/app.py. ``running`` are those that have begun, by name."""

    setting: FunctionSetting

    def __init__(self, deployed: DeployedFunctions, setting: FunctionSetting) -> None:
        super().__init__(deployed.cloud, deployed.transport, setting)
        self.deployed = deployed
        self.running: dict[str, Handler] = {}
        self._outage, self._is_unreadable_sent = setting.outage, False
        # The version of the next batch, and those that take turns where no step names one.
        self._version, self._turns = "", cycle((OLD, NEW))
        deployed.begin(setting.seed, setting.batch_sizes, setting.shards, _ATTEMPTS)
        deployed.functions.listeners.append(partial(check_answer, deployed))
        if setting.rollout:
            deployed.functions.around = self._running_a_version

    @contextmanager
    def playing(self) -> Iterator[None]:
        """As of any player; the variant's code and, in a rollout, both versions exist within the block."""
        with ExitStack() as stack:
            stack.enter_context(patch(pages, "Site", SITES[self.setting.variant]))
            if self.setting.rollout:
                stack.enter_context(two_versions(self.cloud))
            stack.enter_context(super().playing())
            yield

    def _running_a_version(self) -> AbstractContextManager[None]:
        return running(self._version or next(self._turns))

    def _handlers(self) -> list[Handler]:
        return [*self.running.values()]

    def _check(self) -> None:
        self.checker.check()

    def _take(self, step: Step) -> bool:
        match step:
            case Wait():
                return self.deployed.wait()
            case StartBatch():
                return self._start(step)
            case Advance():
                return self._advance(step)
            case Repeat():
                return self._repeat(step)
            case LandLate():
                return self._land_late(step)
        self._change_world(step)
        return True

    def _change_world(self, step: Step) -> None:
        """What can always be done."""
        match step:
            case Upload():
                self._upload(step)
            case Send():
                self.deployed.send(step.queue, step.body)
                self._is_unreadable_sent |= step.body == UNREADABLE
            case Sweep():
                self.deployed.clock.advance(60)
                self.deployed.send_schedule_event(schedule_event(self.deployed.now))
            case Rest():
                self._come_to_rest()
                self._check_at_rest()
                self._check_replay()
                self._check_log()
            case Deploy():
                self._come_to_rest()
                self._deploy(step.version)

    def _upload(self, step: Upload) -> None:
        records = [
            self.deployed.put(change.key, change.content)
            if isinstance(change, Put)
            else self.deployed.delete(change.key)
            for change in step.changes
        ]
        for places in step.messages:
            self.deployed.notify(*(records[place] for place in places))

    def _start(self, step: StartBatch) -> bool:
        """False if nothing came of it: a receive may also leave nothing but dead letters."""
        if step.handler in self.running:
            return False
        calls = len(self.transport.calls)
        if work := self.deployed.sources[step.source].take(skip_delays=False):
            self._version = step.version
            self.running[step.handler] = self.transport.start(step.handler, work)
            self._version = ""
            self._collect_if_done(step.handler)
        return bool(work) or len(self.transport.calls) > calls

    def _advance(self, step: Advance) -> bool:
        if step.handler not in self.running:
            return False
        handler = self.running[step.handler]
        self._make_call(handler, "throttle" if self._is_out(handler) else step.fault)
        self._collect_if_done(step.handler)
        return True

    def _is_out(self, handler: Handler) -> bool:
        call = handler.pending_call
        assert call
        return self._outage == (call.operation, call.resource.partition(" ")[0])

    def _collect_if_done(self, name: str) -> None:
        if self.running[name].pending_call is None:
            handler = self.running.pop(name)
            if handler.failure:
                raise handler.failure

    def _repeat(self, step: Repeat) -> bool:
        """Deliver a handled message once more, as SQS may (at-least-once delivery)."""
        messages = [record for delivery in self.deployed.functions.deliveries for record in delivery.records]
        messages = [record for record in messages if "body" in record]
        if messages:
            message = messages[step.message % len(messages)]
            self.deployed.send(message["eventSourceARN"].rpartition(":")[2], message["body"])
        return bool(messages)

    def _come_to_rest(self) -> None:
        """Handle everything, and send dead letters once more without faults."""
        if self._outage:
            self._drain()
        self._outage = None
        while self.running:
            self._take_and_check(Advance(min(self.running)))
        while self.transport.late_writes:
            self._take_and_check(LandLate(0))
        self.deployed.run_until_quiet()
        self._check()
        self._check_unreadable()
        if letters := self.deployed.dead_letters():
            self.lines.append(f"(dead letters: { {name: len(bodies) for name, bodies in letters.items()} })")
            self.deployed.redrive()
            self.deployed.run_until_quiet()
        self._handle_due()

    def _drain(self) -> None:
        """Handle messages while one kind of call fails, until every message is done or a dead letter."""
        for _ in range(20_000):
            if self.running:
                self._take_and_check(Advance(min(self.running)))
            elif not self._start_any() and not self.deployed.wait():
                return
        raise AssertionError(f"batches are still waiting: {self.deployed.waiting()}")

    def _start_any(self) -> bool:
        return any(self._take_and_check(StartBatch("handler", source)) for source in self.deployed.sources)

    def _check_unreadable(self) -> None:
        """An unreadable message must be a dead letter. Remove it, as a redrive would only fail."""
        letters = self.deployed.dead_letters()
        found = [body for name in letters for body in letters[name] if body == UNREADABLE]
        if self._is_unreadable_sent and not found:
            raise Violation("I5: a message that no function can read is not among the dead letters")
        for name in letters:
            kept = [message for message in list_messages(name) if message.body != UNREADABLE]
            self.deployed.replace_messages(name, kept)
        self._is_unreadable_sent = False

    def _handle_due(self) -> None:
        """Sweep for what became due while retries waited. Raises Violation if sweeps leave it."""
        for _ in range(10):
            now = self.deployed.now.isoformat()[:19]
            if not any(pk.startswith("due#") and sk[:19] <= now for pk, sk in self.cloud.items()):
                return
            self._take_and_check(Sweep())
            self.deployed.run_until_quiet()
        raise Violation("I11: ten sweeps leave what is due")

    def _check_at_rest(self) -> None:
        self._check()
        world = world_of(self.deployed)
        if self.setting.rollout:
            check_at_rest_but_for_code(world)
        else:
            check_at_rest(world, clean_build(world))

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

    def _deploy(self, version: str) -> None:
        """Run one version alone, and republish what the other has made."""
        deployed = self.deployed
        world = TwoVersionWorld(deployed.cloud, deployed.transport, REAL, reporting=True, listing=True, searching=True)
        world.now, world.records_delivered = deployed.now, len(deployed.cloud.stream())
        deploy_and_republish(world, version)


def play_functions(schedule: Schedule, deployed: DeployedFunctions) -> Schedule:
    """Play ``schedule`` of the functions alone, within ``wire_functions``; the steps that were taken, what went wrong,
    and the transcript."""
    assert isinstance(schedule.setting, FunctionSetting)
    player = FunctionPlayer(deployed, schedule.setting)
    try:
        with player.playing():
            for step in schedule.steps:
                player.take(step)
    except Violation as violation:
        return player.schedule(str(violation).splitlines()[0])
    return player.schedule()
