"""CloudFront Functions on V8: the template's JavaScript, called with the events that CloudFront would send.

Sources for the events and for what a function may return: "CloudFront Functions event structure" and "Restrictions on
edge functions" in the CloudFront Developer Guide.

"""

import json
import threading
import weakref
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from py_mini_racer import JSEvalException, MiniRacer

MAX_CODE_BYTES = 10_240
_TIMEOUT_SECONDS = 1.0
# Headers that CloudFront hides from a function; a function that sets one makes the request fail.
_HIDDEN_HEADERS = frozenset(
    {"connection", "expect", "keep-alive", "trailer", "upgrade", "x-cache", "transfer-encoding"}
)
_HIDDEN_PREFIXES = ("proxy-", "x-accel-", "x-amz-cf-", "x-amzn-", "x-edge-")


class EdgeFunctionError(Exception):
    """The function threw, or returned what CloudFront refuses. Viewers would get a 503."""


class ViewerRequest(Struct, frozen=True):
    """A viewer's request. ``uri`` (the path) and ``query`` (without ``?``) are percent-encoded as sent.

    Header names are in lower case.
    """

    method: str
    uri: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class ViewerResponse(Struct, frozen=True):
    """The response to the viewer; header names are in lower case."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class EdgeFunction:
    """One function, compiled once. Thread-safe: calls run one after the other."""

    def __init__(self, name: str, code: str) -> None:
        """Raises EdgeFunctionError when ``code`` is larger than CloudFront allows, or not valid JavaScript."""
        if len(code.encode()) > MAX_CODE_BYTES:
            raise EdgeFunctionError(f"{name} is {len(code.encode())} bytes long; CloudFront allows {MAX_CODE_BYTES}.")
        self.name = name
        self._lock = threading.Lock()
        self._engine = MiniRacer()
        # V8's thread must end before the interpreter does: left to the garbage collector it blocks the exit.
        weakref.finalize(self, self._engine.close)
        self._run(code + "\n;''")

    def on_request(self, request: ViewerRequest) -> ViewerRequest | ViewerResponse:
        """Run a viewer-request event: returns the request to continue with, or a response to send at once."""
        returned = self._call({**_make_event("viewer-request"), "request": _describe_request(request)})
        if "statusCode" in returned:
            return self._parse_response(returned, b"")
        return ViewerRequest(request.method, str(returned["uri"]), request.query, request.headers)

    def on_response(self, request: ViewerRequest, response: ViewerResponse) -> ViewerResponse:
        """Run a viewer-response event: returns the response with a new status and headers. A function has no body."""
        described = {
            "statusCode": response.status,
            "statusDescription": response.reason,
            "headers": _describe_headers(response.headers),
            "cookies": {},
        }
        event = {**_make_event("viewer-response"), "request": _describe_request(request), "response": described}
        return self._parse_response(self._call(event), response.body)

    def _call(self, event: Mapping[str, Any]) -> dict[str, Any]:
        returned = json.loads(self._run(f"JSON.stringify(handler({json.dumps(event)})) || 'null'"))
        if not isinstance(returned, dict):
            raise EdgeFunctionError(f"{self.name} returned {returned!r} instead of a request or a response.")
        return returned

    def _run(self, code: str) -> str:
        try:
            with self._lock:
                return str(self._engine.eval(code, timeout_sec=_TIMEOUT_SECONDS))
        except JSEvalException as thrown:
            raise EdgeFunctionError(f"{self.name} failed: {thrown}") from thrown

    def _parse_response(self, returned: Mapping[str, Any], body: bytes) -> ViewerResponse:
        status, headers = returned["statusCode"], returned.get("headers", {})
        if not isinstance(status, int) or not 100 <= status <= 599:
            raise EdgeFunctionError(f"{self.name} set the status to {status!r}.")
        for name in headers:
            if name != name.lower() or _is_hidden(name):
                raise EdgeFunctionError(f"{self.name} set the header {name}, which CloudFront does not allow.")
        values = {name: str(header["value"]) for name, header in headers.items()}
        return ViewerResponse(status, returned.get("statusDescription") or "", values, body)


def _make_event(kind: str) -> dict[str, Any]:
    context = {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": kind,
        "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
    }
    return {"version": "1.0", "context": context, "viewer": {"ip": "198.51.100.11"}}


def _describe_request(request: ViewerRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "uri": request.uri,
        "querystring": _parse_query(request.query),
        "headers": _describe_headers(request.headers),
        "cookies": {},
    }


def _parse_query(query: str) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    return {name: _describe_values(given) for name, given in values.items()}


def _describe_values(given: list[str]) -> dict[str, Any]:
    first: dict[str, Any] = {"value": given[0]}
    return first if len(given) == 1 else {**first, "multiValue": [{"value": value} for value in given]}


def _describe_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in headers.items() if not _is_hidden(name)}


def _is_hidden(name: str) -> bool:
    return name in _HIDDEN_HEADERS or name.startswith(_HIDDEN_PREFIXES)
