"""One lock around the whole emulation: moto keeps no promise to threads, AWS does.

Without it two conditional writes at once can both win, and updates are lost. Requests from this process and from the
HTTP endpoint pass through the same lock, one at a time. It is reentrant, since a put sends its event from within.
"""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

LOCK = threading.RLock()


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """``owner.name`` is ``value`` for the time of the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def requests_one_at_a_time() -> Iterator[None]:
    """Every request of this process that moto answers is answered under the lock."""
    from moto.core.botocore_stubber import BotocoreStubber

    answer = BotocoreStubber.process_request

    def answer_locked(stubber: BotocoreStubber, request: Any) -> Any:
        with LOCK:
            return answer(stubber, request)

    with replaced(BotocoreStubber, "process_request", answer_locked):
        yield


class LockedApplication:
    """A WSGI application whose requests wait for the lock; a slow sender does not hold it."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"] = io.BytesIO(_whole_body(environ))
        environ["wsgi.input_terminated"] = True
        with LOCK:
            answer = self._application(environ, start_response)
            try:
                return list(answer)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()


def _whole_body(environ: dict[str, Any]) -> bytes:
    sent: io.BufferedIOBase = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return sent.read()
    return sent.read(int(environ.get("CONTENT_LENGTH") or 0))
