"""A table's stream read for a function, as Lambda reads a shard: in order, bisecting, with bounded retries."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from colophon_emulator.batches import failed_ids
from colophon_emulator.deployment import Resource
from colophon_emulator.failure_note import failure_note
from colophon_emulator.filters import passes, patterns_of
from colophon_emulator.functions import Functions, InvocationFailed
from colophon_emulator.lock import LOCK
from colophon_emulator.names import ACCOUNT, REGION

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
