"""Clients of AWS, and the clock. Each call makes a session anew; whoever calls keeps what it built."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.session import Session

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


def clients() -> Callable[[str], Any]:
    """What makes clients by the name of their service; all of one session, which reads what they share once."""
    return partial(Session().create_client, config=_CONFIG)


def now() -> datetime:
    return datetime.now(UTC)
