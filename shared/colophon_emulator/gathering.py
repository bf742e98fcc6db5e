"""A queue whose reader waits for company: its batching window is so long that what belongs together comes together."""

import threading
import time
from typing import Protocol

# Lambda looks at a queue every second or so anyway: a shorter window gathers no more than that.
LONG_SECONDS = 2


class Source(Protocol):
    """What the dispatcher serves: a queue or a stream."""

    def step(self, hurry: bool) -> bool: ...

    def waiting(self) -> int: ...


class Gathering:
    """``source`` served only when its window of ``seconds`` is over; in a hurry when nothing else is to be done."""

    def __init__(self, source: Source, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._since: float | None = None
        self._turn = threading.Lock()

    def waiting(self) -> int:
        """Messages in the queue."""
        return self._source.waiting()

    def pressing(self) -> int:
        """Messages in the queue, once their time has come."""
        return self._source.waiting() if self.is_over() else 0

    def step(self, hurry: bool) -> bool:
        """Hands one batch to the function, if there is one and its time has come."""
        if not hurry and not self.is_over():
            return False
        self._since = None
        return self._source.step(hurry)

    def is_over(self) -> bool:
        """Whether something has waited for as long as the window is."""
        with self._turn:
            if not self._source.waiting():
                self._since = None
            elif self._since is None:
                self._since = time.monotonic()
            return self._since is not None and time.monotonic() - self._since >= self._seconds
