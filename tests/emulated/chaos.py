"""Uploads in a random order, their events delivered never, once or several times, late, and between other work."""

import json
import random
from pathlib import Path
from typing import Any

from colophon.stores.inbox_folder import InboxFolder
from colophon_cli.local_stack import LocalStack
from tests.emulated.random_history import Step
from tests.emulated.stack_driver import StackDriver

_MOST_STEPS_BETWEEN = 4
_DRAFT = b"\n\nA line that the last version does not have.\n"


class Chaos:
    """The inbox of ``driver``, with its events kept back: they are delivered when, and as often as, chance has it."""

    def __init__(self, driver: StackDriver, chance: random.Random) -> None:
        self._driver, self._chance = driver, chance
        self._sqs = driver.stack.client("sqs")
        self._intake = driver.stack.outputs["IntakeQueueUrl"]
        self._held = redirect_events(driver.stack)
        self._to_deliver: list[str] = []

    def upload(self, inbox: Path) -> None:
        """Upload every file of ``inbox`` in a random order, some texts as a draft before."""
        keys = list(InboxFolder(inbox).keys())
        texts = [key for key in keys if key.endswith(".md")]
        coming = keys + self._chance.sample(texts, len(texts) // 4)
        self._chance.shuffle(coming)
        drafts = [key in coming[:place] for place, key in enumerate(coming)]
        uploads = zip(coming, drafts, strict=True)
        self.run([Step(key, (inbox / key).read_bytes() + _DRAFT * draft) for key, draft in reversed(list(uploads))])

    def run(self, steps: list[Step]) -> None:
        """Take ``steps`` one by one, and let the functions work in between.

        One request at the end names every key whose last change was never delivered.
        """
        deliveries: dict[str, int] = {}
        for step in steps:
            self._take(step)
            deliveries[step.key] = self._chance.randint(0, 3)
            self._to_deliver += self._events() * deliveries[step.key]
            self._work()
        while self._to_deliver:
            self._work()
        self._driver.send_message({"rings": [{"key": key} for key, copies in deliveries.items() if not copies]})
        self._driver.settle()

    def _take(self, step: Step) -> None:
        if step.content is None:
            self._driver.delete(step.key)
        else:
            self._driver.put(step.key, step.content)

    def _work(self) -> None:
        self._chance.shuffle(self._to_deliver)
        for _ in range(self._chance.randint(0, len(self._to_deliver))):
            self._sqs.send_message(QueueUrl=self._intake, MessageBody=self._to_deliver.pop())
        for _ in range(self._chance.randint(0, _MOST_STEPS_BETWEEN)):
            self._driver.stack.dispatcher.step()

    def _events(self) -> list[str]:
        bodies: list[str] = []
        while messages := self._sqs.receive_message(QueueUrl=self._held, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                bodies.append(message["Body"])
                self._sqs.delete_message(QueueUrl=self._held, ReceiptHandle=message["ReceiptHandle"])
        return [body for body in bodies if "Records" in json.loads(body)]


def redirect_events(stack: LocalStack) -> str:
    """Have S3 tell another queue what it would tell the intake queue, by the same events and filters; its URL."""
    sqs, s3 = stack.client("sqs"), stack.client("s3")
    url: str = sqs.create_queue(QueueName="held-back")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    configuration: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket=stack.inbox_bucket)
    configured = [{**each, "QueueArn": arn} for each in configuration["QueueConfigurations"]]
    s3.put_bucket_notification_configuration(
        Bucket=stack.inbox_bucket, NotificationConfiguration={"QueueConfigurations": configured}
    )
    return url
