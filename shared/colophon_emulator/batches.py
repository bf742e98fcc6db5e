"""What a function's answer says of a batch: which of its records have to come again."""

from collections.abc import Sequence
from typing import Any


def failed_ids(answer: Any, ids: Sequence[str], reports: bool) -> frozenset[str] | None:
    """The ids that failed; None when the answer is invalid, which fails the whole batch.

    ``reports``: the mapping has ReportBatchItemFailures; without it an answer says nothing. Source: "Success and
    failure conditions" of partial batch responses, AWS Lambda Developer Guide.
    """
    if not reports or answer is None or answer == {}:
        return frozenset()
    listed = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if isinstance(answer, dict) and listed is None:
        return frozenset() if "batchItemFailures" in answer else None
    if not isinstance(listed, list):
        return None
    named = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in listed]
    if any(not isinstance(name, str) or name not in ids for name in named):
        return None
    return frozenset(name for name in named if isinstance(name, str))
