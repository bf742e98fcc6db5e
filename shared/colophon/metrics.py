"""The metrics of what Colophon promises, as fields of a line in a function's log.

CloudWatch makes metrics of such a line (user guide, "Embedded metric format specification"): it costs no call and no
import. Each metric has one dimension, the stack: every further set of dimensions is a metric that is paid for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

NAMESPACE = "Colophon"
DIMENSION = "Stack"
Unit: TypeAlias = Literal["Seconds", "Count"]
MetricName: TypeAlias = Literal[
    "SecondsToLive",
    "SecondsToTakenDown",
    "SecondsToUnlisted",
    "SecondsToPurged",
    "Refused",
    "WaitingOverADay",
    "Unanswered",
    "Overdue",
    "ScanAge",
    "NullVersions",
    "Skipped",
    "LiveButNotListed",
    "InvalidationPaths",
    "KeysWithoutRoom",
]
Measures: TypeAlias = Mapping[MetricName, float]
_IN_SECONDS = frozenset({"SecondsToLive", "SecondsToTakenDown", "SecondsToUnlisted", "SecondsToPurged", "ScanAge"})


def metric_fields(measures: Measures, stack: str, at: datetime) -> dict[str, object]:
    """The fields that make ``measures`` of ``stack`` at the moment ``at`` metrics; none if there are no measures."""
    if not measures:
        return {}
    definitions = [{"Name": name, "Unit": _unit(name)} for name in measures]
    directive = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": definitions}
    metadata = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return {**{str(name): value for name, value in measures.items()}, DIMENSION: stack, "_aws": metadata}


def _unit(name: MetricName) -> Unit:
    return "Seconds" if name in _IN_SECONDS else "Count"
