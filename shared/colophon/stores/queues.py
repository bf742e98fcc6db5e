"""SQS queues: refresh requests, and cache tags to purge."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from colophon.problem import Unavailable
from colophon.upload.messages import Ring, ring_body

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_BATCH = 10


class Bells:
    """One queue through one SQS client."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def ring(self, rings: Sequence[Ring]) -> None:
        """Send one message for each of ``rings``. Raises Unavailable unless all were taken."""
        self.send([ring_body(ring) for ring in rings])

    def send(self, bodies: Sequence[str]) -> None:
        """Send one message for each of ``bodies``. Raises Unavailable unless all were taken."""
        for start in range(0, len(bodies), _BATCH):
            entries = [
                {"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies[start : start + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if answer.get("Failed"):
                raise Unavailable(f"{len(answer['Failed'])} doorbells were not taken by {self._queue_url}")


if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# CloudFront: visible ASCII without commas, at most 256 characters ("What you need to know when invalidating tags").
_TAG = re.compile(r"[!-+\--~]{1,256}")
# The longest tags of so many take less than what SQS takes in one message, 256 KiB.
_AT_ONCE = 500


class UnreadableTagsError(ValueError):
    """A message that names no cache tags. Nobody but us sends any, so it is ours to look at."""


class PurgeQueue:
    """One queue through one SQS client."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, tags: Sequence[str]) -> None:
        """Send ``tags``, as a rule in one message; nothing when there are none."""
        for start in range(0, len(tags), _AT_ONCE):
            body = json.dumps({"tags": list(tags[start : start + _AT_ONCE])})
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)


def tags_in(body: str) -> tuple[str, ...]:
    """The tags that the message ``body`` names. Raises UnreadableTagsError when it is no such message."""
    try:
        tags = json.loads(body)["tags"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableTagsError(f"a body of {len(body)} characters names no tags") from error
    if not isinstance(tags, list) or not all(isinstance(tag, str) and _TAG.fullmatch(tag) for tag in tags):
        raise UnreadableTagsError("one of the tags is no tag that CloudFront takes")
    return tuple(tags)
