"""AWS clients, the clock, and the log of failed messages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


def make_client_factory() -> Callable[[str], Any]:
    """A function from a service's name to its client. All clients share a session, which reads botocore's data once."""
    return partial(Session().create_client, config=_CONFIG)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def log_failures(message_id: str) -> Iterator[None]:
    """Log what goes wrong with ``subject`` before it goes on its way."""
    try:
        yield
    except Exception:
        _logger().exception("could not be answered for; it comes back", extra={"subject": message_id})
        raise


@cache
def _logger() -> "Logger":
    # Not at the top: cold starts do not wait for it.
    from aws_lambda_powertools import Logger

    return Logger()
