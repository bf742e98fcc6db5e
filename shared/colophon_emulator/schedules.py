"""Schedules of the template: fired when told, or at their rate while somebody serves."""

import json
import re
import time
from typing import Any

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.functions import Functions, InvocationFailed

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
