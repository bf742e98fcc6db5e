"""Handlers on a stage: each in a thread of its own, only one ever running, parked before every call it makes to AWS."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSResponse
from msgspec import Struct

Fault = Literal["go", "crash before", "crash after", "lost answer", "late", "throttle"]
FAULTS: tuple[Fault, ...] = ("crash before", "crash after", "lost answer", "late", "throttle")
_INVENTORY = frozenset({"ListObjectVersions", "ListObjectsV2"})
_READS = frozenset({"TransactGetItems", "BatchGetItem", "GetItem", "Query", "HeadObject", "GetObject"}) | _INVENTORY


class Crash(BaseException):
    """The end of a handler's process: nothing of ours catches it."""


class Call(Struct, frozen=True):
    """One call that is about to be made. ``place`` is what it touches: the inbox, the site, the table or a queue.

    Of the table ``key`` holds the partitions, between spaces. ``first``: it puts only where nothing stands.
    """

    operation: str
    place: str
    key: str = ""
    first: bool = False

    @property
    def writes(self) -> bool:
        return self.operation not in _READS

    def swaps_with(self, other: "Call") -> bool:
        """Whether the two make the same whichever comes first, in what they do and in what can be seen between them."""
        if "GetObject" in (self.operation, other.operation):
            return True  # One version never changes.
        if "everywhere" in (self.place, other.place):
            return False
        if self.place == other.place == "site" and self.key != other.key:
            return not (self.writes and other.writes) or self._hides(other)
        if self.place == other.place == "table" and not {*self.key.split()} & {*other.key.split()}:
            return True
        if self.writes and other.writes:
            return {self.place, other.place} in ({"inbox", "site"}, {"inbox", "table"})
        return self.place != other.place or not (self.writes or other.writes)

    def _hides(self, other: "Call") -> bool:
        """Whether nobody can tell which of two objects was put first: neither is one that the other may link to."""
        if self.key.startswith("images/") or other.key.startswith("images/"):
            return self.key.startswith("images/") and other.key.startswith("images/")
        return not (self.first or other.first)

    def __str__(self) -> str:
        return f"{self.operation} {self.place} {self.key}".rstrip()


def _shut() -> threading.Lock:
    """A gate that one opens and another shuts behind itself; a bare lock, since there are thousands of such moments."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass
class Actor:
    """One handler at work. ``at`` is the call that it is parked at; None once it is over."""

    name: str
    gate: threading.Lock = field(default_factory=_shut)
    at: Call | None = None
    told: Fault = "go"
    failure: BaseException | None = None
    free: bool = False


class Stage:
    """Starts actors and lets them take one step at a time."""

    def __init__(self, *clients: Any) -> None:
        self._self = threading.local()
        self._back = _shut()
        self.calls: list[Call] = []
        self.late: list[Callable[[], int]] = []
        for client in clients:
            client.meta.events.register_first("before-send", self._before_send)

    def start(self, name: str, work: Callable[[], object]) -> Actor:
        """Set ``work`` going until just before its first call."""
        actor = Actor(name)
        threading.Thread(target=self._run, args=(actor, work), daemon=True).start()
        self._back.acquire()
        return actor

    def step(self, actor: Actor, fault: Fault = "go") -> None:
        """Let ``actor`` make the call that it is parked at, and go on to its next."""
        actor.told = fault
        actor.gate.release()
        self._back.acquire()

    def dismiss(self, actors: list[Actor]) -> None:
        """End what still stands on the stage."""
        for actor in actors:
            while actor.at:
                self.step(actor, "crash before")

    def pass_by(self, call: Call) -> Fault:
        """Park at a call that is no request, and say how it shall go; a crash before it is raised from here."""
        actor = getattr(self._self, "actor", None)
        if actor is None or actor.free:
            self.calls.append(call)
            return "go"
        self._park(actor, call)
        if actor.told == "crash before":
            raise Crash
        self.calls.append(call)
        return actor.told

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """For the time of the block the calls of this actor, if it is one, are not steps."""
        actor = getattr(self._self, "actor", None) or Actor("nobody")
        was, actor.free = actor.free, True
        try:
            yield
        finally:
            actor.free = was

    def is_played(self) -> bool:
        """Whether an actor asks, whose calls are steps."""
        actor = getattr(self._self, "actor", None)
        return actor is not None and not actor.free

    def _run(self, actor: Actor, work: Callable[[], object]) -> None:
        self._self.actor = actor
        try:
            work()
        except BaseException as failure:
            actor.failure = failure
        actor.at = None
        self._back.release()

    def _park(self, actor: Actor, call: Call) -> None:
        actor.at = call
        self._back.release()
        actor.gate.acquire()
        actor.at = None

    def _before_send(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        call = _call(request, event_name)
        actor = getattr(self._self, "actor", None)
        if actor is None or actor.free:
            self.calls.append(call)
            return None
        self._park(actor, call)
        return self._answer(actor.told, call, request, event_name)

    def _answer(self, told: Fault, call: Call, request: Any, event_name: str) -> AWSResponse | None:
        if told == "crash before":
            raise Crash
        if told == "throttle":
            return _refusal(request, call, 503)
        if told == "late":
            if call.writes:
                self.late.append(lambda: _apply(request, event_name).status_code)
            raise Crash
        self.calls.append(call)
        if told == "go":
            return None
        _apply(request, event_name)
        if told == "lost answer":
            return _refusal(request, call, 500)
        raise Crash


def without_waiting() -> Any:
    """What stands in for ``time`` where retries would sleep."""
    return SimpleNamespace(**{name: getattr(time, name) for name in dir(time)} | {"sleep": lambda _: None})


def _apply(request: Any, event_name: str) -> Any:
    from moto.core.models import botocore_stubber

    answer = botocore_stubber(event_name, request)
    if hasattr(request.body, "seek"):
        request.body.seek(0)
    return answer


def _refusal(request: Any, call: Call, status: int) -> AWSResponse:
    from moto.core.botocore_stubber import MockRawResponse

    if call.place == "table":
        code = "InternalServerError" if status == 500 else "ThrottlingException"
        body = f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}", "message": "as asked for"}}'
        headers = {"Content-Type": "application/x-amz-json-1.0"}
    else:
        code = "InternalError" if status == 500 else "SlowDown"
        body = (
            f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>as asked for</Message></Error>"
        )
        headers = {"Content-Type": "application/xml"}
    shown = 400 if code == "ThrottlingException" else status
    return AWSResponse(request.url, shown, headers, MockRawResponse(body))  # type: ignore[arg-type]


def _call(request: Any, event_name: str) -> Call:
    operation = event_name.rpartition(".")[2]
    if ".dynamodb." in event_name:
        return Call(operation, "table", " ".join(sorted(set(_partitions(json.loads(request.body))))))
    url = urlsplit(request.url)
    host_bucket = url.netloc.partition(".")[0]
    key = unquote(url.path[1:])
    if operation in _INVENTORY:
        key = parse_qs(url.query).get("prefix", [""])[0]
    first = "If-None-Match" in request.headers
    return Call(operation, "inbox" if "inbox" in host_bucket else "site", key, first)


def _partitions(asked: Any) -> Iterator[str]:
    """Every partition of the table that a request names, however deep."""
    if isinstance(asked, dict):
        for name, value in asked.items():
            if name in ("pk", ":pk"):
                yield value["S"]
            else:
                yield from _partitions(value)
    elif isinstance(asked, list):
        for value in asked:
            yield from _partitions(value)
