"""The queues of a stack that its own functions read."""

from typing import Any

from colophon.cli.target import Target

_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


def queue_url(target: Target, part: str) -> str:
    """The queue of this part of the stack: its name says so, and its bucket's name says which stack it is."""
    name = target.inbox_bucket.replace("colophon-inbox-", f"colophon-{part}-", 1)
    url: str = target.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return url


def waiting_in(sqs: Any, url: str) -> int:
    """How many messages wait in a queue or are being answered, roughly as SQS counts."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
    return sum(int(attributes[name]) for name in _COUNTS)
