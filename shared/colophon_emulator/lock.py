"""One lock around the whole emulation: moto keeps no promise to threads, AWS does.

Without it two conditional writes at once can both win, and updates are lost. Requests from this process and from the
HTTP endpoint pass through the same lock, one at a time. It is reentrant, since a put sends its event from within.
"""

import threading
from collections.abc import Iterator
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
