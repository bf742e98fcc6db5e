"""One schedule: a world restored to its start, its participants, and a function that chooses the next step.

A failing order is printed whole, and not reduced as the schedules of ``schedule.py`` are: it is about thirty calls, and
none of them can be left out, because every handler runs to its end.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from tests.protocol.harness.at_rest import CleanBuild, check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud, SavedState
from tests.protocol.harness.faults import Fault
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call, Crash, Handler, Transport
from tests.protocol.harness.world import Message, World

Upload = Callable[[World], Message]
ChooseStep = Callable[[Mapping[str, Call]], tuple[str, Fault]]


def upload_and_settle(world: World, *uploads: Upload) -> None:
    """Upload one after the other, each handled before the next. What other tests began with is restored."""
    if world.is_new():
        restore_or_settle(world, uploads)
        return
    for upload in uploads:
        world.queued.append(upload(world))
        world.run_until_quiet()


# What a message says of the uploads that it follows from: no handler does anything because of it.
_TRACE = re.compile(r', "(?:trace|since)": (?:\[[^]]*\]|[0-9.]+)')


class Pruned(Exception):
    """The rest of this schedule is played by another one."""


class Participant(Struct, frozen=True):
    """One handler, and the upload that it handles: a step of its own unless ``early``."""

    name: str
    upload: Upload
    early: bool = False


class StartState(Struct, frozen=True):
    """Where every schedule of a scenario begins. ``early``: the messages of the early participants, by name."""

    saved: SavedState
    early: Mapping[str, Message]
    waiting: tuple[Message, ...]
    sent: tuple[Message, ...]


@dataclass
class Scheduler:
    """Plays schedules of one scenario: ``before`` is settled once, then the participants start from there each time."""

    cloud: Cloud
    transport: Transport
    before: tuple[Upload, ...]
    participants: tuple[Participant, ...]
    functions: Functions = REAL
    reporting: bool = False
    listing: bool = False
    searching: bool = False
    site_emptied: bool = False
    start_state: StartState | None = None
    steps: list[str] = field(default_factory=list)
    builds: dict[str, CleanBuild] = field(default_factory=dict)
    states_at_rest: dict[str, SavedState] = field(default_factory=dict)
    runs: int = 0

    def run(self, choose: ChooseStep) -> None:
        """One schedule, checked after every step and at rest. Raises Violation, its steps in the message."""
        world, checker = self._world()
        handlers = {participant.name: self._start(participant, world) for participant in self.participants}
        self.steps = []
        try:
            while enabled := {
                name: handler.pending_call for name, (handler, _) in handlers.items() if handler.pending_call
            }:
                name, fault = choose(enabled)
                self.steps.append(f"{name}: {enabled[name]}" + (f" [{fault}]" if fault != "go" else ""))
                self.transport.step(handlers[name][0], fault)
                checker.check()
            for handler, message in handlers.values():
                self._end(handler, message, world)
            self._check_at_rest(world, checker)
            if (
                not self.site_emptied
                and (missing := checker.missing_history())
                and not any(step.endswith("]") for step in self.steps)
            ):
                raise Violation(f"I5: published, and in no history: {missing}")
        except Violation as violation:
            raise Violation("\n  ".join([str(violation), *self.steps])) from None
        finally:
            self.transport.stop_all([handler for handler, _ in handlers.values()])
        self.runs += 1
        PLAYED.schedules += 1

    def _world(self) -> tuple[World, InvariantChecker]:
        self.start_state = self.start_state or self._prepare()
        self.cloud.restore(self.start_state.saved)
        self.transport.calls.clear()
        self.transport.late_writes.clear()
        checker = InvariantChecker(self.cloud, self.site_emptied)
        checker.check()
        world = self._new_world()
        world.queued += self.start_state.waiting
        world.handled += self.start_state.sent
        return world, checker

    def _prepare(self) -> StartState:
        """Once for all schedules: what stood before, and the messages of those who are called before the first step."""
        self.cloud.empty()
        world = self._new_world()
        restore_or_settle(world, self.before)
        world.handled.clear()
        early = {participant.name: participant.upload(world) for participant in self.participants if participant.early}
        return StartState(self.cloud.save(), early, tuple(world.queued), tuple(world.handled))

    def _new_world(self) -> World:
        return World(self.cloud, self.transport, self.functions, self.reporting, self.listing, self.searching)

    def _start(self, participant: Participant, world: World) -> tuple[Handler, list[Message]]:
        assert self.start_state
        message = [self.start_state.early[participant.name]] if participant.early else []

        def work() -> None:
            if not message:
                self.transport.intercept(
                    Call("Upload", getattr(participant.upload, "resource", "inbox"), participant.name)
                )
                with self.transport.unscheduled():
                    message.append(participant.upload(world))
            world.handler_for(message[0])()

        return self.transport.start(participant.name, work), message

    def _end(self, handler: Handler, message: list[Message], world: World) -> None:
        """A message whose handler failed returns to its queue."""
        if handler.failure and not world.is_retried(handler.failure):
            raise handler.failure
        if message:
            (world.queued if handler.failure else world.handled).append(message[0])

    def _check_at_rest(self, world: World, checker: InvariantChecker) -> None:
        """Handle everything that waits; late writes then arrive one by one."""
        world.deliver_stream()
        state = self._state(world)
        self.steps.append("(at rest)")
        if state in self.states_at_rest:
            self.cloud.restore(self.states_at_rest[state])
            world.queued.clear()
            world.records_delivered = 0
        else:
            world.run_until_quiet()
            checker.check()
            self._check(world)
            check_replay(world)
            self._check(world)
            self.states_at_rest[state] = self.cloud.save()
        for late in self.transport.late_writes:
            before = self._state(world)
            late()
            checker.check()
            if self._state(world) != before:
                world.run_until_quiet()
                self._check(world)
                check_replay(world)

    def _check(self, world: World) -> None:
        # A listing counts what it ever listed, which the inbox alone does not say.
        listed = sorted(key for key in self.cloud.items() if key[0].startswith("entries#"))
        inbox = json.dumps([self.cloud.inbox(), listed], sort_keys=True)
        if inbox not in self.builds:
            self.builds[inbox] = clean_build(world)
        check_at_rest(world, self.builds[inbox])

    def _state(self, world: World) -> str:
        """All that the rest of a schedule depends on."""
        site = {key: [stored.etag, stored.metadata] for key, stored in self.cloud.site().items()}
        items = {" ".join(key): item for key, item in self.cloud.items().items()}
        # Apart: a message that waits is not lost, and one that was handled may have left something undone.
        messages = [[[m.to, _relevant_content(m)] for m in some] for some in (world.queued, world.handled)]
        state = [site, items, self.cloud.inbox(), messages]
        return hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()


def _relevant_content(message: Message) -> object:
    """A message; of records of the stream what they tell, and not what only counts them."""
    if message.to in ("intake", "images", "listings"):
        return _TRACE.sub("", message.body)
    records = [record["dynamodb"] for record in json.loads(message.body)]
    return [[one["Keys"], one.get("OldImage"), one.get("NewImage")] for one in records]


__all__ = ["Crash", "Participant", "Pruned", "Scheduler", "Upload"]
