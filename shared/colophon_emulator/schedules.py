"""Schedules, and the asynchronous invocations that they cause, retried as Lambda retries them.

Sources: "Rate-based schedules" in the EventBridge Scheduler user guide; "How Lambda handles errors and retries with
asynchronous invocation" in the AWS Lambda Developer Guide.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from math import inf
from typing import Any

from msgspec import Struct

from colophon_emulator.clock import Clock
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.event_sources import Work
from colophon_emulator.lambda_runtime import Functions, InvocationFailed

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
# Lambda's own values, where the template has no EventInvokeConfig.
_MAX_AGE, _RETRIES = 21_600.0, 2
_RETRY_SECONDS = 60.0
_LONGEST_PAUSE = 300.0


class _Event(Struct, eq=False):
    """One event of Lambda's queue for a function. ``attempts`` count the errors of the function, not the throttles."""

    content: Mapping[str, Any]
    since: float
    not_before: float
    attempts: int = 0
    pause: float = 1.0


class AsyncInvocations:
    """The asynchronous invocations of one function. ``discarded`` counts those that Lambda gave up."""

    def __init__(self, function: str, functions: Functions, configuration: Mapping[str, Any], clock: Clock) -> None:
        self.function = function
        self._functions, self._clock = functions, clock
        self._max_age = float(configuration.get("MaximumEventAgeInSeconds", _MAX_AGE))
        self._retries = int(configuration.get("MaximumRetryAttempts", _RETRIES))
        self._waiting: list[_Event] = []
        self._running = 0
        self.discarded = 0

    def send(self, content: Mapping[str, Any]) -> None:
        """Have the function invoked with ``content``, now or later."""
        now = self._clock()
        self._waiting.append(_Event(content, now, now))

    def count_waiting(self) -> int:
        """Events that are not answered yet, and not discarded."""
        return len(self._waiting) + self._running

    def count_due(self) -> int:
        """As ``count_waiting``."""
        return self.count_waiting()

    def count_failed(self) -> int:
        """Events that the function failed at, and will get again."""
        return sum(event.attempts > 0 for event in self._waiting)

    def take(self, skip_delays: bool) -> Work | None:
        """An event to pass to the function, if there is one. ``skip_delays`` retries without a pause."""
        event = self._find_due(skip_delays)
        if event is None:
            return None
        self._waiting.remove(event)
        self._running += 1
        return partial(self._invoke, event)

    def throttle(self) -> bool:
        """Have no execution free for an event: it waits, longer each time. False if there is none."""
        event = self._find_due(skip_delays=False)
        if event is not None:
            event.not_before = self._clock() + event.pause
            event.pause = min(_LONGEST_PAUSE, 2 * event.pause)
        return event is not None

    def next_due(self) -> float:
        """When an event may be taken that may not be taken yet; ``inf`` if there is none."""
        return min((event.not_before for event in self._waiting), default=inf)

    def iterator_age(self) -> float | None:
        """Only streams have one."""
        return None

    def _find_due(self, skip_delays: bool) -> _Event | None:
        now = self._clock()
        kept = [event for event in self._waiting if now - event.since <= self._max_age]
        self.discarded += len(self._waiting) - len(kept)
        self._waiting = kept
        return next((event for event in kept if skip_delays or event.not_before <= now), None)

    def _invoke(self, event: _Event) -> None:
        try:
            self._functions.invoke(self.function, event.content)
        except InvocationFailed:
            event.attempts += 1
            if event.attempts <= self._retries:
                event.not_before = self._clock() + _RETRY_SECONDS * event.attempts
                self._waiting.append(event)
            else:
                self.discarded += 1
        finally:
            self._running -= 1


class Schedules:
    """Every schedule of a deployment. Each is due for the first time one period after this object is created."""

    def __init__(self, deployment: Deployment, functions: Functions, clock: Clock) -> None:
        self._functions, self._clock = functions, clock
        self._schedules = list(deployment.of_type("AWS::Scheduler::Schedule"))
        self._next = {each.logical_id: clock() + _period(each) for each in self._schedules}
        configurations = {
            functions.find_id(each.properties["FunctionName"]): each.properties
            for each in deployment.of_type("AWS::Lambda::EventInvokeConfig")
        }
        targets = {functions.find_id(each.properties["Target"]["Arn"]) for each in self._schedules}
        self.invocations = {
            function: AsyncInvocations(function, functions, configurations.get(function, {}), clock)
            for function in sorted(targets)
        }

    def fire(self, schedule: str) -> Any:
        """Invoke the target of ``schedule`` (logical id or name) and return its answer. Raises EmulationError."""
        for each in self._schedules:
            if schedule in (each.logical_id, each.ref):
                return self._functions.invoke(each.properties["Target"]["Arn"], _input(each))
        raise EmulationError(f"There is no schedule {schedule}.")

    def send_due(self) -> None:
        """Have the targets that are due invoked. A failure is in ``Functions.failures``."""
        for each in self._schedules:
            if self._clock() >= self._next[each.logical_id]:
                self._next[each.logical_id] += _period(each)
                function = self._functions.find_id(each.properties["Target"]["Arn"])
                self.invocations[function].send(_input(each))

    def next_due(self) -> float:
        """When the next schedule is due; ``inf`` without one."""
        return min(self._next.values(), default=inf)


def _input(schedule: Resource) -> Any:
    return json.loads(schedule.properties["Target"].get("Input", "{}"))


def _period(schedule: Resource) -> int:
    """Seconds between two runs."""
    found = _RATE.fullmatch(str(schedule.properties["ScheduleExpression"]))
    if found is None:
        raise EmulationError(f"{schedule.logical_id}: only rate(...) is emulated.")
    return int(found[1]) * _SECONDS[found[2]]
