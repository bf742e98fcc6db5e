"""SQS as the schedules have it: a client whose every attempt at a call is a step, and queues that are lists.

The real senders (``colophon.stores.queues``) work through it, so what they do about refusals is played, too.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from colophon.upload.messages import UnreadableMessageError, parse_messages
from tests.protocol.harness.faults import Fault
from tests.protocol.harness.transport import Call, Crash, Transport

# As the functions' clients have it (total_max_attempts).
_ATTEMPTS = 3


class QueueClient:
    """A client of SQS. ``accept`` gets each message that the queue takes; ``queue`` is what the steps call it.

    Without ``is_step`` nothing goes wrong with its calls, and no handler stops before them.
    """

    def __init__(
        self, queue: str, accept: Callable[[str], object], transport: Transport, *, is_step: bool = True
    ) -> None:
        self._queue, self._accept, self._transport, self._is_step = queue, accept, transport, is_step

    def send_message_batch(self, QueueUrl: str, Entries: Sequence[Any]) -> dict[str, Any]:  # noqa: N803
        """As boto3's: what the queue did not take is in the answer's ``Failed``."""
        taken, failed = list(Entries), list[Any]()

        def attempt(fault: Fault) -> None:
            if fault == "part":
                failed[:], taken[:] = Entries[::2], Entries[1::2]
            for entry in taken:
                self._accept(entry["MessageBody"])

        about = " ".join(_subject(entry["MessageBody"]) for entry in Entries)
        self._call(Call("SendMessageBatch", f"queue {self._queue}", about, count=len(Entries)), attempt)
        return {"Failed": [{"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"} for entry in failed]}

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        """As boto3's."""
        about = _subject(MessageBody)
        self._call(Call("SendMessage", f"queue {self._queue}", about), lambda _: self._accept(MessageBody))

    def _call(self, call: Call, send: Callable[[Fault], object]) -> None:
        """Make ``call`` as often as botocore does, each time with the fault that the schedule chooses."""
        fault: Fault = "go"
        for _ in range(_ATTEMPTS):
            fault = self._intercept(call)
            if fault == "late":
                self._transport.late_writes.append(lambda: _land(send))
                raise Crash
            if fault != "throttle":
                send(fault)
            if fault == "crash after":
                raise Crash
            if fault in ("go", "part"):
                return
        raise _error_of(fault, call)

    def _intercept(self, call: Call) -> Fault:
        if self._is_step:
            return self._transport.intercept(call)
        with self._transport.unscheduled():
            return self._transport.intercept(call)


def _land(send: Callable[[Fault], object]) -> int:
    send("go")
    return 200


def _error_of(fault: Fault, call: Call) -> Exception:
    if fault == "no answer":
        return ReadTimeoutError(endpoint_url=call.resource)
    code, status = ("ThrottlingException", 400) if fault == "throttle" else ("InternalFailure", 500)
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, call.operation)


def _subject(body: str) -> str:
    """What a message is about, in a word."""
    try:
        return " ".join(request.key for request in parse_messages(body))
    except UnreadableMessageError:
        return " ".join(json.loads(body).get("tags", ())) or body
