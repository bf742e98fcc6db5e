"""What was given up on is told of and sent again, and never lost on the way."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.stream_source import encode_failure_record
from colophon_ops.redrive import list_dead_letter_queues, receive_dead_letters, redrive, release
from colophon_ops.target import Target
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition

CLINIC = Clinic("sorae")
POST = CLINIC.post()
KEY = POST.key("en.md")


@pytest.fixture
def driver() -> Iterator[StackDriver]:
    """A stack in which something may fail: a site, a clinic, no post."""
    with LocalStack(TEMPLATE) as stack, serve_site(stack, 0) as server:
        driver = StackDriver(stack, server.url)
        driver.put("site.yaml", SITE)
        driver.put(CLINIC.key, CLINIC.record())
        driver.settle()
        yield driver


@pytest.fixture
def target(driver: StackDriver) -> Target:
    session = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    stack = driver.stack
    return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, driver.site_url, session)


def sqs(driver: StackDriver) -> Any:
    return driver.stack.client("sqs")


def dead_letter_queue_url(target: Target, kind: str) -> str:
    """The address of one of the queues of what was given up on."""
    return next(queue.url for queue in list_dead_letter_queues(target) if kind in queue.name)


def make_dead_letters(driver: StackDriver, target: Target) -> None:
    """An upload whose message is a dead letter, moved as SQS would move it."""
    intake = driver.stack.outputs["IntakeQueueUrl"]
    driver.put(KEY, edition())
    (message,) = sqs(driver).receive_message(QueueUrl=intake)["Messages"]
    sqs(driver).send_message(QueueUrl=dead_letter_queue_url(target, "IntakeDead"), MessageBody=message["Body"])
    sqs(driver).delete_message(QueueUrl=intake, ReceiptHandle=message["ReceiptHandle"])
    driver.settle()
    with pytest.raises(KeyError):
        driver.report(KEY)


def messages_left(driver: StackDriver) -> dict[str, list[str]]:
    return driver.stack.dispatcher.dead_letters()


def test_every_queue_that_nothing_reads_is_known_with_where_its_messages_came_from(target: Target) -> None:
    known = {queue.name: bool(queue.source) for queue in list_dead_letter_queues(target)}
    assert {"IntakeDead", "ImageDead", "ListingDead"} <= {
        kind for name in known for kind in _parts(name) if known[name]
    }
    assert {"RelistFailed", "ReportFailed"} == {kind for name in known for kind in _parts(name) if not known[name]}


def _parts(name: str) -> list[str]:
    kinds = ("IntakeDead", "ImageDead", "ListingDead", "PurgeDead", "RelistFailed", "ReportFailed")
    return [kind for kind in kinds if kind in name]


def test_a_message_is_listed_by_its_keys_and_handled_when_it_is_sent_again(driver: StackDriver, target: Target) -> None:
    make_dead_letters(driver, target)
    (letter,) = receive_dead_letters(target)
    assert (letter.about, letter.keys, letter.can_be_sent) == ("uploads", (KEY,), True)
    steps: list[int] = []
    done = redrive(target, [letter], steps.append)
    assert (done.sent, done.left, steps, messages_left(driver)) == ((letter,), (), [1], {})
    driver.settle()
    assert driver.state(KEY) == "live"


def test_a_foreign_message_stays_in_the_dead_letter_queue(driver: StackDriver, target: Target) -> None:
    make_dead_letters(driver, target)
    sqs(driver).send_message(
        QueueUrl=dead_letter_queue_url(target, "IntakeDead"), MessageBody='{"who": "nobody knows"}'
    )
    done = redrive(target, receive_dead_letters(target), lambda _: None)
    assert [letter.about for letter in done.left] == ["nothing known"]
    driver.settle()
    assert driver.state(KEY) == "live"
    assert messages_left(driver) == {"IntakeDeadQueue": ['{"who": "nobody knows"}']}
    assert len(receive_dead_letters(target)) == 1


def test_what_its_queue_does_not_take_stays_where_it_was(driver: StackDriver, target: Target) -> None:
    make_dead_letters(driver, target)
    (letter,) = receive_dead_letters(target)
    nowhere = replace(letter, queue=replace(letter.queue, source=letter.queue.source + "-nowhere"))
    with pytest.raises(ClientError):
        redrive(target, [nowhere], lambda _: None)
    assert [
        json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in messages_left(driver)["IntakeDeadQueue"]
    ] == [KEY]
    release(target, [letter])
    assert len(receive_dead_letters(target)) == 1


def test_a_message_that_comes_twice_changes_nothing(driver: StackDriver, target: Target) -> None:
    make_dead_letters(driver, target)
    letters = receive_dead_letters(target)
    for letter in letters:
        sqs(driver).send_message(QueueUrl=letter.queue.source, MessageBody=letter.body)
    redrive(target, letters, lambda _: None)
    driver.settle()
    assert driver.state(KEY) == "live"
    assert messages_left(driver) == {}


def test_redrive_repeats_what_a_stream_reader_gave_up_on(driver: StackDriver, target: Target) -> None:
    make_dead_letters(driver, target)
    sqs(driver).purge_queue(QueueUrl=dead_letter_queue_url(target, "IntakeDead"))
    driver.stack.client("s3").delete_object(Bucket=driver.stack.inbox_bucket, Key=f"reports/{CLINIC.key}.json")
    told = {"dynamodb": {"SequenceNumber": "1", "ApproximateCreationDateTime": 0.0}}
    for queue in ("RelistFailed", "ReportFailed"):
        note = encode_failure_record("arn:a-function", "arn:a-stream", [told], 11, time.time())
        sqs(driver).send_message(QueueUrl=dead_letter_queue_url(target, queue), MessageBody=note)
    letters = receive_dead_letters(target)
    assert [letter.about for letter in letters] == ["a stream", "a stream"]
    assert redrive(target, letters, lambda _: None).left == ()
    driver.settle()
    assert (driver.state(CLINIC.key), driver.state(KEY), messages_left(driver)) == ("live", "live", {})


def test_what_can_not_be_read_after_a_failure_note_is_named(driver: StackDriver, target: Target) -> None:
    damaged = {
        "pk": {"S": f"post#{POST.clinic}/{POST.name}"},
        "sk": {"S": "post"},
        "L#en": {"M": {"row": {"S": "cut"}}},
    }
    driver.put(KEY, edition())
    driver.settle()
    driver.stack.client("dynamodb").put_item(TableName=target.table, Item=damaged)
    told = {"dynamodb": {"SequenceNumber": "1", "ApproximateCreationDateTime": 0.0}}
    note = encode_failure_record("arn:a-function", "arn:a-stream", [told], 11, time.time())
    sqs(driver).send_message(QueueUrl=dead_letter_queue_url(target, "RelistFailed"), MessageBody=note)
    (warning,) = redrive(target, receive_dead_letters(target), lambda _: None).warnings
    assert f"pk “post#{POST.clinic}/{POST.name}”" in warning


def test_the_command_only_says_what_is_there_when_asked_to(
    driver: StackDriver, target: Target, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    empty = shell.run("redrive")
    assert (empty.exit_code, empty.stdout) == (0, "There are no dead letters.\n")
    make_dead_letters(driver, target)
    told = shell.run("redrive", "--dry-run")
    assert (told.exit_code, KEY in told.stdout, "no outcome yet" in told.stdout) == (0, True, True)
    assert len(messages_left(driver)["IntakeDeadQueue"]) == 1
    sqs(driver).send_message(QueueUrl=dead_letter_queue_url(target, "ImageDead"), MessageBody="no message")
    assert shell.run("redrive", "--queue", "nobody's").exit_code == 2
    done = shell.run("redrive", "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, [one["keys"] for one in said["sent"]], len(said["left"])) == (2, [[KEY]], 1)
    driver.settle()
    assert driver.state(KEY) == "live"


def test_status_counts_what_a_stream_reader_gave_up_on(
    target: Target, shell: Shell, driver: StackDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    assert json.loads(shell.run("status", "--json").stdout)["dead_letters"] == {}
    for kind, number in (("RelistFailed", 1), ("ReportFailed", 2), ("PurgeDead", 1)):
        for _ in range(number):
            sqs(driver).send_message(QueueUrl=dead_letter_queue_url(target, kind), MessageBody="a note")
    counted = json.loads(shell.run("status", "--json").stdout)["dead_letters"]
    assert {_parts(name)[0]: number for name, number in counted.items()} == {
        "PurgeDead": 1,
        "RelistFailed": 1,
        "ReportFailed": 2,
    }
    told = [line for line in shell.run("status").stdout.splitlines() if "TROUBLE" in line]
    assert len(told) == 3
    assert all("colophon redrive" in line for line in told)
