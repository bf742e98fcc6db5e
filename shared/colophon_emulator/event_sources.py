"""What a function's answer says of a batch: which of its records have to come again.

Event filters of a stream mapping: which records reach the function.

Source: "Filter rule syntax" in the AWS Lambda Developer Guide.


What Lambda sends to a stream mapping's failure queue: which records were given up on, not the records themselves.

A queue read for a function, as Lambda's pollers read it: batches, partial failures, receive counts.

A table's stream read for a function, as Lambda reads a shard: in order, bisecting, with bounded retries.
"""

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import LOCK


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


Pattern = Mapping[str, Any]


def patterns_of(mapping: Mapping[str, Any]) -> tuple[Pattern, ...]:
    """The patterns of a mapping's FilterCriteria. Raises EmulationError for one that is no JSON object."""
    found = []
    for each in mapping.get("FilterCriteria", {}).get("Filters", []):
        try:
            pattern = json.loads(each["Pattern"])
        except ValueError:
            pattern = None
        if not isinstance(pattern, dict):
            raise EmulationError(f"The filter pattern {each['Pattern']} is no JSON object.")
        found.append(pattern)
    return tuple(found)


def passes(record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
    """Whether the record fits any pattern; without patterns everything passes."""
    return not patterns or any(_fits(record, pattern) for pattern in patterns)


def _fits(value: Any, pattern: Pattern) -> bool:
    for name, rule in pattern.items():
        there = isinstance(value, Mapping) and name in value
        inner = value[name] if there else None
        if isinstance(rule, Mapping):
            if not there or not _fits(inner, rule):
                return False
        elif not any(_one_fits(inner, there, wanted) for wanted in rule):
            return False
    return True


def _one_fits(value: Any, there: bool, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return there and value == wanted
    (kind, argument), *others = wanted.items()
    if others:
        raise EmulationError(f"The filter rule {dict(wanted)} has more than one comparison.")
    if kind == "exists":
        return there is bool(argument)
    if kind == "anything-but":
        return there and value not in (argument if isinstance(argument, list) else [argument])
    if kind in ("prefix", "suffix"):
        return isinstance(value, str) and (value.startswith if kind == "prefix" else value.endswith)(argument)
    raise EmulationError(f"The filter rule {kind} is not known here.")


def failure_note(function: str, stream_arn: str, records: Sequence[Mapping[str, Any]], attempts: int) -> str:
    """The message's JSON. Source: "Retaining discarded batches" for DynamoDB streams, AWS Lambda Developer Guide."""
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    note = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _written(datetime.now(UTC).timestamp()),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-local",
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _written(first["ApproximateCreationDateTime"]),
            "approximateArrivalOfLastRecord": _written(last["ApproximateCreationDateTime"]),
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }
    return json.dumps(note)


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_ATTRIBUTES = ("SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp")


def messages_in(queue_name: str) -> list[Any]:
    """moto's own list of the queue's messages, seen or not. To be used under the lock."""
    from moto.sqs.models import sqs_backends

    messages: list[Any] = sqs_backends[ACCOUNT][REGION].queues[queue_name]._messages
    return messages


class QueueSource:
    """One SQS event source mapping. A message that fails stays in the queue until its visibility timeout is over."""

    def __init__(self, mapping: Resource, queue: Resource, functions: Functions, client: Callable[[str], Any]) -> None:
        if mapping.properties.get("FilterCriteria"):
            raise EmulationError(f"{mapping.logical_id}: a filter on a queue discards messages; it is not emulated.")
        self._arn, self._url, self._name = queue.arn, queue.ref, queue.attributes["QueueName"]
        self._function = functions.named(mapping.properties["FunctionName"])
        self._size = int(mapping.properties.get("BatchSize", 10))
        self._reports = "ReportBatchItemFailures" in mapping.properties.get("FunctionResponseTypes", [])
        self._functions, self._sqs = functions, client("sqs")
        self._lock = threading.Lock()

    def waiting(self) -> int:
        """Messages in the queue: those to be seen, those in flight and those delayed."""
        with LOCK:
            return len(messages_in(self._name))

    def step(self, hurry: bool) -> bool:
        """Hands one batch to the function, if there is one. ``hurry``: what is not yet visible is made so first."""
        with self._lock:
            if hurry:
                self._make_all_visible()
            messages = self._received() if self._anything_to_receive() else []
            if messages:
                self._settle(messages, self._failed(messages))
            return bool(messages)

    def _make_all_visible(self) -> None:
        with LOCK:
            for message in messages_in(self._name):
                message.visible_at = message.delayed_until = 0.0

    def _anything_to_receive(self) -> bool:
        """A stack at rest would else ask each of its queues many times a second, by a request that costs far more."""
        with LOCK:
            return any(message.visible and not message.delayed for message in messages_in(self._name))

    def _received(self) -> list[dict[str, Any]]:
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

    def _failed(self, messages: list[dict[str, Any]]) -> frozenset[str]:
        ids = [message["MessageId"] for message in messages]
        try:
            answer = self._functions.invoke(
                self._function, {"Records": [self._record(message) for message in messages]}
            )
        except InvocationFailed:
            return frozenset(ids)
        failed = failed_ids(answer, ids, self._reports)
        return frozenset(ids) if failed is None else failed

    def _settle(self, messages: list[dict[str, Any]], failed: frozenset[str]) -> None:
        done = [message for message in messages if message["MessageId"] not in failed]
        for start in range(0, len(done), 10):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(done[start : start + 10])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
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
    """One DynamoDB stream mapping with a place of its own in the stream. One batch at a time, so order is kept."""

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
        self._function = functions.named(properties["FunctionName"])
        self._size = int(properties.get("BatchSize", 100))
        self._retries = int(properties.get("MaximumRetryAttempts", -1))
        self._bisects = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._patterns = patterns_of(properties)
        self._failed_url = failed.ref if failed else None
        self._functions, self._sqs = functions, client("sqs")
        self._pending: deque[_Batch] = deque()
        self._place = len(self._shard()) if properties.get("StartingPosition") == "LATEST" else 0
        self._lock = threading.Lock()

    def waiting(self) -> int:
        """Records not yet answered for, those that a filter will leave out included."""
        with LOCK:
            return len(self._shard()) - self._place + sum(len(batch.records) for batch in self._pending)

    def step(self, hurry: bool) -> bool:
        """Hands one batch to the function, if there is one. ``hurry``: a retry does not wait."""
        with self._lock:
            while not self._pending:
                read = self._read()
                if not read:
                    return False
                told = tuple(record for record in read if _changed(record) and passes(record, self._patterns))
                with LOCK:
                    self._place += len(read)
                    self._pending.extend([_Batch(told)] if told else [])
            if not hurry and time.monotonic() < self._pending[0].not_before:
                return False
            remaining = self._after(self._pending[0])
            with LOCK:
                self._pending.popleft()
                self._pending.extendleft(reversed(remaining))
            return True

    def _shard(self) -> list[Any]:
        from moto.dynamodb.models import dynamodb_backends

        table: Any = dynamodb_backends[ACCOUNT][REGION].tables[self._table]
        records: list[Any] = table.stream_shard.items
        return records

    def _read(self) -> list[Record]:
        with LOCK:
            records = self._shard()[self._place : self._place + self._size]
        return [_as_lambda_sends_it(record.to_json(), self._arn) for record in records]

    def _after(self, batch: _Batch) -> list[_Batch]:
        """What is left of the batch when the function has answered."""
        ids = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        try:
            failed = failed_ids(
                self._functions.invoke(self._function, {"Records": list(batch.records)}), ids, self._reports
            )
        except InvocationFailed:
            failed = None
        if failed is None:
            return self._halved(batch) if self._bisects and len(batch.records) > 1 else self._again(batch)
        if not failed:
            return []
        first = min(ids.index(name) for name in failed)
        return [_Batch(batch.records[first:])] if first else self._again(batch)

    def _halved(self, batch: _Batch) -> list[_Batch]:
        middle = len(batch.records) // 2
        return [_Batch(batch.records[:middle], batch.attempts), _Batch(batch.records[middle:], batch.attempts)]

    def _again(self, batch: _Batch) -> list[_Batch]:
        attempts = batch.attempts + 1
        if 0 <= self._retries < attempts:
            if self._failed_url:
                note = failure_note(self._function, self._arn, batch.records, attempts)
                self._sqs.send_message(QueueUrl=self._failed_url, MessageBody=note)
            return []
        return [_Batch(batch.records, attempts, time.monotonic() + min(10.0, 0.1 * 2**attempts))]


def _changed(record: Record) -> bool:
    """moto tells of a put that changes nothing; DynamoDB does not."""
    images = record["dynamodb"]
    return "OldImage" not in images or images["OldImage"] != images.get("NewImage")


def _as_lambda_sends_it(record: Record, stream_arn: str) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    return {**record, "eventVersion": "1.1", "awsRegion": REGION, "dynamodb": change, "eventSourceARN": stream_arn}
