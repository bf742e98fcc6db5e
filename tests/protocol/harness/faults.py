"""What can go wrong with one call to AWS, and what its caller gets then."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from colophon_emulator.faults import Answer, Answering, accept_some_messages, leave_keys_unprocessed, refuse

if TYPE_CHECKING:
    from tests.protocol.harness.transport import Call

# Of these: a crash is the end of the process; a late write lands after it, at any time. A lost answer is an error 500
# after the call was done, "no answer" the end of the connection then. A conflict is S3's 409 or a transaction of
# DynamoDB on the same item; "cancel" is a transaction that DynamoDB throttles. A part is what a batch does at most.
Fault = Literal[
    "go",
    "crash before",
    "crash after",
    "lost answer",
    "no answer",
    "late",
    "throttle",
    "conflict",
    "cancel",
    "part",
]
ANYWHERE: tuple[Fault, ...] = ("crash before", "crash after", "lost answer", "no answer", "throttle")
FAULTS: tuple[Fault, ...] = (*ANYWHERE, "late", "conflict", "cancel", "part")
TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems"})
# Amazon DynamoDB API reference: the actions that have TransactionConflictException among their errors.
_SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


# Whose answer to too many requests is not S3's.
_THROTTLED = {
    "table": (400, "ThrottlingException"),
    "queue": (400, "RequestThrottled"),
    "distribution": (400, "TooManyInvalidationsInProgress"),
}


def faults_of(call: "Call") -> tuple[Fault, ...]:
    """The faults that AWS could give for ``call``, of the same ones in the same order."""
    could: list[Fault] = [*ANYWHERE]
    if call.writes:
        could.append("late")
    if call.operation in TRANSACTIONS | _SINGLE_WRITES or call.is_conditional:
        could.append("conflict")
    if call.operation in TRANSACTIONS:
        could.append("cancel")
    # BatchGetItem answers for one key at least (Amazon DynamoDB API reference).
    if call.operation == "SendMessageBatch" or (call.operation == "BatchGetItem" and call.count > 1):
        could.append("part")
    return tuple(could)


def answer(fault: Fault, call: "Call", request: Any, send: Callable[[], Answer], chance: Random) -> AWSResponse:
    """What AWS answers to ``request`` when ``fault`` strikes ``call``. Raises ReadTimeoutError."""
    if fault == "no answer":
        raise ReadTimeoutError(endpoint_url=request.url)
    in_part = accept_some_messages if call.operation == "SendMessageBatch" else leave_keys_unprocessed
    answering = in_part if fault == "part" else _refusal(fault, call)
    status, headers, body = answering(request, call.operation, send, chance)
    is_json = call.resource == "table" or call.resource.startswith("queue")
    kind = "application/x-amz-json-1.0" if is_json else "application/xml"
    return AWSResponse(request.url, status, {"Content-Type": kind, **headers}, MockRawResponse(body))  # type: ignore[arg-type]


def _refusal(fault: Fault, call: "Call") -> Answering:
    """The services' errors, by the codes of their API references."""
    in_table = call.resource == "table"
    match fault:
        case "throttle":
            return refuse(*_THROTTLED.get(call.resource.partition(" ")[0], (503, "SlowDown")))
        case "conflict" if not in_table:
            return refuse(409, "ConditionalRequestConflict")
        case "conflict" if call.operation not in TRANSACTIONS:
            return refuse(400, "TransactionConflictException")
        case "conflict" | "cancel":
            reason = "TransactionConflict" if fault == "conflict" else "ThrottlingError"
            return refuse(400, "TransactionCanceledException", reason=reason)
    return refuse(500, "InternalServerError" if in_table else "InternalError")
