"""One call of one handler, with a fault at each call that it makes to AWS; its answer is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.door_events import schedule_event
from tests.protocol.harness.door_judge import Moment, Verdict, judge, restore_moment, save_moment
from tests.protocol.harness.doors import SWEEP, Delivery, Doors, world_of
from tests.protocol.harness.faults import FAULTS, Fault, faults_of
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.transport import Call

# "refused": throttled at every attempt, until the handler gives the call up.
DoorFault: TypeAlias = Literal["refused"] | Fault
DOOR_FAULTS: tuple[DoorFault, ...] = ("refused", *FAULTS)
_SWEEPS = f"async {SWEEP}"


class DoorScene(Struct, frozen=True):
    """What is settled before, and what then waits at ``source``, an event source mapping's logical id."""

    source: str
    before: Callable[[Doors], None]
    arrange: Callable[[Doors], None]


class Plan(Struct, frozen=True):
    """Which call has which fault."""

    place: int
    call: Call
    fault: DoorFault

    def __str__(self) -> str:
        return f"call {self.place}, {self.call}: {self.fault}"


@dataclass
class DoorFaults:
    """Plays one scene again and again from the same start."""

    doors: Doors
    scene: DoorScene
    counts_waste: bool = False
    runs: int = 0
    wasted: int = 0

    def __post_init__(self) -> None:
        self._begin()
        self._settle()
        written = len(self.doors.cloud.table.stream_shard.items)
        self.scene.arrange(self.doors)
        moment = save_moment(self.doors)
        self._start = Moment(moment.cloud, moment.queues, (), moment.stream[written:])
        self._time = self.doors.clock()

    def _settle(self) -> None:
        """Do what comes before, once for all scenes that begin with the same."""
        doors, before = self.doors, self.scene.before
        doors.cloud.items_per_query = None
        if before not in doors.saved_starts:
            doors.cloud.empty()
            before(doors)
            doors.run_until_quiet()
            doors.saved_starts[before] = save_moment(doors), doors.clock()
        moment, time = doors.saved_starts[before]
        self._begin()
        restore_moment(doors, replace(moment, stream=()))
        doors.clock.advance(time - doors.clock())

    def plans(self, faults: Sequence[DoorFault] = DOOR_FAULTS, *, brief: bool = False) -> list[Plan]:
        """Each of ``faults`` that AWS could give at each call of the handler, by calls.

        ``brief``: of calls that do the same to the same kind of thing, only the first and the last.
        """
        calls: list[Call] = []

        def smoothly(call: Call) -> Fault:
            calls.append(call)
            return "go"

        self._play(smoothly)
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
        """Every fault at every call, to its end. Raises Violation for the first that ends wrongly."""
        for plan in self.plans():
            self.run(plan, to_rest=True)
            PLAYED.schedules += 1
        PLAYED.events["reported as failed, with nothing left to do"] += self.wasted

    def run(self, plan: Plan, *, to_rest: bool = False) -> Verdict:
        """Play ``plan`` and judge the answer; ``to_rest``: also what is there when everything came again.

        Raises Violation, the plan in its message.
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
            verdict = self._play(choose)
            if to_rest:
                self._check_at_rest()
        except Violation as violation:
            raise Violation(f"{self.scene.source}, {plan}: {violation}") from None
        self.runs += 1
        self.wasted += verdict.wasted
        return verdict

    def _begin(self) -> None:
        self.doors.transport.calls.clear()
        self.doors.transport.late_writes.clear()
        self.doors.begin(shards=1)

    def _play(self, choose: Callable[[Call], Fault]) -> Verdict:
        self._begin()
        restore_moment(self.doors, self._start)
        self.doors.clock.advance(self._time - self.doors.clock())
        if self.scene.source == _SWEEPS:
            self.doors.send_schedule_event(schedule_event(self.doors.now))
        work = self.doors.sources[self.scene.source].take(skip_delays=True)
        assert work, f"nothing waits at {self.scene.source}"
        handler = self.doors.transport.start("handler", work)
        try:
            while handler.pending_call:
                self.doors.transport.step(handler, choose(handler.pending_call))
        finally:
            self.doors.transport.stop_all([handler])
        if handler.failure:
            raise handler.failure
        return judge(self.doors, self.delivery, self._start, counts_waste=self.counts_waste)

    @property
    def delivery(self) -> Delivery:
        """The call that was played last."""
        return self.doors.functions.deliveries[-1]

    def _check_at_rest(self) -> None:
        """All that failed comes again, and then what was late lands."""
        self.doors.run_until_quiet()
        world = world_of(self.doors)
        clean = clean_build(world)
        check_at_rest(world, clean)
        for late in self.doors.transport.late_writes:
            late()
        self.doors.run_until_quiet()
        check_at_rest(world, clean)
