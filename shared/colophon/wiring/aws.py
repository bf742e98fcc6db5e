"""AWS clients, the clock, and the log of failed messages."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_METRIC = "KeysWithoutRoom"
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


def make_client_factory(connections: int = 10) -> Callable[[str], Any]:
    """A function from a service's name to its client. All clients share a session, which reads botocore's data once.

    Each client keeps up to ``connections`` open for calls that are made at the same time (10 is botocore's default).
    """
    config = _CONFIG.merge(Config(max_pool_connections=connections))
    return partial(Session().create_client, config=config)


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


def count_without_room(table: str, key: str) -> None:
    """Count ``key``, whose row has no room in its post's item of ``table``, in the metric that an alarm watches.

    CloudWatch takes it from the log (user guide, "Embedded metric format specification"): it costs no call.
    """
    metric = {"Namespace": "Colophon", "Dimensions": [["Table"]], "Metrics": [{"Name": _METRIC, "Unit": "Count"}]}
    now_in_ms = int(now().timestamp() * 1000)
    line = {"_aws": {"Timestamp": now_in_ms, "CloudWatchMetrics": [metric]}, "Table": table, _METRIC: 1, "key": key}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


@cache
def _logger() -> "Logger":
    # Not at the top: cold starts do not wait for it.
    from aws_lambda_powertools import Logger

    return Logger()
