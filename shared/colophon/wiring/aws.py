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
def log_failures(subject: str) -> Iterator[None]:
    """Log an exception with its cause and ``subject``, the message or row that failed, and raise it again."""
    try:
        yield
    except Exception:
        _logger().exception("Message failed; it will be retried.", extra={"subject": subject})
        raise


@cache
def _logger() -> "Logger":
    # Not at the top: cold starts do not wait for it.
    from aws_lambda_powertools import Logger

    return Logger()
