"""A queue whose reader waits for company: its batching window is so long that what belongs together comes together.

Schedules of the template: fired when told, or at their rate while somebody serves.

Queues and streams served as Lambda would serve them, one batch at a time or by a thread of its own.
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError, NotIdle
from colophon_emulator.event_sources import QueueSource, StreamSource, messages_in
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import LOCK

# Lambda looks at a queue every second or so anyway: a shorter window gathers no more than that.
LONG_SECONDS = 2


class Source(Protocol):
    """What the dispatcher serves: a queue or a stream."""

    def step(self, hurry: bool) -> bool: ...

    def waiting(self) -> int: ...


class Gathering:
    """``source`` served only when its window of ``seconds`` is over; in a hurry when nothing else is to be done."""

    def __init__(self, source: Source, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._since: float | None = None
        self._turn = threading.Lock()

    def waiting(self) -> int:
        """Messages in the queue."""
        return self._source.waiting()

    def pressing(self) -> int:
        """Messages in the queue, once their time has come."""
        return self._source.waiting() if self.is_over() else 0

    def step(self, hurry: bool) -> bool:
        """Hands one batch to the function, if there is one and its time has come."""
        if not hurry and not self.is_over():
            return False
        self._since = None
        return self._source.step(hurry)

    def is_over(self) -> bool:
        """Whether something has waited for as long as the window is."""
        with self._turn:
            if not self._source.waiting():
                self._since = None
            elif self._since is None:
                self._since = time.monotonic()
            return self._since is not None and time.monotonic() - self._since >= self._seconds


_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class Schedules:
    """Every schedule of a deployment; the first time of each comes one period after this was made."""

    def __init__(self, deployment: Deployment, functions: Functions) -> None:
        self._functions = functions
        self._schedules = list(deployment.of_type("AWS::Scheduler::Schedule"))
        self._next = {each.logical_id: time.monotonic() + _period(each) for each in self._schedules}

    def fire(self, schedule: str) -> Any:
        """Call what the schedule named ``schedule`` calls, now, and give its answer. Raises EmulationError."""
        for each in self._schedules:
            if schedule in (each.logical_id, each.ref):
                return self._call(each)
        raise EmulationError(f"There is no schedule {schedule}.")

    def fire_due(self) -> None:
        """Call what has come due. A failure is kept with the functions' others; the next time makes it good."""
        for each in self._schedules:
            if time.monotonic() >= self._next[each.logical_id]:
                self._next[each.logical_id] += _period(each)
                try:
                    self._call(each)
                except InvocationFailed:
                    continue

    def _call(self, schedule: Resource) -> Any:
        target = schedule.properties["Target"]
        return self._functions.invoke(target["Arn"], json.loads(target.get("Input", "{}")))


def _period(schedule: Resource) -> int:
    """Seconds between two times. Source: EventBridge Scheduler user guide, "Rate-based schedules"."""
    found = _RATE.fullmatch(str(schedule.properties["ScheduleExpression"]))
    if found is None:
        raise EmulationError(f"{schedule.logical_id}: only rate(...) can be emulated.")
    return int(found[1]) * _SECONDS[found[2]]


_MAPPING = "AWS::Lambda::EventSourceMapping"
_IDLE_SECONDS = 0.02


class Progress(Struct, frozen=True):
    """How far a run has come: calls of functions so far, messages and stream records still to be answered."""

    invocations: int
    waiting: int


class Dispatcher:
    """Serves every event source mapping of a deployment that is enabled, in turn."""

    def __init__(self, deployment: Deployment, functions: Functions, client: Callable[[str], Any]) -> None:
        self._deployment, self._functions = deployment, functions
        self._sqs = client("sqs")
        self._by_arn = {resource.attributes.get("Arn"): resource for resource in deployment.resources.values()}
        self._sources = {
            mapping.logical_id: self._source(mapping, client)
            for mapping in deployment.of_type(_MAPPING)
            if mapping.properties.get("Enabled", True)
        }
        self._order = [name for name, source in self._sources.items() if not isinstance(source, Gathering)]
        self._last = [name for name in self._sources if name not in self._order]
        self._schedules = Schedules(deployment, functions)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def invocations(self) -> Counter[str]:
        """Calls so far by the functions' logical ids."""
        return self._functions.counts

    def step(self, *, hurry: bool = True) -> bool:
        """One batch for one function, if any waits anywhere; the mappings take turns, those that gather for long come
        when no other has anything to do. False: there was nothing.

        ``hurry`` makes failed and delayed messages come at once; without it the queue's own times count.
        """
        for number, name in enumerate(self._order):
            if self._sources[name].step(hurry):
                self._order = [*self._order[number + 1 :], *self._order[: number + 1]]
                return True
        return any(self._sources[name].step(hurry) for name in self._last)

    def waiting(self) -> int:
        """Messages and stream records not yet answered for. Dead letters are not among them."""
        return sum(source.waiting() for source in self._sources.values())

    def pressing(self) -> int:
        """As ``waiting``, but for messages whose reader still gathers more of them."""
        sources = self._sources.values()
        return sum(each.pressing() if isinstance(each, Gathering) else each.waiting() for each in sources)

    def run_until_quiet(self, timeout: float = 60.0, on_progress: Callable[[Progress], object] | None = None) -> None:
        """Serves until nothing waits anywhere. Raises NotIdle after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        while self.waiting():
            if time.monotonic() > end:
                raise NotIdle(f"After {timeout:g} seconds {self.waiting()} messages or records still wait.")
            if not self.step(hurry=True) and self._thread is not None:
                time.sleep(_IDLE_SECONDS)
            if on_progress is not None:
                on_progress(Progress(self.invocations.total(), self.waiting()))

    def start(self, *, hurry: bool = False) -> None:
        """Serves from a thread of its own until ``stop``, in real time or in a ``hurry`` (``step``)."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._serve, args=(hurry,), name="dispatcher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Lets the batch at hand finish and ends the thread; does nothing if there is none."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    def _serve(self, hurry: bool) -> None:
        while not self._stopping.is_set():
            self._schedules.fire_due()
            if not self.step(hurry=hurry):
                self._stopping.wait(_IDLE_SECONDS)

    def fire(self, schedule: str) -> Any:
        """Calls what a schedule of the template calls, now, and gives its answer."""
        return self._schedules.fire(schedule)

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies of the messages in each queue that no function serves, by logical id; empty queues left out."""
        served = {mapping.properties["EventSourceArn"] for mapping in self._deployment.of_type(_MAPPING)}
        unserved = (queue for queue in self._deployment.of_type("AWS::SQS::Queue") if queue.arn not in served)
        letters = {queue.logical_id: _bodies(queue) for queue in unserved}
        return {name: bodies for name, bodies in letters.items() if bodies}

    def _source(self, mapping: Resource, client: Callable[[str], Any]) -> Source:
        source = self._read_by(mapping, client)
        window = float(mapping.properties.get("MaximumBatchingWindowInSeconds", 0))
        return Gathering(source, window) if window > LONG_SECONDS else source

    def _read_by(self, mapping: Resource, client: Callable[[str], Any]) -> Source:
        arn = mapping.properties["EventSourceArn"]
        if arn in self._by_arn and self._by_arn[arn].type == "AWS::SQS::Queue":
            return QueueSource(mapping, self._by_arn[arn], self._functions, client)
        failed = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        for table in self._deployment.of_type("AWS::DynamoDB::Table"):
            if table.attributes.get("StreamArn") == arn:
                return StreamSource(mapping, table, self._by_arn.get(failed), self._functions, client)
        raise EmulationError(f"{mapping.logical_id} reads {arn}, which is neither a queue nor a stream of this stack.")


def _bodies(queue: Resource) -> list[str]:
    with LOCK:
        return [message.body for message in messages_in(queue.attributes["QueueName"])]
