"""One lock for the whole emulation, because moto is not thread-safe and AWS is.

Without it two conditional writes at the same time can both succeed, and updates are lost. Requests from this process
and from the HTTP endpoint take the same lock. It is reentrant: a put sends its event while it holds the lock.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

LOCK = threading.RLock()


@contextmanager
def patch(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Set ``owner.name`` to ``value`` within the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def serialize_requests() -> Iterator[None]:
    """Within the block, hold the lock while moto answers a request of this process."""
    process = BotocoreStubber.process_request

    def process_locked(stubber: BotocoreStubber, request: Any) -> Any:
        with LOCK:
            return process(stubber, request)

    with patch(BotocoreStubber, "process_request", process_locked):
        yield
