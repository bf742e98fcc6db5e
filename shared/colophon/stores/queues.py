"""The SQS queues: refresh requests, and cache tags to purge."""

import json
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from colophon.problem import Unavailable
from colophon.trace import get_trace, trace_fields
from colophon.upload.messages import RefreshRequest, encode_message

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# SendMessageBatch takes ten messages.
_MESSAGES_PER_CALL = 10
_MAX_ATTEMPTS = 3
# CloudFront: visible ASCII without commas, at most 256 characters ("What you need to know when invalidating tags").
_TAG = re.compile(r"[!-+\--~]{1,256}")
# With the longest tags, a message stays below SQS's limit of 256 KiB.
_TAGS_PER_MESSAGE = 500


class MessageQueue:
    """A queue of refresh requests, or of listing groups."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def enqueue(self, requests: Sequence[RefreshRequest]) -> None:
        """Send one message for each of ``requests``. Raises Unavailable unless SQS accepts all of them."""
        trace = get_trace()
        self.send([encode_message(request, trace) for request in requests])

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        """Send one message for each of ``bodies``, for readers to get after ``delay`` seconds, 900 at most.

        Raises Unavailable unless SQS accepts all of them.
        """
        for start in range(0, len(bodies), _MESSAGES_PER_CALL):
            self._send_batch(bodies[start : start + _MESSAGES_PER_CALL], delay)

    def _send_batch(self, bodies: Sequence[str], delay: int) -> None:
        """An answer of 200 may name messages that SQS did not take; botocore does not send those again."""
        remaining = list(bodies)
        for attempt in range(_MAX_ATTEMPTS):
            if attempt:
                time.sleep(0.05 * 2 ** (attempt - 1))
            more = {"DelaySeconds": delay} if delay else {}
            entries = [{"Id": str(number), "MessageBody": body, **more} for number, body in enumerate(remaining)]
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            remaining = [remaining[int(failed["Id"])] for failed in answer.get("Failed", ())]
            if not remaining:
                return
        raise Unavailable(f"{self._queue_url} did not accept {len(remaining)} messages")


class UnreadableTagsError(ValueError):
    """A message of the purge queue without valid cache tags. Only Colophon sends such messages, so it is a bug."""


class PurgeQueue:
    """The queue of cache tags to purge."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, tags: Sequence[str]) -> None:
        """Send ``tags``, usually in one message; no message if there are none."""
        for start in range(0, len(tags), _TAGS_PER_MESSAGE):
            some = list(tags[start : start + _TAGS_PER_MESSAGE])
            body = json.dumps({"tags": some, **trace_fields(get_trace())})
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)


def parse_tags(body: str) -> tuple[str, ...]:
    """The tags in the message ``body``. Raises UnreadableTagsError."""
    try:
        tags = json.loads(body)["tags"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableTagsError(f"the body of {len(body)} characters has no tags") from error
    if not isinstance(tags, list) or not all(isinstance(tag, str) and _TAG.fullmatch(tag) for tag in tags):
        raise UnreadableTagsError("one of the tags is not valid for CloudFront")
    return tuple(tags)
