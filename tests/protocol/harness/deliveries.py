"""Calls of the functions' handlers in a schedule: what each was given, and what it answered."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from msgspec import Struct

from colophon_emulator.deployment import Deployment
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from tests.protocol.harness.transport import Crash


class Delivery(Struct, frozen=True):
    """One call of a handler. ``answer`` is what it returned; ``error`` what it raised instead, or a Crash."""

    function: str
    event: Mapping[str, Any]
    answer: Any = None
    error: BaseException | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The messages of a queue, or the records of a stream; none for a schedule."""
        return list(self.event.get("Records", ()))


def identify(record: Mapping[str, Any]) -> str:
    """The identifier that an answer uses for a record."""
    return str(record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"])


class ScheduledFunctions(Functions):
    """The functions of one schedule. A crash ends the process that it happens in: the next call has a new one."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment)
        self.deliveries: list[Delivery] = []
        # Each call of a handler runs within this context.
        self.around: Callable[[], AbstractContextManager[None]] = nullcontext
        self.listeners: list[Callable[[Delivery], object]] = []

    def invoke(self, reference: str, event: Mapping[str, Any]) -> Any:
        function = self.find_id(reference)
        try:
            with self.around():
                answer = super().invoke(reference, event)
        except Crash as crash:
            self.force_cold_start(function)
            self._note(Delivery(function, event, error=crash))
            raise InvocationFailed(f"{function} crashed") from crash
        except InvocationFailed as failed:
            self._note(Delivery(function, event, error=failed.__cause__))
            raise
        self._note(Delivery(function, event, answer))
        return answer

    def _note(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        for listener in self.listeners:
            listener(delivery)
