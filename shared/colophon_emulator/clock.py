"""The emulation's clock: real time, or a time that a test sets."""

import time
from collections.abc import Callable
from typing import TypeAlias

# Seconds since some fixed moment; never fewer than before.
Clock: TypeAlias = Callable[[], float]


def system_clock() -> float:
    """Seconds since 1970."""
    return time.time()


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_780_000_000.0) -> None:
        self._now = now

    def __call__(self) -> float:
        return self._now

    def move(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._now += seconds
