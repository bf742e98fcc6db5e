"""CloudFront Functions on V8: the template's own JavaScript, called with the events that CloudFront would send.

Event structure, and what a function may return: CloudFront Developer Guide, "CloudFront Functions event structure"
and "Restrictions on edge functions".

"""

import json
import threading
import weakref
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from py_mini_racer import JSEvalException, MiniRacer

MAX_CODE_BYTES = 10_240
_SECONDS = 1.0
# Headers that CloudFront does not show to a function, and fails the request for when a function sets them.
_FORBIDDEN = frozenset({"connection", "expect", "keep-alive", "trailer", "upgrade", "x-cache", "transfer-encoding"})
_FORBIDDEN_STARTS = ("proxy-", "x-accel-", "x-amz-cf-", "x-amzn-", "x-edge-")


class EdgeFault(Exception):
    """The function threw, or returned what CloudFront refuses. Readers would get a 503."""


class Request(Struct, frozen=True):
    """A reader's request. ``uri`` is the path as sent, percent-encoded; ``query`` likewise, without its question mark;
    header names are in lower case."""

    method: str
    uri: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Answer(Struct, frozen=True):
    """What goes back to the reader; header names are in lower case."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class EdgeFunction:
    """One function, compiled once. Calls from several threads wait for each other."""

    def __init__(self, name: str, code: str) -> None:
        """Raises EdgeFault when ``code`` is larger than CloudFront takes, or is no JavaScript."""
        if len(code.encode()) > MAX_CODE_BYTES:
            raise EdgeFault(f"{name} is {len(code.encode())} bytes long; CloudFront takes {MAX_CODE_BYTES}.")
        self.name = name
        self._turn = threading.Lock()
        self._engine = MiniRacer()
        # V8's thread must end before the interpreter does: left to the garbage collector it hangs the exit.
        weakref.finalize(self, self._engine.close)
        self._run(code + "\n;''")

    def on_request(self, request: Request) -> Request | Answer:
        """A viewer-request event: the request to go on with, or the answer that ends it."""
        returned = self._call({**_event("viewer-request"), "request": _request(request)})
        if "statusCode" in returned:
            return self._answer(returned, b"")
        return Request(request.method, str(returned["uri"]), request.query, request.headers)

    def on_response(self, request: Request, answer: Answer) -> Answer:
        """A viewer-response event: the answer with another status and other headers; a function never sees the body."""
        response = {
            "statusCode": answer.status,
            "statusDescription": answer.reason,
            "headers": _headers(answer.headers),
            "cookies": {},
        }
        event = {**_event("viewer-response"), "request": _request(request), "response": response}
        return self._answer(self._call(event), answer.body)

    def _call(self, event: Mapping[str, Any]) -> dict[str, Any]:
        returned = json.loads(self._run(f"JSON.stringify(handler({json.dumps(event)})) || 'null'"))
        if not isinstance(returned, dict):
            raise EdgeFault(f"{self.name} returned {returned!r} instead of a request or a response.")
        return returned

    def _run(self, code: str) -> str:
        try:
            with self._turn:
                return str(self._engine.eval(code, timeout_sec=_SECONDS))
        except JSEvalException as thrown:
            raise EdgeFault(f"{self.name} failed: {thrown}") from thrown

    def _answer(self, returned: Mapping[str, Any], body: bytes) -> Answer:
        status, headers = returned["statusCode"], returned.get("headers", {})
        if not isinstance(status, int) or not 100 <= status <= 599:
            raise EdgeFault(f"{self.name} set the status to {status!r}.")
        for name in headers:
            if name != name.lower() or _hidden(name):
                raise EdgeFault(f"{self.name} set the header {name}, which CloudFront does not allow.")
        values = {name: str(header["value"]) for name, header in headers.items()}
        return Answer(status, returned.get("statusDescription") or "", values, body)


def _event(kind: str) -> dict[str, Any]:
    context = {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": kind,
        "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
    }
    return {"version": "1.0", "context": context, "viewer": {"ip": "198.51.100.11"}}


def _request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "uri": request.uri,
        "querystring": _querystring(request.query),
        "headers": _headers(request.headers),
        "cookies": {},
    }


def _querystring(query: str) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    return {name: _several(given) for name, given in values.items()}


def _several(given: list[str]) -> dict[str, Any]:
    first: dict[str, Any] = {"value": given[0]}
    return first if len(given) == 1 else {**first, "multiValue": [{"value": value} for value in given]}


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in headers.items() if not _hidden(name)}


def _hidden(name: str) -> bool:
    return name in _FORBIDDEN or name.startswith(_FORBIDDEN_STARTS)
