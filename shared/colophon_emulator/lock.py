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
    # A class's own attribute as it stands there: read through the class, a static method would lose what makes it one.
    own = vars(owner) if isinstance(owner, type) else {}
    before = own[name] if name in own else getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def release_lock() -> Iterator[None]:
    """Within the block, let other threads have the lock, which this one holds.

    A function that is invoked within a request makes requests of its own, in threads of its own, too.
    """
    # What threading.Condition does to wait.
    state = LOCK._release_save()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        LOCK._acquire_restore(state)  # type: ignore[attr-defined]


@contextmanager
def serialize_requests() -> Iterator[None]:
    """Within the block, hold the lock while moto answers a request of this process."""
    process = BotocoreStubber.process_request

    def process_locked(stubber: BotocoreStubber, request: Any) -> Any:
        with LOCK:
            return process(stubber, request)

    with patch(BotocoreStubber, "process_request", process_locked):
        yield
