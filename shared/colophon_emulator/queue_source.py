"""A queue read for a function, as Lambda's pollers read it: batches, partial failures, receive counts."""

import threading
from collections.abc import Callable
from typing import Any

from colophon_emulator.batches import failed_ids
from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.functions import Functions, InvocationFailed
from colophon_emulator.lock import LOCK
from colophon_emulator.names import ACCOUNT, REGION

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
