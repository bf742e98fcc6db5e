"""AWS clients, and the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.session import Session

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


def make_client_factory() -> Callable[[str], Any]:
    """A function from a service's name to its client. All clients share a session, which reads botocore's data once."""
    return partial(Session().create_client, config=_CONFIG)


def now() -> datetime:
    return datetime.now(UTC)
