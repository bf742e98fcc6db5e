"""The clock of the emulated CDN: real time, or a time that a test sets."""

import time
from collections.abc import Callable
from typing import TypeAlias

# Returns seconds since any fixed moment; must never go backwards.
Clock: TypeAlias = Callable[[], float]


def system_clock() -> float:
    """Seconds since 1970."""
    return time.time()


class ManualClock:
    """A clock that only moves when ``advance`` is called."""

    def __init__(self, now: float = 1_780_000_000.0) -> None:
        self._now = now

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._now += seconds
