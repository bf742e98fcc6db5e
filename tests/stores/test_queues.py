"""Messages of which SQS takes only some: those alone are sent again, and never more often than is bounded."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from colophon.problem import Unavailable
from colophon.stores.queues import MessageQueue

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
