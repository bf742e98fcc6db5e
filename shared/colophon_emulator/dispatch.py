"""Queues, streams and schedules served as Lambda serves them: one batch alone, several at once, or by a thread."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from math import inf
from typing import Any

from msgspec import Struct

from colophon_emulator.clock import Clock, ManualClock, system_clock
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError, NotIdle
from colophon_emulator.event_sources import EventSource, QueueSource, Work, age_of_oldest, list_messages
from colophon_emulator.lambda_runtime import Functions
from colophon_emulator.limits import DEFAULT_LIMITS, Limits
from colophon_emulator.lock import LOCK
from colophon_emulator.schedules import Schedules
from colophon_emulator.stream_source import StreamSource
from colophon_emulator.turns import Turn

# Lambda polls a queue about once a second anyway. In real time a window no longer than this is not kept, to save time.
LONG_WINDOW_SECONDS = 2
# How long a call to AWS takes by a clock that is not real.
_SECONDS_PER_CALL = 0.02
# How often a batch is started while others could continue. Seldom: full batches cost less.
_START_SHARE = 0.2


class BatchingWindow:
    """``source``, served when its oldest message has waited for the batching window of ``seconds``."""

    def __init__(self, source: EventSource, seconds: float, clock: Clock = system_clock) -> None:
        self._source, self._seconds, self._clock = source, seconds, clock
        self.function = source.function
        self._since: float | None = None
        self._turn = threading.Lock()

    def count_waiting(self) -> int:
        """Messages in the queue."""
        return self._source.count_waiting()

    def count_due(self) -> int:
        """Messages in the queue if the window is over, else 0."""
        return self._source.count_waiting() if self.is_over() else 0

    def count_failed(self) -> int:
        """Messages that were received and came back."""
        return self._source.count_failed()

    def take(self, skip_delays: bool) -> Work | None:
        """One batch to pass to the function, if there is one. ``skip_delays`` does not wait for the window."""
        if not skip_delays and not self.is_over():
            return None
        self._since = None
        return self._source.take(skip_delays)

    def throttle(self) -> bool:
        """Have no execution free for a batch, if the window is over."""
        return self.is_over() and self._source.throttle()

    def iterator_age(self) -> float | None:
        """That of the source."""
        return self._source.iterator_age()

    def next_due(self) -> float:
        """When a batch may be taken that may not be taken yet; ``inf`` if there is none."""
        over = inf if self._since is None else self._since + self._seconds
        return max(self._source.next_due(), over if self._since is not None else 0.0)

    def is_over(self) -> bool:
        """Whether a message has waited as long as the window."""
        with self._turn:
            if not self._source.count_waiting():
                self._since = None
            elif self._since is None:
                self._since = self._clock()
            return self._since is not None and self._clock() - self._since >= self._seconds


_MAPPING = "AWS::Lambda::EventSourceMapping"
_IDLE_SECONDS = 0.02


class Progress(Struct, frozen=True):
    """The progress of a run: invocations so far, messages and stream records still to be processed."""

    invocations: int
    waiting: int


class Dispatcher:
    """Serves the enabled event source mappings of a deployment, and the asynchronous invocations of its schedules.

    ``limits`` may be changed at any time, except for the number of shards. ``throttles`` counts the batches and events
    for which no execution was free, by the functions' logical ids.
    """

    def __init__(
        self,
        deployment: Deployment,
        functions: Functions,
        client: Callable[[str], Any],
        limits: Limits = DEFAULT_LIMITS,
        clock: Clock = system_clock,
    ) -> None:
        self._deployment, self._functions = deployment, functions
        self.limits, self._clock = limits, clock
        self._chance = random.Random(limits.seed)
        self._by_arn = {resource.attributes.get("Arn"): resource for resource in deployment.resources.values()}
        self._sources: dict[str, EventSource] = {
            mapping.logical_id: self._make_source(mapping, client)
            for mapping in deployment.of_type(_MAPPING)
            if mapping.properties.get("Enabled", True)
        }
        self._schedules = Schedules(deployment, functions, clock)
        self._sources |= {f"async {name}": each for name, each in self._schedules.invocations.items()}
        self._order = [name for name, source in self._sources.items() if not isinstance(source, BatchingWindow)]
        self._windowed = [name for name in self._sources if name not in self._order]
        self._turns: list[Turn] = []
        self._serving = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._done = 0
        self.throttles: Counter[str] = Counter()

    @property
    def invocations(self) -> Counter[str]:
        """Invocations so far, by the functions' logical ids."""
        return self._functions.counts

    def step(self, *, skip_delays: bool = True) -> bool:
        """Pass one batch to one function, with nothing beside it; False if there is none. The mappings take turns,
        those with a long batching window after all others.

        ``skip_delays`` delivers failed and delayed messages at once; without it the queue's own times count.
        """
        with self._serving:
            for number, name in enumerate(self._order):
                if work := self._sources[name].take(skip_delays):
                    self._order = [*self._order[number + 1 :], *self._order[: number + 1]]
                    break
            else:
                work = next((work for name in self._windowed if (work := self._sources[name].take(skip_delays))), None)
            if work:
                work()
                self._done += 1
            return work is not None

    def advance(self, *, skip_delays: bool = True) -> bool:
        """Start a batch, or let one that runs make its next call to AWS; False if nothing can be done now.

        At most ``limits.at_once`` batches run at the same time. They are where they are when this returns.
        """
        with self._serving:
            if self.limits.at_once == 1 and not self._turns:
                return self.step(skip_delays=skip_delays)
            now = self._clock()
            ready = [turn for turn in self._turns if skip_delays or turn.wakes_at <= now]
            may_start = len(self._turns) < self.limits.at_once
            if may_start and (not ready or self._chance.random() < _START_SHARE) and self._start(skip_delays):
                return True
            if ready:
                self._resume(self._chance.choice(ready))
            return bool(ready)

    def _start(self, skip_delays: bool) -> bool:
        """Start a batch of a source that is drawn. Where no execution is free it is throttled instead."""
        order = self._chance.sample(self._order, len(self._order))
        if not (skip_delays and self._turns):
            order += self._windowed
        for name in order:
            source = self._sources[name]
            if len(self._turns) >= self.limits.concurrent_executions:
                if not skip_delays and source.throttle():
                    self.throttles[source.function] += 1
            elif work := source.take(skip_delays):
                turn = Turn(work, self._clock)
                self._turns.append(turn)
                self._resume(turn)
                return True
        return False

    def _resume(self, turn: Turn) -> None:
        turn.resume()
        if turn.ended:
            self._turns.remove(turn)
            self._done += 1

    def _finish_turns(self) -> None:
        with self._serving:
            while self._turns:
                self._resume(self._turns[0])

    def count_waiting(self) -> int:
        """Messages, stream records and events not processed yet, without dead letters."""
        return sum(source.count_waiting() for source in self._sources.values())

    def count_due(self) -> int:
        """As ``count_waiting``, without messages whose batching window is still open."""
        return sum(source.count_due() for source in self._sources.values())

    def count_failed(self) -> int:
        """Those of ``count_waiting`` that failed and will be retried."""
        return sum(source.count_failed() for source in self._sources.values())

    def run_until_idle(self, timeout: float = 60.0, on_progress: Callable[[Progress], object] | None = None) -> None:
        """Serve until nothing is waiting, without the delays of queues. Raises NotIdle after ``timeout`` seconds."""
        end, done = time.monotonic() + timeout, self._done
        while self._turns or self.count_waiting():
            if time.monotonic() > end:
                raise NotIdle(
                    f"After {timeout:g} seconds {self.count_waiting()} messages or records are still waiting."
                )
            if not self.advance() and self._thread is not None:
                time.sleep(_IDLE_SECONDS)
            if on_progress is not None and done != self._done:
                done = self._done
                on_progress(Progress(self.invocations.total(), self.count_waiting()))

    def pass_time(self, seconds: float) -> None:
        """Serve for so long by the stack's clock, which jumps to the next moment at which something is due.

        Messages come back, batches are retried and schedules run when their time has come. What still runs at the end
        stays where it is. Raises EmulationError unless the stack follows a clock that can be moved.
        """
        clock = self._clock
        if not isinstance(clock, ManualClock):
            raise EmulationError("Time passes by itself: this stack does not follow a ManualClock.")
        end = clock() + seconds
        while clock() < end:
            self._schedules.send_due()
            if self.advance(skip_delays=False):
                clock.advance(_SECONDS_PER_CALL / max(1, len(self._turns)))
            else:
                clock.advance(min(max(self._next_due() - clock(), 0.001), end - clock()))

    def _next_due(self) -> float:
        wakes = (turn.wakes_at for turn in self._turns)
        return min(self._schedules.next_due(), *(each.next_due() for each in self._sources.values()), *wakes)

    def start(self, *, skip_delays: bool = False) -> None:
        """Serve in a thread until ``stop``, in real time unless ``skip_delays`` is set (see ``step``)."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._serve, args=(skip_delays,), name="dispatcher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the current batches and end the thread; does nothing without a thread."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    def cancel(self) -> None:
        """End the thread, and everything that runs, where it is."""
        self.stop()
        for turn in self._turns:
            turn.cancel()
        self._turns.clear()

    def _serve(self, skip_delays: bool) -> None:
        while not self._stopping.is_set():
            self._schedules.send_due()
            if not self.advance(skip_delays=skip_delays):
                self._stopping.wait(_IDLE_SECONDS)
        self._finish_turns()

    def fire(self, schedule: str) -> Any:
        """Invoke the target of a schedule of the template now, and return its answer."""
        return self._schedules.fire(schedule)

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies of the messages in each queue without a function, by logical id; empty queues are left out."""
        served = {mapping.properties["EventSourceArn"] for mapping in self._deployment.of_type(_MAPPING)}
        unserved = (queue for queue in self._deployment.of_type("AWS::SQS::Queue") if queue.arn not in served)
        found = {queue.logical_id: _list_bodies(queue) for queue in unserved}
        return {name: bodies for name, bodies in found.items() if bodies}

    def queue_ages(self) -> dict[str, float]:
        """Seconds since the oldest message of each queue was sent, by logical id; 0 for an empty one."""
        queues, now = self._deployment.of_type("AWS::SQS::Queue"), self._clock()
        return {queue.logical_id: age_of_oldest(queue.attributes["QueueName"], now) for queue in queues}

    def iterator_ages(self) -> dict[str, float]:
        """Seconds since the oldest unprocessed record of each stream mapping was written, by the mapping's id."""
        return {name: age for name, each in self._sources.items() if (age := each.iterator_age()) is not None}

    def _make_source(self, mapping: Resource, client: Callable[[str], Any]) -> EventSource:
        source = self._make_reader(mapping, client)
        window = float(mapping.properties.get("MaximumBatchingWindowInSeconds", 0))
        is_kept = window > (LONG_WINDOW_SECONDS if self._clock is system_clock else 0)
        return BatchingWindow(source, window, self._clock) if is_kept else source

    def _make_reader(self, mapping: Resource, client: Callable[[str], Any]) -> EventSource:
        arn = mapping.properties["EventSourceArn"]
        if arn in self._by_arn and self._by_arn[arn].type == "AWS::SQS::Queue":
            return QueueSource(mapping, self._by_arn[arn], self._functions, client, self._clock)
        failed = self._by_arn.get(
            mapping.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        )
        for table in self._deployment.of_type("AWS::DynamoDB::Table"):
            if table.attributes.get("StreamArn") == arn:
                return StreamSource(mapping, table, failed, self._functions, client, self.limits, self._clock)
        raise EmulationError(f"{mapping.logical_id} reads {arn}, which is neither a queue nor a stream of this stack.")


def _list_bodies(queue: Resource) -> list[str]:
    with LOCK:
        return [message.body for message in list_messages(queue.attributes["QueueName"])]
