"""SQS queues: refresh requests, and cache tags to purge."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from colophon.problem import Unavailable
from colophon.upload.messages import RefreshRequest, encode_message

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_BATCH = 10


class MessageQueue:
    """One queue through one SQS client."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def enqueue(self, requests: Sequence[RefreshRequest]) -> None:
        """Send one message for each of ``rings``. Raises Unavailable unless all were taken."""
        self.send([encode_message(request) for request in requests])

    def send(self, bodies: Sequence[str]) -> None:
        """Send one message for each of ``bodies``. Raises Unavailable unless all were taken."""
        for start in range(0, len(bodies), _BATCH):
            entries = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[start : start + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if answer.get("Failed"):
                raise Unavailable(f"{len(answer['Failed'])} doorbells were not taken by {self._queue_url}")


if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# CloudFront: visible ASCII without commas, at most 256 characters ("What you need to know when invalidating tags").
_TAG = re.compile(r"[!-+\--~]{1,256}")
# The longest tags of so many take less than what SQS takes in one message, 256 KiB.
_TAGS_PER_MESSAGE = 500


class UnreadableTagsError(ValueError):
    """A message that names no cache tags. Nobody but us sends any, so it is ours to look at."""


class PurgeQueue:
    """One queue through one SQS client."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, tags: Sequence[str]) -> None:
        """Send ``tags``, as a rule in one message; nothing when there are none."""
        for start in range(0, len(tags), _TAGS_PER_MESSAGE):
            body = json.dumps({"tags": list(tags[start : start + _TAGS_PER_MESSAGE])})
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)


def parse_tags(body: str) -> tuple[str, ...]:
    """The tags that the message ``body`` names. Raises UnreadableTagsError when it is no such message."""
    try:
        tags = json.loads(body)["tags"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableTagsError(f"a body of {len(body)} characters names no tags") from error
    if not isinstance(tags, list) or not all(isinstance(tag, str) and _TAG.fullmatch(tag) for tag in tags):
        raise UnreadableTagsError("one of the tags is no tag that CloudFront takes")
    return tuple(tags)
