"""Batches in which one part may fail and takes no other with it: what Lambda is told of, and what the log is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

Record = Mapping[str, Any]
Report = dict[str, list[dict[str, str]]]


def one_by_one(
    records: Iterable[Record], known_by: Callable[[Record], str], answer: Callable[[Record], None]
) -> Report:
    """Answer each of ``records``; what could not be answered is in the report that Lambda gets, ``known_by`` what it
    knows a record by. Source: AWS Lambda Developer Guide, "Implementing partial batch responses".
    """
    failed = []
    for record in records:
        try:
            answer(record)
        except Exception:
            failed.append({"itemIdentifier": known_by(record)})
    return {"batchItemFailures": failed}


def message_id(record: Record) -> str:
    """What Lambda knows a message of SQS by."""
    return str(record["messageId"])


def sequence_number(record: Record) -> str:
    """What Lambda knows a record of a table's stream by."""
    return str(record["dynamodb"]["SequenceNumber"])


@contextmanager
def failures_told(subject: str) -> Iterator[None]:
    """Log what goes wrong with ``subject`` before it goes on its way: a batch's partial failures say nothing of why."""
    try:
        yield
    except Exception:
        _logger().exception("could not be answered for; it comes back", extra={"subject": subject})
        raise


@cache
def _logger() -> "Logger":
    # Imported when something goes wrong: it takes as long as all of the rooms together.
    from aws_lambda_powertools import Logger

    return Logger()
