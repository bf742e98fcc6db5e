"""Uploads in a random order, their events delivered never, once or several times, late, and between other work."""

import json
import random
from pathlib import Path
from typing import Any

from colophon.stores.inbox_folder import InboxFolder
from colophon_cli.local_stack import LocalStack
from tests.emulated.desk import Desk
from tests.emulated.walks import Step

_MOST_STEPS_BETWEEN = 4
_DRAFT = b"\n\nA line that the last version does not have.\n"


class Shaken:
    """The inbox of ``desk``, with its events kept back: they are delivered when, and as often as, chance has it."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self._desk, self._chance = desk, chance
        self._sqs = desk.stack.client("sqs")
        self._intake = desk.stack.outputs["IntakeQueueUrl"]
        self._held = _events_to_a_queue_of_their_own(desk.stack)
        self._to_deliver: list[str] = []

    def upload(self, inbox: Path) -> None:
        """Upload every file of ``inbox`` in a random order, some texts as a draft before."""
        keys = list(InboxFolder(inbox).keys())
        texts = [key for key in keys if key.endswith(".md")]
        coming = keys + self._chance.sample(texts, len(texts) // 4)
        self._chance.shuffle(coming)
        drafts = [key in coming[:place] for place, key in enumerate(coming)]
        uploads = zip(coming, drafts, strict=True)
        self.live([Step(key, (inbox / key).read_bytes() + _DRAFT * draft) for key, draft in reversed(list(uploads))])

    def live(self, steps: list[Step]) -> None:
        """Take ``steps`` one by one, and let the functions work in between.

        One ring at the end names every key of whose last change nothing was ever delivered.
        """
        told: dict[str, int] = {}
        for step in steps:
            self._take(step)
            told[step.key] = self._chance.randint(0, 3)
            self._to_deliver += self._events() * told[step.key]
            self._work()
        while self._to_deliver:
            self._work()
        self._desk.ring({"rings": [{"key": key} for key, copies in told.items() if not copies]})
        self._desk.settle()

    def _take(self, step: Step) -> None:
        if step.content is None:
            self._desk.delete(step.key)
        else:
            self._desk.put(step.key, step.content)

    def _work(self) -> None:
        self._chance.shuffle(self._to_deliver)
        for _ in range(self._chance.randint(0, len(self._to_deliver))):
            self._sqs.send_message(QueueUrl=self._intake, MessageBody=self._to_deliver.pop())
        for _ in range(self._chance.randint(0, _MOST_STEPS_BETWEEN)):
            self._desk.stack.dispatcher.step()

    def _events(self) -> list[str]:
        bodies: list[str] = []
        while messages := self._sqs.receive_message(QueueUrl=self._held, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                bodies.append(message["Body"])
                self._sqs.delete_message(QueueUrl=self._held, ReceiptHandle=message["ReceiptHandle"])
        return [body for body in bodies if "Records" in json.loads(body)]


def _events_to_a_queue_of_their_own(stack: LocalStack) -> str:
    """Have S3 tell another queue what it would tell the intake queue, by the same events and filters; its URL."""
    sqs, s3 = stack.client("sqs"), stack.client("s3")
    url: str = sqs.create_queue(QueueName="held-back")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket=stack.inbox_bucket)
    configured = [{**each, "QueueArn": arn} for each in told["QueueConfigurations"]]
    s3.put_bucket_notification_configuration(
        Bucket=stack.inbox_bucket, NotificationConfiguration={"QueueConfigurations": configured}
    )
    return url
