"""Faults of AWS, for a while: answers that its services give on bad days, to the functions' calls.

They are given where the emulation answers requests, so botocore parses and retries them as it would on AWS. The codes
are those of the services' API references: "Error responses" of S3, "Error handling with DynamoDB",
``SendMessageBatch`` of SQS and ``CreateInvalidation`` of CloudFront.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from msgspec import Struct

from colophon_emulator.clock import Clock
from colophon_emulator.invocation import current_invocation
from colophon_emulator.lock import patch
from colophon_emulator.turns import pause_before_request

# Status, headers and body.
Answer = tuple[int, dict[str, str], bytes]
# Sends a request on to the emulated service.
Send = Callable[[], Any]
# Answers a request of the named operation instead of the service.
Answering = Callable[[Any, str, Send, random.Random], Answer]


class Fault(Struct, frozen=True):
    """What is wrong: with ``operations`` of ``service``, by chance with a ``share`` of the calls.

    No operations: all of the service's. ``resource`` is a part of the address, or for DynamoDB and SQS of the request:
    the name of a bucket, a table or a queue. ``function`` is a logical id; empty: all functions.
    """

    name: str
    service: str
    answering: Answering
    operations: frozenset[str] = frozenset()
    resource: str = ""
    function: str = ""
    share: float = 1.0

    def concerns(self, service: str, operation: str, request: Any, function: str) -> bool:
        """Whether this call may fail so."""
        return (
            service == self.service
            and (not self.operations or operation in self.operations)
            and self.function in ("", function)
            and self.resource in (request.url + (_text(request) if self.service in _JSON_SERVICES else ""))
        )


class Faults:
    """The faults of a stack, each in its window of the stack's clock. ``struck`` counts the calls by fault."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock, self._chance = clock, random.Random(seed)
        self._windows: list[tuple[Fault, float]] = []
        self.struck: Counter[str] = Counter()

    def begin(self, fault: Fault, seconds: float = inf) -> None:
        """Let ``fault`` begin now and last for ``seconds``."""
        self._windows.append((fault, self._clock() + seconds))

    def end_all(self) -> None:
        """From now on nothing is wrong."""
        self._windows.clear()

    @contextmanager
    def strike(self) -> Iterator[None]:
        """Within the block, the calls of functions fail as the faults say."""
        respond = BotocoreStubber.__call__

        def respond_with_faults(stubber: BotocoreStubber, event_name: str, request: Any, **named: Any) -> Any:
            pause_before_request()
            fault = self._find(event_name, request)
            if fault is None:
                return respond(stubber, event_name, request, **named)
            self.struck[fault.name] += 1
            operation = event_name.rsplit(".", 1)[-1]
            send = partial(stubber.process_request, request)
            status, headers, body = fault.answering(request, operation, send, self._chance)
            return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]

        with patch(BotocoreStubber, "__call__", respond_with_faults):
            yield

    def _find(self, event_name: str, request: Any) -> Fault | None:
        invocation = current_invocation()
        if invocation is None or not self._windows:
            return None
        _, service, operation = event_name.split(".")
        now = self._clock()
        for fault, end in self._windows:
            if now < end and fault.concerns(service, operation, request, invocation.function):
                return fault if self._chance.random() < fault.share else None
        return None


_JSON_SERVICES = ("dynamodb", "sqs")


def _text(request: Any) -> str:
    body = request.body or b""
    return body if isinstance(body, str) else body.decode()


def refuse(
    status: int, code: str, message: str = "The emulation was told to refuse this.", reason: str = "TransactionConflict"
) -> Answering:
    """Answers with an error, in the form of the service that is called. ``reason``: why a transaction is cancelled."""

    def answer(request: Any, operation: str, send: Send, chance: random.Random) -> Answer:
        if "X-Amz-Target" in request.headers:
            error = {"__type": code, "message": message}
            if code == "TransactionCanceledException":
                error["CancellationReasons"] = _cancellation_reasons(json.loads(_text(request)), reason, chance)  # type: ignore[assignment]
            return status, {"x-amzn-query-error": f"{code};Sender"}, json.dumps(error).encode()
        if request.method == "HEAD":
            return status, {}, b""
        error_xml = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        is_s3 = "s3" in request.url.split("/")[2]
        return status, {}, (error_xml if is_s3 else f"<ErrorResponse>{error_xml}</ErrorResponse>").encode()

    return answer


def _cancellation_reasons(call: Any, reason: str, chance: random.Random) -> list[dict[str, str]]:
    """One reason for each action: ``reason`` for one of them, for the others none."""
    actions = len(call["TransactItems"])
    culprit = chance.randrange(actions)
    codes = (reason if number == culprit else "None" for number in range(actions))
    return [{"Code": code} for code in codes]


def accept_some_messages(request: Any, operation: str, send: Send, chance: random.Random) -> Answer:
    """SendMessageBatch: SQS answers 200, but did not take every message."""
    call = json.loads(_text(request))
    failed = [entry["Id"] for entry in call["Entries"] if chance.random() < 0.5] or [call["Entries"][-1]["Id"]]
    taken = [entry for entry in call["Entries"] if entry["Id"] not in failed]
    answer = json.loads(_send_changed(request, {**call, "Entries": taken}, send)) if taken else {"Successful": []}
    answer["Failed"] = [{"Id": name, "SenderFault": False, "Code": "InternalError"} for name in failed]
    return 200, {}, json.dumps(answer).encode()


def leave_keys_unprocessed(request: Any, operation: str, send: Send, chance: random.Random) -> Answer:
    """BatchGetItem: DynamoDB answers for some of the keys, at least for one, and names the others, at least one."""
    call = json.loads(_text(request))
    (table, asked), *_ = call["RequestItems"].items()
    done = chance.randint(1, max(1, len(asked["Keys"]) - 1))
    first = {**call, "RequestItems": {table: {**asked, "Keys": asked["Keys"][:done]}}}
    answer = json.loads(_send_changed(request, first, send))
    rest = asked["Keys"][done:]
    answer["UnprocessedKeys"] = {table: {**asked, "Keys": rest}} if rest else {}
    return 200, {}, json.dumps(answer).encode()


def _send_changed(request: Any, call: Any, send: Send) -> bytes:
    """The body of the service's answer to ``call`` in place of the request's own."""
    original = request.body
    request.body = json.dumps(call).encode()
    try:
        _, _, body = send()
    finally:
        request.body = original
    return body if isinstance(body, bytes) else body.encode()


_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


def deny(service: str, resource: str = "", function: str = "") -> Fault:
    """Every call to a service is denied, as when someone has changed a policy or a key."""
    code, status = ("AccessDeniedException", 400) if service == "dynamodb" else ("AccessDenied", 403)
    return Fault(f"{service} denied", service, refuse(status, code), resource=resource, function=function)


def throttle_table(share: float = 1.0, resource: str = "") -> Fault:
    """DynamoDB takes no more reads or writes."""
    answering = refuse(400, "ProvisionedThroughputExceededException")
    return Fault("table throttled", "dynamodb", answering, resource=resource, share=share)


def conflict_transactions(share: float) -> Fault:
    """Transactions are cancelled because another one writes the same item."""
    operations = frozenset({"TransactGetItems", "TransactWriteItems"})
    answering = refuse(400, "TransactionCanceledException")
    return Fault("transactions cancelled", "dynamodb", answering, operations, share=share)


def conflict_writes(share: float) -> Fault:
    """Single writes fail because a transaction writes the same item."""
    answering = refuse(400, "TransactionConflictException")
    return Fault("writes in conflict", "dynamodb", answering, _WRITES - {"TransactWriteItems"}, share=share)


def conflict_puts(share: float) -> Fault:
    """S3 refuses a conditional PUT because of another one to the same key at the same time."""
    answering = refuse(409, "ConditionalRequestConflict")
    return Fault("puts in conflict", "s3", answering, frozenset({"PutObject"}), share=share)


def slow_down(share: float) -> Fault:
    """S3 asks for fewer requests."""
    return Fault("S3 slowed down", "s3", refuse(503, "SlowDown"), share=share)


def refuse_invalidations(status: int = 400, code: str = "TooManyInvalidationsInProgress") -> Fault:
    """CloudFront accepts no invalidation."""
    return Fault(
        f"invalidations refused: {code}", "cloudfront", refuse(status, code), frozenset({"CreateInvalidation"})
    )


def fail_some_messages(share: float = 1.0) -> Fault:
    """SQS takes only some of the messages of a batch."""
    return Fault("batches taken in part", "sqs", accept_some_messages, frozenset({"SendMessageBatch"}), share=share)


def read_some_items(share: float = 1.0) -> Fault:
    """DynamoDB answers a batch of reads in part."""
    return Fault("items read in part", "dynamodb", leave_keys_unprocessed, frozenset({"BatchGetItem"}), share=share)
