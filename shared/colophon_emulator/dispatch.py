"""Queues, streams and schedules served as Lambda serves them, one batch at a time or by a thread."""

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
from colophon_emulator.event_sources import QueueSource, StreamSource, list_messages
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import LOCK

# Lambda polls a queue about once a second anyway: a shorter window has no effect.
LONG_WINDOW_SECONDS = 2


class EventSource(Protocol):
    """What the dispatcher serves: a queue or a stream."""

    def step(self, skip_delays: bool) -> bool: ...

    def count_waiting(self) -> int: ...


class BatchingWindow:
    """``source``, served when its oldest message has waited for the batching window of ``seconds``."""

    def __init__(self, source: EventSource, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._since: float | None = None
        self._turn = threading.Lock()

    def count_waiting(self) -> int:
        """Messages in the queue."""
        return self._source.count_waiting()

    def count_due(self) -> int:
        """Messages in the queue if the window is over, else 0."""
        return self._source.count_waiting() if self.is_over() else 0

    def step(self, skip_delays: bool) -> bool:
        """Pass one batch to the function; False if there is none. ``skip_delays`` does not wait for the window."""
        if not skip_delays and not self.is_over():
            return False
        self._since = None
        return self._source.step(skip_delays)

    def is_over(self) -> bool:
        """Whether a message has waited as long as the window."""
        with self._turn:
            if not self._source.count_waiting():
                self._since = None
            elif self._since is None:
                self._since = time.monotonic()
            return self._since is not None and time.monotonic() - self._since >= self._seconds


_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class Schedules:
    """Every schedule of a deployment. Each is due for the first time one period after this object is created."""

    def __init__(self, deployment: Deployment, functions: Functions) -> None:
        self._functions = functions
        self._schedules = list(deployment.of_type("AWS::Scheduler::Schedule"))
        self._next = {each.logical_id: time.monotonic() + _period(each) for each in self._schedules}

    def fire(self, schedule: str) -> Any:
        """Invoke the target of ``schedule`` (logical id or name) and return its answer. Raises EmulationError."""
        for each in self._schedules:
            if schedule in (each.logical_id, each.ref):
                return self._invoke(each)
        raise EmulationError(f"There is no schedule {schedule}.")

    def fire_due(self) -> None:
        """Invoke the targets that are due. A failure is in ``Functions.failures`` and is not retried."""
        for each in self._schedules:
            if time.monotonic() >= self._next[each.logical_id]:
                self._next[each.logical_id] += _period(each)
                try:
                    self._invoke(each)
                except InvocationFailed:
                    continue

    def _invoke(self, schedule: Resource) -> Any:
        target = schedule.properties["Target"]
        return self._functions.invoke(target["Arn"], json.loads(target.get("Input", "{}")))


def _period(schedule: Resource) -> int:
    """Seconds between two runs. Source: EventBridge Scheduler user guide, "Rate-based schedules"."""
    found = _RATE.fullmatch(str(schedule.properties["ScheduleExpression"]))
    if found is None:
        raise EmulationError(f"{schedule.logical_id}: only rate(...) is emulated.")
    return int(found[1]) * _SECONDS[found[2]]


_MAPPING = "AWS::Lambda::EventSourceMapping"
_IDLE_SECONDS = 0.02


class Progress(Struct, frozen=True):
    """The progress of a run: invocations so far, messages and stream records still to be processed."""

    invocations: int
    waiting: int


class Dispatcher:
    """Serves the enabled event source mappings of a deployment in turn."""

    def __init__(self, deployment: Deployment, functions: Functions, client: Callable[[str], Any]) -> None:
        self._deployment, self._functions = deployment, functions
        self._sqs = client("sqs")
        self._by_arn = {resource.attributes.get("Arn"): resource for resource in deployment.resources.values()}
        self._sources = {
            mapping.logical_id: self._make_source(mapping, client)
            for mapping in deployment.of_type(_MAPPING)
            if mapping.properties.get("Enabled", True)
        }
        self._order = [name for name, source in self._sources.items() if not isinstance(source, BatchingWindow)]
        self._windowed = [name for name in self._sources if name not in self._order]
        self._schedules = Schedules(deployment, functions)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def invocations(self) -> Counter[str]:
        """Invocations so far, by the functions' logical ids."""
        return self._functions.counts

    def step(self, *, skip_delays: bool = True) -> bool:
        """Pass one batch to one function; False if there is none. The mappings take turns, those with a long batching
        window after all others.

        ``skip_delays`` delivers failed and delayed messages at once; without it the queue's own times count.
        """
        for number, name in enumerate(self._order):
            if self._sources[name].step(skip_delays):
                self._order = [*self._order[number + 1 :], *self._order[: number + 1]]
                return True
        return any(self._sources[name].step(skip_delays) for name in self._windowed)

    def count_waiting(self) -> int:
        """Messages and stream records not processed yet, without dead letters."""
        return sum(source.count_waiting() for source in self._sources.values())

    def count_due(self) -> int:
        """As ``count_waiting``, without messages whose batching window is still open."""
        sources = self._sources.values()
        return sum(each.count_due() if isinstance(each, BatchingWindow) else each.count_waiting() for each in sources)

    def run_until_idle(self, timeout: float = 60.0, on_progress: Callable[[Progress], object] | None = None) -> None:
        """Serve until nothing is waiting. Raises NotIdle after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        while self.count_waiting():
            if time.monotonic() > end:
                raise NotIdle(
                    f"After {timeout:g} seconds {self.count_waiting()} messages or records are still waiting."
                )
            if not self.step(skip_delays=True) and self._thread is not None:
                time.sleep(_IDLE_SECONDS)
            if on_progress is not None:
                on_progress(Progress(self.invocations.total(), self.count_waiting()))

    def start(self, *, skip_delays: bool = False) -> None:
        """Serve in a thread until ``stop``, in real time unless ``skip_delays`` is set (see ``step``)."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._serve, args=(skip_delays,), name="dispatcher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the current batch and end the thread; does nothing without a thread."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    def _serve(self, skip_delays: bool) -> None:
        while not self._stopping.is_set():
            self._schedules.fire_due()
            if not self.step(skip_delays=skip_delays):
                self._stopping.wait(_IDLE_SECONDS)

    def fire(self, schedule: str) -> Any:
        """Invoke the target of a schedule of the template now, and return its answer."""
        return self._schedules.fire(schedule)

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies of the messages in each queue without a function, by logical id; empty queues are left out."""
        served = {mapping.properties["EventSourceArn"] for mapping in self._deployment.of_type(_MAPPING)}
        unserved = (queue for queue in self._deployment.of_type("AWS::SQS::Queue") if queue.arn not in served)
        found = {queue.logical_id: _list_bodies(queue) for queue in unserved}
        return {name: bodies for name, bodies in found.items() if bodies}

    def _make_source(self, mapping: Resource, client: Callable[[str], Any]) -> EventSource:
        source = self._make_reader(mapping, client)
        window = float(mapping.properties.get("MaximumBatchingWindowInSeconds", 0))
        return BatchingWindow(source, window) if window > LONG_WINDOW_SECONDS else source

    def _make_reader(self, mapping: Resource, client: Callable[[str], Any]) -> EventSource:
        arn = mapping.properties["EventSourceArn"]
        if arn in self._by_arn and self._by_arn[arn].type == "AWS::SQS::Queue":
            return QueueSource(mapping, self._by_arn[arn], self._functions, client)
        failed = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        for table in self._deployment.of_type("AWS::DynamoDB::Table"):
            if table.attributes.get("StreamArn") == arn:
                return StreamSource(mapping, table, self._by_arn.get(failed), self._functions, client)
        raise EmulationError(f"{mapping.logical_id} reads {arn}, which is neither a queue nor a stream of this stack.")


def _list_bodies(queue: Resource) -> list[str]:
    with LOCK:
        return [message.body for message in list_messages(queue.attributes["QueueName"])]
