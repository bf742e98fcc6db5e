"""Have reports written again, by the function that alone may write them (template.yaml, ``InboxBucketPolicy``)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.config import Config

from colophon.problem import Unavailable
from colophon.stores.index import Index
from colophon.stores.row_encoding import DamagedRow
from colophon.verbs.report import outcomes_in_item
from colophon_ops.aws_clients import make_client
from colophon_ops.target import Target

# In one call of the function: a post has at most a few hundred, and each takes about a tenth of a second.
_REPORTS_PER_CALL = 100
# The function may take as long as its timeout, 60 seconds.
_LONG_CALL = Config(connect_timeout=5, read_timeout=70, retries={"mode": "standard", "total_max_attempts": 2})


def rewrite_reports(target: Target, index: Index) -> None:
    """Have every report of ``target`` written as the index says. Raises Unavailable if the function fails."""
    client = make_client("lambda", target.session, target.endpoint, _LONG_CALL)
    name = target.function_name("ReportFunction")
    for items in _batches(index.scan_items()):
        payload = json.dumps({"Records": [_stream_record(number, item) for number, item in enumerate(items, 1)]})
        answer = client.invoke(FunctionName=name, Payload=payload.encode())
        failed = json.loads(answer["Payload"].read() or b"{}")
        if "FunctionError" in answer or failed.get("batchItemFailures"):
            raise Unavailable(f"The function {name} could not write all reports. Read its log, and run this again.")


def _stream_record(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    """The record of the table's stream that would say that ``item`` is new."""
    change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "NewImage": item, "SequenceNumber": str(number)}
    return {"eventSource": "aws:dynamodb", "eventName": "INSERT", "eventID": str(number), "dynamodb": change}


def _batches(items: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """``items`` that have reports, in batches. An item is never divided."""
    batch: list[Mapping[str, Any]] = []
    reports = 0
    for item in items:
        count = _count_reports(item)
        if batch and count and reports + count > _REPORTS_PER_CALL:
            yield batch
            batch, reports = [], 0
        if count:
            batch.append(item)
            reports += count
    if batch:
        yield batch


def _count_reports(item: Mapping[str, Any]) -> int:
    try:
        return len(outcomes_in_item(item["pk"]["S"], item))
    except DamagedRow:
        # The function writes those of its rows that can be read.
        return _REPORTS_PER_CALL
