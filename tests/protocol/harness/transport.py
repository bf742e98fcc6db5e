"""Handlers in threads, one running at a time, each stopped before every call it makes to AWS."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber
from msgspec import Struct

from colophon.stores import queues, table
from colophon_emulator.lock import patch
from tests.protocol.harness.faults import Fault, answer
from tests.protocol.harness.links import FILES
from tests.protocol.harness.request_checks import check_is_priced
from tests.protocol.harness.tally import PLAYED

_LIST_CALLS = frozenset({"ListObjectVersions", "ListObjectsV2"})
_READ_CALLS = (
    frozenset({"TransactGetItems", "BatchGetItem", "GetItem", "Query", "HeadObject", "GetObject"}) | _LIST_CALLS
)
# Faults before which the call is done, and those without any effect of it.
_DONE_FIRST = frozenset({"crash after", "lost answer", "no answer"})
_NOT_DONE = frozenset({"throttle", "conflict", "cancel"})


class Crash(BaseException):
    """The end of a handler's process: nothing of ours catches it."""


class Call(Struct, frozen=True):
    """One call that is about to be made. ``resource`` is what it touches: the inbox, the site, the table, a queue or
    the distribution.

    For the table ``key`` holds the partitions, separated by spaces. ``if_absent``: it puts only a new object.
    ``is_conditional``: a put that S3 may refuse. ``count`` is the number of keys or messages of a batch.
    """

    operation: str
    resource: str
    key: str = ""
    if_absent: bool = False
    is_conditional: bool = False
    count: int = 1

    @property
    def writes(self) -> bool:
        return self.operation not in _READ_CALLS

    def commutes_with(self, other: "Call") -> bool:
        """Whether the two make the same whichever comes first, in what they do and in what can be seen between them."""
        if "GetObject" in (self.operation, other.operation):
            return True  # One version never changes.
        if "everywhere" in (self.resource, other.resource):
            return False
        if self.resource == other.resource == "site" and self.key != other.key:
            return not (self.writes and other.writes) or self._is_unordered_with(other)
        if self.resource == other.resource == "table" and not {*self.key.split()} & {*other.key.split()}:
            return True
        if self.writes and other.writes:
            return {self.resource, other.resource} in ({"inbox", "site"}, {"inbox", "table"})
        return self.resource != other.resource or not (self.writes or other.writes)

    def _is_unordered_with(self, other: "Call") -> bool:
        """Whether the order of two puts is invisible: neither object may link to the other."""
        if self.key.startswith(FILES) or other.key.startswith(FILES):
            return self.key.startswith(FILES) and other.key.startswith(FILES)
        return not (self.if_absent or other.if_absent)

    def __str__(self) -> str:
        return f"{self.operation} {self.resource} {self.key}".rstrip()


def _closed_gate() -> threading.Lock:
    """A gate that one thread opens for another; a bare lock, because there are thousands of such moments."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass
class Handler:
    """One running handler. ``pending_call`` is the call that it is stopped at; None when it has ended."""

    name: str
    gate: threading.Lock = field(default_factory=_closed_gate)
    pending_call: Call | None = None
    fault: Fault = "go"
    failure: BaseException | None = None
    unscheduled: bool = False


class Transport:
    """Starts handlers and lets them take one step at a time."""

    def __init__(self, *clients: Any) -> None:
        self._local = threading.local()
        self._parked = _closed_gate()
        self.calls: list[Call] = []
        self.late_writes: list[Callable[[], int]] = []
        for client in clients:
            self.attach(client)

    def attach(self, client: Any) -> None:
        """From now on, each call of ``client`` in a handler is a step."""
        client.meta.events.register_first("before-send", self._before_send)

    def start(self, name: str, work: Callable[[], object]) -> Handler:
        """Set ``work`` going until just before its first call."""
        handler = Handler(name)
        threading.Thread(target=self._run, args=(handler, work), daemon=True).start()
        self._parked.acquire()
        return handler

    def step(self, handler: Handler, fault: Fault = "go") -> None:
        """Let ``handler`` make its pending call, and run to the next one."""
        assert handler.pending_call
        PLAYED.count_step(handler.pending_call.operation, fault)
        self._resume(handler, fault)

    def stop_all(self, handlers: list[Handler]) -> None:
        """End all handlers that are still running."""
        for handler in handlers:
            while handler.pending_call:
                self._resume(handler, "crash before")

    def _resume(self, handler: Handler, fault: Fault) -> None:
        handler.fault = fault
        handler.gate.release()
        self._parked.acquire()

    def intercept(self, call: Call) -> Fault:
        """Stop at a call that is no request, and return its fault; a crash before the call is raised from here."""
        handler = getattr(self._local, "handler", None)
        if handler is None or handler.unscheduled:
            self.calls.append(call)
            return "go"
        self._park(handler, call)
        if handler.fault == "crash before":
            raise Crash
        self.calls.append(call)
        return handler.fault

    @contextmanager
    def unscheduled(self) -> Iterator[None]:
        """Within the block the calls of this thread's handler, if it has one, are no steps."""
        handler = getattr(self._local, "handler", None) or Handler("none")
        before, handler.unscheduled = handler.unscheduled, True
        try:
            yield
        finally:
            handler.unscheduled = before

    def running_handler(self) -> str:
        """The name of the handler that this thread runs; empty if it runs none."""
        handler = getattr(self._local, "handler", None)
        return handler.name if handler else ""

    def is_scheduled(self) -> bool:
        """Whether this thread runs a handler whose calls are steps."""
        handler = getattr(self._local, "handler", None)
        return handler is not None and not handler.unscheduled

    def _run(self, handler: Handler, work: Callable[[], object]) -> None:
        self._local.handler = handler
        try:
            work()
        except BaseException as failure:
            handler.failure = failure
        handler.pending_call = None
        self._parked.release()

    def _park(self, handler: Handler, call: Call) -> None:
        handler.pending_call = call
        self._parked.release()
        handler.gate.acquire()
        handler.pending_call = None

    def _before_send(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        call = _call(request, event_name)
        handler = getattr(self._local, "handler", None)
        if handler is None or handler.unscheduled:
            self.calls.append(call)
            return None
        check_is_priced(call.operation)
        self._park(handler, call)
        response = self._respond(handler.fault, call, request, event_name)
        request.is_answered = response is not None
        return response

    def _respond(self, fault: Fault, call: Call, request: Any, event_name: str) -> AWSResponse | None:
        if fault == "crash before":
            raise Crash
        if fault == "late":
            if call.writes:
                self.late_writes.append(lambda: _apply(request, event_name).status_code)
            raise Crash
        if fault not in _NOT_DONE:
            self.calls.append(call)
        if fault == "go":
            return None
        if fault in _DONE_FIRST:
            _apply(request, event_name)
        if fault == "crash after":
            raise Crash
        return answer(fault, call, request, lambda: _send(request, event_name), Random(len(self.calls)))


@contextmanager
def answer_once() -> Iterator[None]:
    """Within the block moto does nothing with a request that has its answer: botocore asks everyone who could give one,
    also after the first did."""
    respond = BotocoreStubber.__call__

    def respond_once(stubber: BotocoreStubber, event_name: str, request: Any, **named: Any) -> Any:
        return None if getattr(request, "is_answered", False) else respond(stubber, event_name, request, **named)

    with patch(BotocoreStubber, "__call__", respond_once):
        yield


@contextmanager
def without_sleep() -> Iterator[None]:
    """Within the block no retry waits, neither botocore's nor our own."""
    awake = SimpleNamespace(**{name: getattr(time, name) for name in dir(time)} | {"sleep": lambda _: None})
    with patch(botocore.endpoint, "time", awake), patch(table, "time", awake), patch(queues, "time", awake):
        yield


def _apply(request: Any, event_name: str) -> Any:
    from moto.core.models import botocore_stubber

    answer = botocore_stubber(event_name, request)
    if hasattr(request.body, "seek"):
        request.body.seek(0)
    return answer


def _send(request: Any, event_name: str) -> tuple[int, dict[str, str], bytes]:
    found = _apply(request, event_name)
    return found.status_code, {}, found.content


def _call(request: Any, event_name: str) -> Call:
    operation = event_name.rpartition(".")[2]
    if ".dynamodb." in event_name:
        asked = json.loads(request.body)
        count = sum(len(table["Keys"]) for table in asked["RequestItems"].values()) if "RequestItems" in asked else 1
        return Call(operation, "table", " ".join(sorted(set(_partitions(asked)))), count=count)
    if ".sqs." in event_name:
        return _queue_call(operation, json.loads(request.body))
    if ".cloudfront." in event_name:
        return Call(operation, "distribution", unquote(urlsplit(request.url).path))
    url = urlsplit(request.url)
    host_bucket = url.netloc.partition(".")[0]
    key = unquote(url.path[1:])
    if operation in _LIST_CALLS:
        key = parse_qs(url.query).get("prefix", [""])[0]
    if_absent = "If-None-Match" in request.headers
    is_conditional = if_absent or "If-Match" in request.headers
    return Call(operation, "inbox" if "inbox" in host_bucket else "site", key, if_absent, is_conditional)


def _queue_call(operation: str, request: Any) -> Call:
    bodies = [entry["MessageBody"] for entry in request.get("Entries", [request])]
    return Call(operation, f"queue {request['QueueUrl'].rpartition('/')[2]}", " ".join(bodies))


def _partitions(request: Any) -> Iterator[str]:
    """Every partition of the table that a request names, however deep."""
    if isinstance(request, dict):
        for name, value in request.items():
            if name in ("pk", ":pk"):
                yield value["S"]
            else:
                yield from _partitions(value)
    elif isinstance(request, list):
        for value in request:
            yield from _partitions(value)
