"""CloudWatch's alarms, evaluated over samples of metrics: pure, from an alarm's properties in a template.

As CloudWatch does ("Evaluating an alarm", "Configuring how CloudWatch alarms treat missing data"), but for one thing:
it looks at more periods than an alarm has when some are missing, and here only those of the alarm count.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from colophon_emulator.errors import EmulationError

AlarmState: TypeAlias = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


class Metric(Struct, frozen=True):
    """A metric's identity. ``dimensions`` are pairs of name and value, sorted."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


class Sample(Struct, frozen=True):
    """One value of a metric ``at`` a moment, in seconds."""

    metric: Metric
    at: float
    value: float


def parse_metric(properties: Mapping[str, Any]) -> Metric:
    """The metric that an alarm's or a query's properties name."""
    pairs = sorted((each["Name"], str(each["Value"])) for each in properties.get("Dimensions", []))
    return Metric(properties["Namespace"], properties["MetricName"], tuple(pairs))


def evaluate_alarm(
    properties: Mapping[str, Any], samples: Iterable[Sample], at: float, quota: float = math.inf
) -> AlarmState:
    """The state at the moment ``at`` of the alarm with ``properties``. ``quota`` is what SERVICE_QUOTA gives.

    Raises EmulationError for what is not emulated.
    """
    collected = tuple(samples)
    periods = int(properties["EvaluationPeriods"])
    needed = int(properties.get("DatapointsToAlarm", periods))
    length = _period(properties)
    ends = [at - length * number for number in range(periods)]
    points = [_datapoint(properties, collected, end - length, end, quota) for end in ends]
    breaches, missing = _comparison(properties), properties.get("TreatMissingData", "missing")
    if missing == "missing" and all(point is None for point in points):
        return "INSUFFICIENT_DATA"
    breaching = sum(missing == "breaching" if point is None else breaches(point) for point in points)
    return "ALARM" if breaching >= needed else "OK"


def datapoints(
    query: Mapping[str, Any], samples: Iterable[Sample], start: float, end: float
) -> list[tuple[float, float]]:
    """The moments and values of ``query`` (Namespace, MetricName, Dimensions, Stat, Period), one for each period."""
    collected = [sample for sample in samples if sample.metric == parse_metric(query)]
    length, found = int(query["Period"]), []
    for number in range(math.ceil((end - start) / length)):
        first = start + number * length
        value = _statistic(query["Stat"], [each.value for each in collected if first <= each.at < first + length])
        if value is not None:
            found.append((first, value))
    return found


def _period(properties: Mapping[str, Any]) -> int:
    if "Period" in properties:
        return int(properties["Period"])
    return max(int(each["MetricStat"]["Period"]) for each in properties["Metrics"] if "MetricStat" in each)


def _comparison(properties: Mapping[str, Any]) -> Callable[[float], bool]:
    threshold = float(properties["Threshold"])
    match properties["ComparisonOperator"]:
        case "GreaterThanThreshold":
            return lambda value: value > threshold
        case "LessThanThreshold":
            return lambda value: value < threshold
    raise EmulationError(f"The comparison {properties['ComparisonOperator']} is not emulated.")


def _datapoint(
    properties: Mapping[str, Any], samples: Sequence[Sample], start: float, end: float, quota: float
) -> float | None:
    if "Metrics" in properties:
        return _calculate(properties["Metrics"], samples, start, end, quota)
    statistic = properties.get("Statistic") or properties["ExtendedStatistic"]
    return _value({**properties, "Stat": statistic}, samples, start, end)


def _value(query: Mapping[str, Any], samples: Sequence[Sample], start: float, end: float) -> float | None:
    metric = parse_metric(query)
    return _statistic(
        query["Stat"], [each.value for each in samples if each.metric == metric and start < each.at <= end]
    )


def _calculate(
    queries: Sequence[Mapping[str, Any]], samples: Sequence[Sample], start: float, end: float, quota: float
) -> float | None:
    """The value of the one expression among ``queries``. Only the two that are used here are emulated."""
    (expression,) = (str(each["Expression"]) for each in queries if "Expression" in each)
    values: dict[str, float] = {}
    for query in queries:
        if "MetricStat" in query:
            stat = query["MetricStat"]
            value = _value({**stat["Metric"], "Stat": stat["Stat"]}, samples, start, end)
            values |= {} if value is None else {query["Id"]: value}
    if expression == "SUM(METRICS())":
        return sum(values.values()) if values else None
    if share := re.fullmatch(r"(\w+) */ *SERVICE_QUOTA\(\1\) *\* *100", expression):
        return values[share[1]] / quota * 100 if share[1] in values else None
    raise EmulationError(f"The expression {expression} is not emulated.")


def _statistic(name: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if percentile := re.fullmatch(r"p(\d+(?:\.\d+)?)", name):
        return sorted(values)[max(0, math.ceil(float(percentile[1]) / 100 * len(values)) - 1)]
    statistics: Mapping[str, Callable[[Sequence[float]], float]] = {
        "Sum": sum,
        "Maximum": max,
        "Minimum": min,
        "Average": lambda each: sum(each) / len(each),
    }
    if name not in statistics:
        raise EmulationError(f"The statistic {name} is not emulated.")
    return statistics[name](values)
