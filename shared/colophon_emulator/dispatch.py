"""Queues and streams served as Lambda would serve them, one batch at a time or by a thread of its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError, NotIdle
from colophon_emulator.functions import Functions
from colophon_emulator.gathering import LONG_SECONDS, Gathering, Source
from colophon_emulator.lock import LOCK
from colophon_emulator.queue_source import QueueSource, messages_in
from colophon_emulator.schedules import Schedules
from colophon_emulator.stream_source import StreamSource

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
