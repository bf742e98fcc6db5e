"""Messages of which SQS takes only some: those alone are sent again, and never more often than is bounded."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from colophon.problem import Unavailable
from colophon.stores.queues import MessageQueue, UnreadableTagsError, parse_tags

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/a-queue"
Answers = Callable[..., MessageQueue]


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """A queue that is sent these bodies, call after call, and each time does not take those at ``failed``."""
    monkeypatch.setattr("colophon.stores.queues.time.sleep", lambda _: None)
    client: Any = boto3.client("sqs", "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
    stubber = Stubber(client)

    def expect(*calls: tuple[str, tuple[int, ...]]) -> MessageQueue:
        for bodies, failed in calls:
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
            answer = {
                "Successful": [],
                "Failed": [{"Id": str(number), "SenderFault": False, "Code": "InternalError"} for number in failed],
            }
            stubber.add_response("send_message_batch", answer, {"QueueUrl": URL, "Entries": entries})
        stubber.activate()
        return MessageQueue(client, URL)

    yield expect
    stubber.assert_no_pending_responses()


def test_messages_that_were_not_taken_are_sent_again(queue: Answers) -> None:
    queue(("abcd", (1, 3)), ("bd", (0,)), ("b", ())).send(list("abcd"))


def test_after_three_attempts_the_queue_is_unavailable(queue: Answers) -> None:
    with pytest.raises(Unavailable, match="did not accept 1 messages"):
        queue(("ab", (0, 1)), ("ab", (1,)), ("b", (0,))).send(list("ab"))


def test_each_ten_messages_are_a_batch_of_their_own(queue: Answers) -> None:
    queue(("abcdefghij", (9,)), ("j", ()), ("kl", ())).send(list("abcdefghijkl"))


@pytest.mark.parametrize("tag", ["p:a/b", "l:en", "listings", "!", "~", "x" * 256])
def test_a_tag_that_cloudfront_takes_is_read(tag: str) -> None:
    assert parse_tags(json.dumps({"tags": ["c:a", tag]})) == ("c:a", tag)


@pytest.mark.parametrize("tag", ["", "a,b", "a b", "c:\u00e9", "a\n", "x" * 257, 5, None])
def test_a_tag_that_cloudfront_refuses_fails_its_message_alone(tag: object) -> None:
    """One such tag in an invalidation would have all of it refused, again and again."""
    with pytest.raises(UnreadableTagsError):
        parse_tags(json.dumps({"tags": ["c:a", tag]}))
