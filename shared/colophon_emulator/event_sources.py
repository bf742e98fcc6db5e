"""Event source mappings: a queue or a stream read in batches for a function, as Lambda's pollers do.

Sources in the AWS Lambda Developer Guide: "Success and failure conditions" of partial batch responses, "Filter rule
syntax", and "Retaining discarded batches" for DynamoDB streams.
"""

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends
from msgspec import Struct

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import LOCK


def parse_batch_failures(answer: Any, ids: Sequence[str], reports: bool) -> frozenset[str] | None:
    """The ids that failed, by the function's answer; None when the answer is invalid, which fails the whole batch.

    Without ReportBatchItemFailures (``reports``) the content of an answer does not count.
    """
    if not reports or answer is None or answer == {}:
        return frozenset()
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if isinstance(answer, dict) and failures is None:
        return frozenset() if "batchItemFailures" in answer else None
    if not isinstance(failures, list):
        return None
    failed = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    if any(not isinstance(name, str) or name not in ids for name in failed):
        return None
    return frozenset(name for name in failed if isinstance(name, str))


Pattern = Mapping[str, Any]


def parse_filters(mapping: Mapping[str, Any]) -> tuple[Pattern, ...]:
    """The patterns of a mapping's FilterCriteria. Raises EmulationError for one that is not a JSON object."""
    found = []
    for each in mapping.get("FilterCriteria", {}).get("Filters", []):
        try:
            pattern = json.loads(each["Pattern"])
        except ValueError:
            pattern = None
        if not isinstance(pattern, dict):
            raise EmulationError(f"The filter pattern {each['Pattern']} is not a JSON object.")
        found.append(pattern)
    return tuple(found)


def matches_filters(record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
    """Whether the record matches any pattern. Without patterns every record does."""
    return not patterns or any(_matches(record, pattern) for pattern in patterns)


def _matches(value: Any, pattern: Pattern) -> bool:
    for name, rule in pattern.items():
        exists = isinstance(value, Mapping) and name in value
        inner = value[name] if exists else None
        if isinstance(rule, Mapping):
            if not exists or not _matches(inner, rule):
                return False
        elif not any(_matches_rule(inner, exists, wanted) for wanted in rule):
            return False
    return True


def _matches_rule(value: Any, exists: bool, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return exists and value == wanted
    (kind, argument), *others = wanted.items()
    if others:
        raise EmulationError(f"The filter rule {dict(wanted)} has more than one comparison.")
    if kind == "exists":
        return exists is bool(argument)
    if kind == "anything-but":
        return exists and value not in (argument if isinstance(argument, list) else [argument])
    if kind in ("prefix", "suffix"):
        return isinstance(value, str) and (value.startswith if kind == "prefix" else value.endswith)(argument)
    raise EmulationError(f"The filter rule {kind} is not emulated.")


def encode_failure_record(function: str, stream_arn: str, records: Sequence[Mapping[str, Any]], attempts: int) -> str:
    """The message that Lambda sends to the failure queue of a stream: where the failed records are, not the records."""
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    message = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _format_time(datetime.now(UTC).timestamp()),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-local",
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _format_time(first["ApproximateCreationDateTime"]),
            "approximateArrivalOfLastRecord": _format_time(last["ApproximateCreationDateTime"]),
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }
    return json.dumps(message)


def _format_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_ATTRIBUTES = ("SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp")


def list_messages(queue_name: str) -> list[Any]:
    """moto's own list of the queue's messages, visible or not. Hold ``LOCK`` while using it."""
    messages: list[Any] = sqs_backends[ACCOUNT][REGION].queues[queue_name]._messages
    return messages


class QueueSource:
    """One SQS event source mapping. A failed message stays in the queue until its visibility timeout ends."""

    def __init__(self, mapping: Resource, queue: Resource, functions: Functions, client: Callable[[str], Any]) -> None:
        if mapping.properties.get("FilterCriteria"):
            raise EmulationError(f"{mapping.logical_id}: a filter on a queue discards messages; it is not emulated.")
        self._arn, self._url, self._name = queue.arn, queue.ref, queue.attributes["QueueName"]
        self._function = functions.find_id(mapping.properties["FunctionName"])
        self._size = int(mapping.properties.get("BatchSize", 10))
        self._reports = "ReportBatchItemFailures" in mapping.properties.get("FunctionResponseTypes", [])
        self._functions, self._sqs = functions, client("sqs")
        self._lock = threading.Lock()

    def count_waiting(self) -> int:
        """Messages in the queue: visible, in flight and delayed."""
        with LOCK:
            return len(list_messages(self._name))

    def step(self, skip_delays: bool) -> bool:
        """Pass one batch to the function; False if there is none. ``skip_delays`` makes all messages visible first."""
        with self._lock:
            if skip_delays:
                self._make_all_visible()
            messages = self._receive() if self._has_visible() else []
            if messages:
                self._delete_processed(messages, self._process(messages))
            return bool(messages)

    def _make_all_visible(self) -> None:
        with LOCK:
            for message in list_messages(self._name):
                message.visible_at = message.delayed_until = 0.0

    def _has_visible(self) -> bool:
        """A look into moto's list: an idle stack polls often, and a request would cost far more."""
        with LOCK:
            return any(message.visible and not message.delayed for message in list_messages(self._name))

    def _receive(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while len(messages) < self._size:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(10, self._size - len(messages)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            )
            received = answer.get("Messages", [])
            messages.extend(received)
            if len(received) < 10:
                break
        return messages

    def _process(self, messages: list[dict[str, Any]]) -> frozenset[str]:
        ids = [message["MessageId"] for message in messages]
        try:
            answer = self._functions.invoke(
                self._function, {"Records": [self._make_record(message) for message in messages]}
            )
        except InvocationFailed:
            return frozenset(ids)
        failed = parse_batch_failures(answer, ids, self._reports)
        return frozenset(ids) if failed is None else failed

    def _delete_processed(self, messages: list[dict[str, Any]], failed: frozenset[str]) -> None:
        done = [message for message in messages if message["MessageId"] not in failed]
        for start in range(0, len(done), 10):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(done[start : start + 10])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _make_record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {name: message["Attributes"][name] for name in _ATTRIBUTES if name in message["Attributes"]},
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }


Record = Mapping[str, Any]


class _Batch(Struct, frozen=True):
    records: tuple[Record, ...]
    attempts: int = 0
    not_before: float = 0.0


class StreamSource:
    """One DynamoDB stream mapping with its own position in the stream.

    One batch at a time, in order; a failing batch is halved if the mapping bisects, and retried a limited number of
    times.
    """

    def __init__(
        self,
        mapping: Resource,
        table: Resource,
        failed: Resource | None,
        functions: Functions,
        client: Callable[[str], Any],
    ) -> None:
        properties = mapping.properties
        self._table, self._arn = table.ref, table.attributes["StreamArn"]
        self._function = functions.find_id(properties["FunctionName"])
        self._size = int(properties.get("BatchSize", 100))
        self._retries = int(properties.get("MaximumRetryAttempts", -1))
        self._bisects = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._patterns = parse_filters(properties)
        self._failed_url = failed.ref if failed else None
        self._functions, self._sqs = functions, client("sqs")
        self._pending: deque[_Batch] = deque()
        self._position = len(self._shard()) if properties.get("StartingPosition") == "LATEST" else 0
        self._lock = threading.Lock()

    def count_waiting(self) -> int:
        """Records not processed yet, those that a filter will drop included."""
        with LOCK:
            return len(self._shard()) - self._position + sum(len(batch.records) for batch in self._pending)

    def step(self, skip_delays: bool) -> bool:
        """Pass one batch to the function; False if there is none. ``skip_delays`` retries without a pause."""
        with self._lock:
            while not self._pending:
                read = self._read()
                if not read:
                    return False
                changes = tuple(
                    record for record in read if _is_change(record) and matches_filters(record, self._patterns)
                )
                with LOCK:
                    self._position += len(read)
                    self._pending.extend([_Batch(changes)] if changes else [])
            if not skip_delays and time.monotonic() < self._pending[0].not_before:
                return False
            remaining = self._process(self._pending[0])
            with LOCK:
                self._pending.popleft()
                self._pending.extendleft(reversed(remaining))
            return True

    def _shard(self) -> list[Any]:
        table: Any = dynamodb_backends[ACCOUNT][REGION].tables[self._table]
        records: list[Any] = table.stream_shard.items
        return records

    def _read(self) -> list[Record]:
        with LOCK:
            records = self._shard()[self._position : self._position + self._size]
        return [_make_stream_record(record.to_json(), self._arn) for record in records]

    def _process(self, batch: _Batch) -> list[_Batch]:
        """Pass the batch to the function; return what is left to do of it."""
        ids = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        try:
            failed = parse_batch_failures(
                self._functions.invoke(self._function, {"Records": list(batch.records)}), ids, self._reports
            )
        except InvocationFailed:
            failed = None
        if failed is None:
            return self._bisect(batch) if self._bisects and len(batch.records) > 1 else self._retry(batch)
        if not failed:
            return []
        first = min(ids.index(name) for name in failed)
        return [_Batch(batch.records[first:])] if first else self._retry(batch)

    def _bisect(self, batch: _Batch) -> list[_Batch]:
        middle = len(batch.records) // 2
        return [_Batch(batch.records[:middle], batch.attempts), _Batch(batch.records[middle:], batch.attempts)]

    def _retry(self, batch: _Batch) -> list[_Batch]:
        attempts = batch.attempts + 1
        if 0 <= self._retries < attempts:
            if self._failed_url:
                message = encode_failure_record(self._function, self._arn, batch.records, attempts)
                self._sqs.send_message(QueueUrl=self._failed_url, MessageBody=message)
            return []
        return [_Batch(batch.records, attempts, time.monotonic() + min(10.0, 0.1 * 2**attempts))]


def _is_change(record: Record) -> bool:
    """moto's stream has a record for a put that changes nothing; DynamoDB's does not."""
    images = record["dynamodb"]
    return "OldImage" not in images or images["OldImage"] != images.get("NewImage")


def _make_stream_record(record: Record, stream_arn: str) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    return {**record, "eventVersion": "1.1", "awsRegion": REGION, "dynamodb": change, "eventSourceARN": stream_arn}
