"""The functions' log: one line of JSON for each answer, failure and measurement.

Every line has the request id and the uploads that the work follows from, so that one upload can be followed across the
functions. They are printed without a logging library: cold starts do not wait for one.
"""

import json
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, Protocol

from msgspec import Struct

from colophon.metrics import Measures, metric_fields
from colophon.settings import Settings
from colophon.trace import Trace, follow, get_trace
from colophon.verbs.answers import Answer
from colophon.wiring.aws import now


class Context(Protocol):
    """What is read of Lambda's context object."""

    @property
    def aws_request_id(self) -> str: ...


class _Invocation(Struct, frozen=True):
    request_id: str = ""
    started: float = 0.0


_NO_INVOCATION = _Invocation()
_invocation: ContextVar[_Invocation] = ContextVar("invocation", default=_NO_INVOCATION)


@contextmanager
def log_invocation(context: Context) -> Iterator[None]:
    """Within the block, lines have the request id of ``context``, and milliseconds count from here."""
    token = _invocation.set(_Invocation(context.aws_request_id, time.perf_counter()))
    try:
        yield
    finally:
        _invocation.reset(token)


@contextmanager
def log_failures(subject: str, trace: Trace | None = None) -> Iterator[None]:
    """Log an exception with its cause and ``subject``, the message or row that failed, and raise it again.

    ``trace`` is what the block follows from, None for what the block around it does.
    """
    with follow(trace or get_trace()):
        try:
            yield
        except Exception as error:
            fields = {"subject": subject, "exception_name": type(error).__name__, "exception": traceback.format_exc()}
            _print_line("ERROR", "Message failed; it will be retried.", fields)
            raise


class FunctionLog:
    """The lines of a function of ``stack`` about what it did. Their milliseconds count from the invocation's start."""

    def __init__(self, stack: str) -> None:
        self._stack = stack

    def log_answer(self, answer: Answer) -> None:
        """Log an answer that is recorded."""
        fields = {"key": answer.key, "version": answer.version, "state": answer.state, "rev": answer.rev}
        self.log_work("Answered.", answer.measures, **fields)

    def log_without_room(self, key: str) -> None:
        """Log ``key``, whose row has no room in its post's item."""
        self.log_work("The post's item has no room for this key.", {"KeysWithoutRoom": 1}, key=key)

    def log_work(self, message: str, measures: Measures, **fields: Any) -> None:
        """Log what was done, with what was measured of it."""
        elapsed = round((time.perf_counter() - _invocation.get().started) * 1000)
        metrics = metric_fields(measures, self._stack, now())
        _print_line("INFO", message, {**fields, "milliseconds": elapsed, **metrics})


def log_warning(sentence: str) -> None:
    """Log ``sentence``, which an operator should know."""
    _print_line("WARN", sentence, {})


def make_log(settings: Settings) -> FunctionLog:
    return FunctionLog(settings.stack)


def seconds_since(name: Literal["SecondsToUnlisted", "SecondsToPurged"], since: float) -> Measures:
    """The time since the moment ``since``, in seconds since 1970; no measure if it is 0, which is unknown."""
    return {name: max(0.0, round(now().timestamp() - since, 3))} if since else {}


def _print_line(level: str, message: str, fields: dict[str, Any]) -> None:
    """Print one line. Lambda reads ``level`` and ``timestamp`` ("Configuring advanced logging controls")."""
    moment = now().isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    head = {"level": level, "timestamp": moment, "message": message, "request_id": _invocation.get().request_id}
    line = json.dumps({**head, "trace": list(get_trace().ids), **fields}, ensure_ascii=False)
    # As in a report: a key may hold half of a surrogate pair, which is no UTF-8.
    sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")
