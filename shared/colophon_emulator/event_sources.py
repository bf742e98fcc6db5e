"""Event source mappings: what the dispatcher serves, and queues read in batches for a function, as Lambda does it.

Sources in the AWS Lambda Developer Guide: "Success and failure conditions" of partial batch responses, and "Backoff
strategy for failed invocations" and "Configuring maximum concurrency" of SQS event sources.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import inf
from typing import Any, Protocol

from moto.sqs.models import sqs_backends
from msgspec import Struct

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.clock import Clock
from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import LOCK

# Passes one batch to the function and settles what became of it.
Work = Callable[[], None]


class EventSource(Protocol):
    """What the dispatcher serves: a queue, a stream, or asynchronous calls."""

    function: str

    def take(self, skip_delays: bool) -> Work | None: ...

    def throttle(self) -> bool: ...

    def count_waiting(self) -> int: ...

    def count_due(self) -> int: ...

    def count_failed(self) -> int: ...

    def next_due(self) -> float: ...

    def iterator_age(self) -> float | None: ...


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


_ATTRIBUTES = ("SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp")
# Without MaximumConcurrency Lambda begins with five batches at a time, and adds more while messages are waiting.
_BATCHES_AT_ONCE = 5
_LONGEST_PAUSE = 60.0


def list_messages(queue_name: str) -> list[Any]:
    """moto's own list of the queue's messages, visible or not. Hold ``LOCK`` while using it."""
    messages: list[Any] = sqs_backends[ACCOUNT][REGION].queues[queue_name]._messages
    return messages


def age_of_oldest(queue_name: str, now: float) -> float:
    """Seconds since the oldest message of the queue was sent; 0 for an empty queue."""
    with LOCK:
        return max((now - message.sent_timestamp / 1000 for message in list_messages(queue_name)), default=0.0)


class _ThrottledBatch(Struct):
    """Messages that a poller holds while no execution is free. At ``until`` they are visible in the queue again."""

    messages: list[dict[str, Any]]
    until: float
    again_at: float
    pause: float = 1.0


class QueueSource:
    """One SQS event source mapping. A failed message stays in the queue until its visibility timeout ends.

    So does a throttled one: Lambda tries it again until then, and gives it back. Either counts as a receive.
    """

    def __init__(
        self, mapping: Resource, queue: Resource, functions: Functions, client: Callable[[str], Any], clock: Clock
    ) -> None:
        properties = mapping.properties
        if properties.get("FilterCriteria"):
            raise EmulationError(f"{mapping.logical_id}: a filter on a queue discards messages; it is not emulated.")
        self._arn, self._url, self._name = queue.arn, queue.ref, queue.attributes["QueueName"]
        self._visibility = float(queue.properties.get("VisibilityTimeout", 30))
        self.function = functions.find_id(properties["FunctionName"])
        self._size = int(properties.get("BatchSize", 10))
        self._at_once = int(properties.get("ScalingConfig", {}).get("MaximumConcurrency", _BATCHES_AT_ONCE))
        self._reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._functions, self._sqs, self._clock = functions, client("sqs"), clock
        self._running = 0
        self._throttled: list[_ThrottledBatch] = []
        self._in_flight: set[str] = set()

    def count_waiting(self) -> int:
        """Messages in the queue: visible, in flight and delayed."""
        with LOCK:
            return len(list_messages(self._name))

    def count_due(self) -> int:
        """As ``count_waiting``."""
        return self.count_waiting()

    def count_failed(self) -> int:
        """Messages that were received and came back."""
        with LOCK:
            return sum(message.approximate_receive_count > 0 for message in self._not_in_flight())

    def take(self, skip_delays: bool) -> Work | None:
        """One batch to pass to the function, if there is one. ``skip_delays`` makes all messages visible first."""
        self._return_throttled()
        if self._running >= self._at_once:
            return None
        messages = self._take_throttled(skip_delays) or self._receive_visible(skip_delays)
        if not messages:
            return None
        self._running += 1
        return partial(self._process_and_delete, messages)

    def throttle(self) -> bool:
        """Have no execution free for a batch: it is received all the same, and held. False if there is none."""
        self._return_throttled()
        now = self._clock()
        due = [each for each in self._throttled if each.again_at <= now]
        for each in due:
            each.pause = min(_LONGEST_PAUSE, 2 * each.pause)
            each.again_at = now + each.pause
        is_full = self._running + len(self._throttled) >= self._at_once
        messages = [] if due or is_full else self._receive_visible(skip_delays=False)
        if messages:
            self._throttled.append(_ThrottledBatch(messages, now + self._visibility, now + 1.0))
        return bool(due or messages)

    def next_due(self) -> float:
        """When a batch may be taken that may not be taken yet; ``inf`` if there is none."""
        held = min((min(each.again_at, each.until) for each in self._throttled), default=inf)
        if self._running + len(self._throttled) >= self._at_once:
            return held
        with LOCK:
            # A message is visible again after its timeout, not at its end.
            times = (max(message.visible_at, message.delayed_until) / 1000 + 0.001 for message in self._not_in_flight())
            return min(held, min(times, default=inf))

    def iterator_age(self) -> float | None:
        """Only streams have one."""
        return None

    def _return_throttled(self) -> None:
        now = self._clock()
        for each in [each for each in self._throttled if each.until <= now]:
            self._throttled.remove(each)
            self._in_flight.difference_update(message["MessageId"] for message in each.messages)

    def _take_throttled(self, skip_delays: bool) -> list[dict[str, Any]]:
        for number, each in enumerate(self._throttled):
            if skip_delays or each.again_at <= self._clock():
                return self._throttled.pop(number).messages
        return []

    def _receive_visible(self, skip_delays: bool) -> list[dict[str, Any]]:
        with LOCK:
            messages = list(self._not_in_flight())
            if skip_delays:
                for message in messages:
                    message.visible_at = message.delayed_until = 0.0
            # A look into moto's list: an idle stack polls often, and a request would cost far more.
            if not any(message.visible and not message.delayed for message in messages):
                return []
        received = self._receive()
        self._in_flight.update(message["MessageId"] for message in received)
        return received

    def _not_in_flight(self) -> Iterator[Any]:
        return (message for message in list_messages(self._name) if message.id not in self._in_flight)

    def _process_and_delete(self, messages: list[dict[str, Any]]) -> None:
        try:
            self._delete_processed(messages, self._process(messages))
        finally:
            self._running -= 1
            self._in_flight.difference_update(message["MessageId"] for message in messages)

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
                self.function, {"Records": [self._make_record(message) for message in messages]}
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
