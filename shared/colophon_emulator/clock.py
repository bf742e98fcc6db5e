"""The clocks of the emulation: real time, or a time that a test sets."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TypeAlias

from moto.core import utils
from moto.dynamodb.models import table
from moto.s3 import models as s3_models

from colophon_emulator.lock import patch

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


@contextmanager
def set_service_times(clock: Clock) -> Iterator[None]:
    """Within the block, moto's S3, SQS and DynamoDB take the time from ``clock``."""

    def utcnow() -> datetime:
        return datetime.fromtimestamp(clock(), UTC).replace(tzinfo=None)

    with ExitStack() as patches:
        for module in (utils, s3_models, table):
            patches.enter_context(patch(module, "utcnow", utcnow))
        yield
