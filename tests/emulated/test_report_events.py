"""Reports as events of an SNS topic: S3 sends them, and what a subscriber reads is the report."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest

from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.open_stack import watch
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, withdrawal_file

CLINIC = Clinic("sorae")


@pytest.fixture
def driver() -> Iterator[StackDriver]:
    with LocalStack(TEMPLATE, parameters={"ReportTopic": "yes"}, clock=ManualClock()) as stack:
        failures = watch(stack)
        yield StackDriver(stack, "")
        assert failures.found() == []


@pytest.fixture
def subscriber(driver: StackDriver) -> str:
    """The URL of a queue of one's own that the topic sends to."""
    sqs, topic = driver.stack.client("sqs"), driver.stack.outputs["ReportTopicArn"]
    url: str = sqs.create_queue(QueueName="outcomes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    driver.stack.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def _events(driver: StackDriver, url: str) -> Iterator[dict[str, Any]]:
    sqs = driver.stack.client("sqs")
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            envelope = json.loads(message["Body"])
            assert envelope["Subject"] == "Amazon S3 Notification"
            yield from json.loads(envelope["Message"])["Records"]


def test_every_report_is_an_event_and_starts_nothing(driver: StackDriver, subscriber: str) -> None:
    post = CLINIC.post()
    uploads = {"site.yaml": SITE, CLINIC.key: CLINIC.record(), post.key("en.md"): edition()}
    for key, content in uploads.items():
        driver.put(key, content)
    driver.settle()
    seen = {unquote_plus(event["s3"]["object"]["key"]) for event in _events(driver, subscriber)}
    assert seen == {f"reports/{key}.json" for key in uploads}
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    events = list(_events(driver, subscriber))
    keys = {unquote_plus(event["s3"]["object"]["key"]) for event in events}
    assert keys == {f"reports/{post.key(file)}.json" for file in ("en.md", "withdrawal.yaml")}
    assert {event["eventName"] for event in events} == {"ObjectCreated:Put"}
    assert driver.state(post.key("en.md")) == "withdrawn"
    calls = driver.stack.dispatcher.invocations.total()
    driver.settle()
    assert driver.stack.dispatcher.invocations.total() == calls
    assert list(_events(driver, subscriber)) == []
