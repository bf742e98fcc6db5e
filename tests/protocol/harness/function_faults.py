"""One invocation of one handler, with a fault at each call that it makes to AWS. Its answer is checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.deliveries import Delivery
from tests.protocol.harness.deployed_functions import SWEEP, DeployedFunctions, world_of
from tests.protocol.harness.faults import FAULTS, Fault, faults_of
from tests.protocol.harness.function_answers import (
    Moment,
    RecordCounts,
    check_acknowledged,
    restore_moment,
    save_moment,
)
from tests.protocol.harness.function_events import schedule_event
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call

# "refused": throttled at every attempt, until the SDK gives up the call.
FunctionFault: TypeAlias = Literal["refused"] | Fault
FUNCTION_FAULTS: tuple[FunctionFault, ...] = ("refused", *FAULTS)
_SWEEPS = f"async {SWEEP}"


class FunctionScenario(Struct, frozen=True):
    """What is uploaded and handled before, and what then waits at ``source``, an event source mapping's logical id."""

    source: str
    before: Callable[[DeployedFunctions], None]
    arrange: Callable[[DeployedFunctions], None]


class Plan(Struct, frozen=True):
    """A fault, and the call that has it."""

    place: int
    call: Call
    fault: FunctionFault

    def __str__(self) -> str:
        return f"call {self.place}, {self.call}: {self.fault}"


@dataclass
class FunctionFaults:
    """Plays one scenario many times from the same start."""

    deployed: DeployedFunctions
    scenario: FunctionScenario
    counts_waste: bool = False
    runs: int = 0
    wasted: int = 0

    def __post_init__(self) -> None:
        self._begin()
        self._settle()
        written = len(self.deployed.cloud.table.stream_shard.items)
        self.scenario.arrange(self.deployed)
        moment = save_moment(self.deployed)
        self._start = Moment(moment.cloud, moment.queues, (), moment.stream[written:])
        self._time = self.deployed.clock()

    def _settle(self) -> None:
        """Prepare the start: once for all scenarios with the same ``before``."""
        deployed, before = self.deployed, self.scenario.before
        deployed.cloud.items_per_query = None
        if before not in deployed.saved_starts:
            deployed.cloud.empty()
            before(deployed)
            deployed.run_until_quiet()
            deployed.saved_starts[before] = save_moment(deployed), deployed.clock()
        moment, time = deployed.saved_starts[before]
        self._begin()
        restore_moment(deployed, replace(moment, stream=()))
        deployed.clock.advance(time - deployed.clock())

    def plans(self, faults: Sequence[FunctionFault] = FUNCTION_FAULTS, *, brief: bool = False) -> list[Plan]:
        """Each of ``faults`` that AWS could give at each call of the handler, by calls.

        ``brief``: of equal operations on the same kind of key, only the first and the last call.
        """
        calls: list[Call] = []

        def note_call(call: Call) -> Fault:
            calls.append(call)
            return "go"

        self._play(note_call)
        alike: dict[tuple[str, str, str], list[int]] = {}
        for place, call in enumerate(calls):
            alike.setdefault((call.operation, call.resource, call.key.partition("/")[0]), []).append(place)
        chosen = {place for places in alike.values() for place in (places[0], places[-1])}
        return [
            Plan(place, call, fault)
            for place, call in enumerate(calls)
            if place in chosen or not brief
            for fault in faults
            if fault == "refused" or fault in faults_of(call)
        ]

    def run_all(self) -> None:
        """Play every fault at every call until nothing is left to do. Raises the first Violation."""
        for plan in self.plans():
            self.run(plan, to_rest=True)
            PLAYED.schedules += 1
        PLAYED.events["reported as failed, with nothing left to do"] += self.wasted

    def run(self, plan: Plan, *, to_rest: bool = False) -> RecordCounts:
        """Play ``plan`` and check the answer; with ``to_rest`` also the site once every retry has succeeded.

        Raises Violation, with the plan in its message.
        """
        places = count()
        given_up_at: list[int] = []

        def choose(call: Call) -> Fault:
            place = next(places)
            if plan.fault != "refused":
                return plan.fault if place == plan.place else "go"
            if place == plan.place or (place - 1 in given_up_at and call == plan.call):
                given_up_at.append(place)
                return "throttle"
            return "go"

        try:
            counted = self._play(choose)
            if to_rest:
                self._check_at_rest()
        except Violation as violation:
            raise Violation(f"{self.scenario.source}, {plan}: {violation}") from None
        self.runs += 1
        self.wasted += counted.wasted
        return counted

    def _begin(self) -> None:
        self.deployed.transport.calls.clear()
        self.deployed.transport.late_writes.clear()
        self.deployed.begin(shards=1)

    def _play(self, choose: Callable[[Call], Fault]) -> RecordCounts:
        self._begin()
        restore_moment(self.deployed, self._start)
        self.deployed.clock.advance(self._time - self.deployed.clock())
        if self.scenario.source == _SWEEPS:
            self.deployed.send_schedule_event(schedule_event(self.deployed.now))
        work = self.deployed.sources[self.scenario.source].take(skip_delays=True)
        assert work, f"nothing waits at {self.scenario.source}"
        handler = self.deployed.transport.start("handler", work)
        try:
            while handler.pending_call:
                self.deployed.transport.step(handler, choose(handler.pending_call))
        finally:
            self.deployed.transport.stop_all([handler])
        if handler.failure:
            raise handler.failure
        return check_acknowledged(self.deployed, self.delivery, self._start, counts_waste=self.counts_waste)

    @property
    def delivery(self) -> Delivery:
        """The last invocation."""
        return self.deployed.functions.deliveries[-1]

    def _check_at_rest(self) -> None:
        """Retry what failed, then let late writes land, and check the site after each."""
        self.deployed.run_until_quiet()
        if self.scenario.source == _SWEEPS:
            # Lambda does not retry a run of sweep: the next minute's run does what it left.
            self.deployed.clock.advance(60)
            self.deployed.send_schedule_event(schedule_event(self.deployed.now))
            self.deployed.run_until_quiet()
        world = world_of(self.deployed)
        clean = clean_build(world)
        check_at_rest(world, clean)
        for late in self.deployed.transport.late_writes:
            late()
        self.deployed.run_until_quiet()
        check_at_rest(world, clean)
