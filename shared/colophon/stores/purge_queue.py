"""The queue of cache tags that the CDN is to forget."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
