"""AWS clients, the clock, and the log of failed messages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TextIO

from botocore.config import Config
from botocore.session import Session

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


def make_client_factory() -> Callable[[str], Any]:
    """What makes clients by the name of their service; all of one session, which reads what they share once."""
    return partial(Session().create_client, config=_CONFIG)


def now() -> datetime:
    return datetime.now(UTC)


if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


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
    # Imported when something goes wrong: no cold start waits for it.
    import logging
    import sys

    from aws_lambda_powertools import Logger

    class StdoutHandler(logging.StreamHandler[TextIO]):
        """Writes to what ``sys.stdout`` is at that moment: one process may run several functions, each with a log."""

        @property
        def stream(self) -> TextIO:
            return sys.stdout

        @stream.setter
        def stream(self, _: TextIO) -> None:
            """The stream is never kept."""

    return Logger(logger_handler=StdoutHandler())
