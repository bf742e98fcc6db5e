"""DynamoDB streams read for a function: shards out of step, each in order, with bounded retries and a failure queue.

Sources in the AWS Lambda Developer Guide: "Polling and batching streams", "Retaining discarded batches" and the
parameters of DynamoDB event source mappings (``ParallelizationFactor``: several batches of a shard at once).
"""

import json
import random
import uuid
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from msgspec import Struct

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.clock import Clock
from colophon_emulator.deployment import Resource
from colophon_emulator.event_filters import matches_filters, parse_filters
from colophon_emulator.event_sources import Work, parse_batch_failures
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.limits import Limits
from colophon_emulator.lock import LOCK

Record = Mapping[str, Any]
# Seconds until a throttled batch is tried again.
_THROTTLED_SECONDS = 1.0
# How much faster each shard is than the next slower one.
_PACE = 3


class _Batch(Struct, frozen=True):
    records: tuple[Record, ...]
    attempts: int = 0


class _Lane:
    """What one poller reads: a shard, or with a parallelization factor its part of one. One batch at a time.

    ``again`` are batches that failed, in order, before the ``records`` that were not tried yet.
    """

    def __init__(self, pace: int) -> None:
        self.pace = pace
        self.again: deque[_Batch] = deque()
        self.records: deque[Record] = deque()
        self.is_busy = False
        self.not_before = 0.0

    def count(self) -> int:
        """Records that are not done."""
        return len(self.records) + sum(len(batch.records) for batch in self.again)

    def next_batch(self, size: int) -> _Batch:
        """The batch to process; it stays the first of ``again`` until it is done."""
        if not self.again:
            taken = [self.records.popleft() for _ in range(min(size, len(self.records)))]
            self.again.append(_Batch(tuple(taken)))
        return self.again[0]


class StreamSource:
    """One DynamoDB stream mapping with its own position in each shard of the stream.

    All changes of one item are in one shard, and are processed in order. The shards are not in step: which of them is
    read next is drawn, some more often than others. A failing batch is halved if the mapping bisects, and retried a
    limited number of times.
    """

    def __init__(
        self,
        mapping: Resource,
        table: Resource,
        failed: Resource | None,
        functions: Functions,
        client: Callable[[str], Any],
        limits: Limits,
        clock: Clock,
    ) -> None:
        properties = mapping.properties
        self._table, self._arn = table.ref, table.attributes["StreamArn"]
        self.function = functions.find_id(properties["FunctionName"])
        self._size = int(properties.get("BatchSize", 100))
        self._retries = int(properties.get("MaximumRetryAttempts", -1))
        self._max_age = int(properties.get("MaximumRecordAgeInSeconds", -1))
        self._bisects = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._patterns = parse_filters(properties)
        self._failed_url = failed.ref if failed else None
        self._functions, self._sqs, self._clock = functions, client("sqs"), clock
        self._chance = random.Random(f"{limits.seed} {mapping.logical_id}")
        self._shards, self._factor = limits.shards, int(properties.get("ParallelizationFactor", 1))
        paces = self._chance.sample([_PACE**number for number in range(self._shards)], self._shards)
        self._lanes = [_Lane(paces[number // self._factor]) for number in range(self._shards * self._factor)]
        self._position = len(self._stream()) if properties.get("StartingPosition") == "LATEST" else 0

    def count_waiting(self) -> int:
        """Records not processed yet, those that a filter will drop included."""
        with LOCK:
            return len(self._stream()) - self._position + sum(lane.count() for lane in self._lanes)

    def count_due(self) -> int:
        """As ``count_waiting``."""
        return self.count_waiting()

    def count_failed(self) -> int:
        """Records of batches that failed and are retried."""
        return sum(len(batch.records) for lane in self._lanes for batch in list(lane.again) if batch.attempts)

    def iterator_age(self) -> float | None:
        """Seconds since the oldest record was written that is not processed yet; 0 if there is none."""
        self._read()
        first = [(lane.again[0].records if lane.again else lane.records)[0] for lane in self._lanes if lane.count()]
        return max((self._clock() - _written_at(record) for record in first), default=0.0)

    def take(self, skip_delays: bool) -> Work | None:
        """One batch of one shard to pass to the function, if there is one; ``skip_delays`` retries without a pause."""
        self._read()
        now = self._clock()
        ready = [each for each in self._lanes if each.count() and not each.is_busy]
        ready = [each for each in ready if skip_delays or each.not_before <= now]
        if not ready:
            return None
        (lane,) = self._chance.choices(ready, [each.pace for each in ready])
        lane.is_busy = True
        return partial(self._process_next, lane)

    def throttle(self) -> bool:
        """Have no execution free for a batch: it waits, and is no attempt. False if there is none."""
        self._read()
        now = self._clock()
        waiting = [each for each in self._lanes if each.count() and not each.is_busy and each.not_before <= now]
        for lane in waiting:
            lane.not_before = now + _THROTTLED_SECONDS
        return bool(waiting)

    def next_due(self) -> float:
        """When a batch may be taken that may not be taken yet; ``inf`` if there is none."""
        return min((each.not_before for each in self._lanes if each.count() and not each.is_busy), default=inf)

    def _stream(self) -> list[Any]:
        table: Any = dynamodb_backends[ACCOUNT][REGION].tables[self._table]
        records: list[Any] = table.stream_shard.items
        return records

    def _read(self) -> None:
        """Distribute what is new in the stream."""
        with LOCK:
            new = self._stream()[self._position :]
            self._position += len(new)
            for each in new:
                record = _make_stream_record(each.to_json(), self._arn)
                if _is_change(record) and matches_filters(record, self._patterns):
                    self._lanes[self._lane_number(record["dynamodb"]["Keys"])].records.append(record)

    def _lane_number(self, keys: Mapping[str, Any]) -> int:
        """A shard by the item's partition key, and within it a lane by all of its key."""
        partition = json.dumps(next(iter(keys.values())), sort_keys=True)
        whole = json.dumps(keys, sort_keys=True)
        shard = zlib.crc32(partition.encode()) % self._shards
        return shard * self._factor + zlib.crc32(whole.encode()) % self._factor

    def _process_next(self, lane: _Lane) -> None:
        batch = lane.next_batch(self._size)
        try:
            remaining = self._process(batch)
            lane.again.popleft()
            lane.again.extendleft(reversed(remaining))
            if remaining and remaining[0].attempts:
                lane.not_before = self._clock() + min(10.0, 0.1 * 2 ** remaining[0].attempts)
        finally:
            lane.is_busy = False

    def _process(self, batch: _Batch) -> list[_Batch]:
        """Pass the batch to the function; return what is left to do of it."""
        if 0 <= self._max_age < self._clock() - _written_at(batch.records[0]) and batch.attempts:
            return self._discard(batch, "RecordAgeExceeded")
        ids = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        try:
            failed = parse_batch_failures(
                self._functions.invoke(self.function, {"Records": list(batch.records)}), ids, self._reports
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
        again = _Batch(batch.records, batch.attempts + 1)
        if 0 <= self._retries < again.attempts:
            return self._discard(again, "RetryAttemptsExhausted")
        return [again]

    def _discard(self, batch: _Batch, why: str) -> list[_Batch]:
        """Nothing is left to do of the batch; the failure queue is told where it is."""
        if self._failed_url:
            message = encode_failure_record(self.function, self._arn, batch.records, batch.attempts, self._clock(), why)
            self._sqs.send_message(QueueUrl=self._failed_url, MessageBody=message)
        return []


def encode_failure_record(
    function: str,
    stream_arn: str,
    records: Sequence[Record],
    attempts: int,
    now: float,
    why: str = "RetryAttemptsExhausted",
) -> str:
    """The message that Lambda sends to the failure queue of a stream: where the failed records are, not the records.

    ``now`` is in seconds since 1970.
    """
    first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
    message = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function,
            "condition": why,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _format_time(now),
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


def _is_change(record: Record) -> bool:
    """moto's stream has a record for a put that changes nothing; DynamoDB's does not."""
    images = record["dynamodb"]
    return "OldImage" not in images or images["OldImage"] != images.get("NewImage")


def _make_stream_record(record: Record, stream_arn: str) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].replace(tzinfo=UTC).timestamp()
    return {**record, "eventVersion": "1.1", "awsRegion": REGION, "dynamodb": change, "eventSourceARN": stream_arn}


def _written_at(record: Record) -> float:
    return float(record["dynamodb"]["ApproximateCreationDateTime"])
