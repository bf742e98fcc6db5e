"""CloudWatch's metrics of an emulated stack: of its queues and functions, and those that its log lines give.

Log lines give metrics in two ways: by the embedded metric format, and by the template's metric filters.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from colophon_emulator.alarms import AlarmState, Metric, Sample, evaluate_alarm
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.event_sources import list_messages
from colophon_emulator.lambda_runtime import Functions
from colophon_emulator.lock import LOCK

_FIELD_EQUALS = re.compile(r'\{ *\$\.(\w+) *= *"([^"]*)" *\}')


def parse_embedded_metrics(line: str, at: float) -> Iterator[Sample]:
    """The samples that ``line`` of a log gives; none if it is not of the embedded metric format.

    Source: CloudWatch user guide, "Embedded metric format specification". ``at`` stands for the line's own timestamp.
    """
    fields = _parse_object(line)
    for directive in fields.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive["Dimensions"]:
            pairs = tuple(sorted((name, str(fields[name])) for name in names))
            for definition in directive["Metrics"]:
                metric = Metric(directive["Namespace"], definition["Name"], pairs)
                yield Sample(metric, at, float(fields[definition["Name"]]))


def matches_filter(pattern: str, line: str) -> bool:
    """Whether a log line matches a metric filter's ``pattern``. Only ``{ $.field = "text" }`` is emulated."""
    found = _FIELD_EQUALS.fullmatch(pattern.strip())
    if found is None:
        raise EmulationError(f"The filter pattern {pattern} is not emulated.")
    return _parse_object(line).get(found[1]) == found[2]


class Metrics:
    """The samples that were collected of a stack so far. A moment is in seconds, by a clock of the caller's own."""

    def __init__(self, deployment: Deployment, functions: Functions) -> None:
        self._deployment, self._functions = deployment, functions
        self._counted: dict[tuple[str, str], int] = {}
        self._filters = list(deployment.of_type("AWS::Logs::MetricFilter"))
        self.samples: list[Sample] = []

    def collect(self, at: float, now: datetime) -> None:
        """Take samples for the moment ``at``: what happened since the last call. ``now`` is moto's clock, for ages."""
        self.samples += [*self._queue_samples(at, now), *self._function_samples(at), *self._log_samples(at)]

    def alarms(self, at: float) -> dict[str, AlarmState]:
        """The state at ``at`` of every alarm of the template, by logical id."""
        alarms = self._deployment.of_type("AWS::CloudWatch::Alarm")
        return {each.logical_id: evaluate_alarm(each.properties, self.samples, at) for each in alarms}

    def _queue_samples(self, at: float, now: datetime) -> Iterator[Sample]:
        for queue in self._deployment.of_type("AWS::SQS::Queue"):
            name = queue.attributes["QueueName"]
            with LOCK:
                sent = [float(message.sent_timestamp) for message in list_messages(name)]
            dimensions = (("QueueName", name),)
            yield Sample(Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions), at, len(sent))
            age = max((now.timestamp() - moment / 1000 for moment in sent), default=0.0)
            yield Sample(Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions), at, max(0.0, age))

    def _function_samples(self, at: float) -> Iterator[Sample]:
        for function in self._deployment.of_type("AWS::Lambda::Function"):
            name = function.logical_id
            failures = sum(failure.function == name for failure in self._functions.failures)
            for metric, total in (("Invocations", self._functions.counts[name]), ("Errors", failures)):
                if new := self._count_new(name, metric, total):
                    yield Sample(Metric("AWS/Lambda", metric, (("FunctionName", function.ref),)), at, new)

    def _log_samples(self, at: float) -> Iterator[Sample]:
        for function in self._deployment.of_type("AWS::Lambda::Function"):
            lines = self._functions.logs[function.logical_id]
            new = self._count_new(function.logical_id, "lines", len(lines))
            for line in lines[len(lines) - new :]:
                yield from parse_embedded_metrics(line, at)
                yield from self._filtered_samples(function, line, at)

    def _filtered_samples(self, function: Resource, line: str, at: float) -> Iterator[Sample]:
        group = function.properties.get("LoggingConfig", {}).get("LogGroup")
        for each in self._filters:
            if each.properties["LogGroupName"] == group and matches_filter(each.properties["FilterPattern"], line):
                for made in each.properties["MetricTransformations"]:
                    yield Sample(Metric(made["MetricNamespace"], made["MetricName"]), at, float(made["MetricValue"]))

    def _count_new(self, name: str, kind: str, total: int) -> int:
        new = total - self._counted.get((name, kind), 0)
        self._counted[name, kind] = total
        return new


def _parse_object(line: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
