"""AWS clients, and the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore import __version__
from botocore.config import Config
from botocore.session import Session

# botocore describes itself and the machine for each call, unless it is told a name: that took a fifth of a call's
# processor time.
_NAME = f"colophon botocore/{__version__}"
# A call that gets no answer ends, with all its attempts, before the function does: the message fails by itself, with a
# line in the log, and not with its batch.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=10, user_agent=_NAME
)
# For a function with a short time-out: its messages are delivered again after two minutes.
BRIEF = Config(
    retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=6, user_agent=_NAME
)


def make_client_factory(config: Config = _CONFIG, connections: int = 10) -> Callable[[str], Any]:
    """A function from a service's name to its client. All clients share a session, which reads botocore's data once.

    Each client keeps up to ``connections`` open for calls that are made at the same time (10 is botocore's default).
    """
    config = config.merge(Config(max_pool_connections=connections))
    return partial(Session().create_client, config=config)


def now() -> datetime:
    return datetime.now(UTC)
