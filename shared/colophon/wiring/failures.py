"""The log of what went wrong: a batch's partial failures say nothing of why."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@contextmanager
def failures_told(subject: str) -> Iterator[None]:
    """Log what goes wrong with ``subject`` before it goes on its way."""
    try:
        yield
    except Exception:
        _logger().exception("could not be answered for; it comes back", extra={"subject": subject})
        raise


@cache
def _logger() -> "Logger":
    # Imported when something goes wrong: no cold start waits for it.
    from aws_lambda_powertools import Logger

    return Logger()
