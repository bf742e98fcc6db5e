"""Faults in the emulation, and the alarms that they fire: real functions log, their lines are sampled and evaluated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from colophon.decision.sweep import DueKey
from colophon.stores import row_encoding
from colophon.stores.index import Index
from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, Post, edition, original, withdrawal_file
from tests.emulated.watched_stack import WatchedStack

LATE = timedelta(minutes=20)
NUMBERS = count(1)


@pytest.fixture(scope="module")
def unwatched() -> Iterator[StackDriver]:
    """A stack in which functions may fail."""
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack, serve_site(stack, 0) as server:
        driver = StackDriver(stack, server.url)
        driver.put("site.yaml", SITE)
        driver.settle()
        yield driver


@pytest.fixture
def watched(unwatched: StackDriver) -> WatchedStack:
    """The stack, from a quiet hour on: nothing that happened before is in the samples."""
    watched = WatchedStack(unwatched)
    watched.metrics.collect(0.0, datetime.now(UTC))
    watched.metrics.samples.clear()
    watched.pass_minutes(1, watched.sweep)
    unwatched.settle()
    return watched


@pytest.fixture
def post(unwatched: StackDriver) -> Post:
    """A live post."""
    clinic = Clinic(f"sorae-{next(NUMBERS)}")
    unwatched.put(clinic.key, clinic.record())
    unwatched.settle()
    post = clinic.post()
    unwatched.put(post.key("ko.md"), original())
    unwatched.settle()
    return post


def test_nothing_alarms_while_uploads_are_answered(watched: WatchedStack, post: Post) -> None:
    watched.driver.put(post.key("en.md"), edition())
    watched.driver.settle()
    watched.pass_minutes(12, watched.sweep)
    lived = [sample for sample in watched.metrics.samples if sample.metric.name == "SecondsToLive"]
    assert len(lived) == 2, "the post's two editions"
    assert all(0 <= sample.value < 60 for sample in lived)
    assert watched.alarms() == set()


def test_a_late_withdrawal_alarms_for_the_page_the_listings_and_the_cdn(watched: WatchedStack, post: Post) -> None:
    key = post.key("withdrawal.yaml")
    watched.driver.put(key, withdrawal_file())
    watched.age_upload(key, LATE)
    watched.driver.settle()
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == {"SlowToTakeDown", "SlowToUnlist", "SlowToPurge"}
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == set(), "it is over"


def test_late_uploads_alarm_when_they_are_no_exception(watched: WatchedStack, post: Post) -> None:
    for lang in ("en", "ja"):
        assert "SlowToLive" not in watched.alarms()
        key = post.key(f"{lang}.md")
        watched.driver.put(key, edition())
        watched.age_upload(key, LATE)
        watched.driver.settle()
        watched.pass_minutes(5, watched.sweep)
    assert watched.alarms() == {"SlowToLive"}


def test_a_batch_whose_records_all_fail_alarms_although_no_call_failed(watched: WatchedStack, post: Post) -> None:
    watched.driver.put(post.key("en.md"), edition())
    with watched.denied_writes():
        for _ in range(3):
            assert watched.stack.dispatcher.step()
            watched.pass_minutes(5, watched.sweep)
        assert watched.alarms() == {"PublishLogsErrors"}
        watched.stack.dispatcher.run_until_idle()
        watched.pass_minutes(1, watched.sweep)
    assert "IntakeDeadNotEmpty" in watched.alarms()
    assert "PublishFailing" not in watched.alarms(), "Lambda counted no error"
    (letter,) = watched.stack.dispatcher.dead_letters()["IntakeDeadQueue"]
    failed = watched.lines("PublishFunction")[-1]
    assert (failed["level"], failed["exception_name"]) == ("ERROR", "AccessDenied")
    assert failed["trace"][0] in letter, "the version of the upload that failed"
    watched.lose_messages("IntakeDeadQueue")


def test_a_sweep_that_does_not_run_alarms(watched: WatchedStack) -> None:
    watched.pass_minutes(9)
    assert watched.alarms() == set()
    watched.pass_minutes(2)
    assert watched.alarms() == {"SweepNotRunning"}
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == set()


def test_what_is_due_and_is_not_done_alarms(watched: WatchedStack, post: Post) -> None:
    due = row_encoding.due_item_key(DueKey(datetime.now(UTC) - LATE, post.key("ko.md")))
    table = watched.stack.client("dynamodb")
    table.put_item(TableName=watched.stack.table, Item=due)
    watched.pass_minutes(14, watched.sweep)
    assert watched.alarms() == set()
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == {"Overdue"}
    table.delete_item(TableName=watched.stack.table, Key=due)


def begin_scan(watched: WatchedStack, ago: timedelta, after: str) -> None:
    index = Index(watched.stack.client("dynamodb"), watched.stack.table)
    index.record_scan_cursor(replace(index.read_scan_cursor(), after=after, started_at=datetime.now(UTC) - ago))


def test_a_scan_that_takes_longer_than_a_day_alarms(watched: WatchedStack) -> None:
    begin_scan(watched, timedelta(hours=25), "posts/")
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == set()
    begin_scan(watched, timedelta(hours=27), "posts/")
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == {"ScanLate"}


def test_lost_notifications_alarm(watched: WatchedStack, post: Post) -> None:
    others = [Post(post.clinic, f"lost-{number}") for number in range(11)]
    for other in others:
        watched.driver.put(other.key("ko.md"), original())
        watched.age_upload(other.key("ko.md"), LATE)
    watched.lose_messages("IntakeQueue")
    begin_scan(watched, timedelta(hours=25), "")
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == {"Unanswered"}
    watched.driver.settle()
    assert watched.driver.state(others[-1].key("ko.md")) == "live", "the scan has found it"
    found = next(line for line in watched.lines("PublishFunction") if line.get("key") == others[-1].key("ko.md"))
    assert found["version"] in found["trace"], "although the scan's request named no upload"
    assert any(found["version"] in line["trace"] for line in watched.lines("RelistFunction"))


@pytest.mark.parametrize(
    ("queue", "alarm"),
    [
        ("IntakeQueue", "IntakeLate"),
        ("SlowQueue", "SlowLate"),
        ("ListingQueue", "ListingLate"),
        ("PurgeQueue", "PurgeLate"),
    ],
)
def test_a_message_that_waits_too_long_alarms(watched: WatchedStack, queue: str, alarm: str) -> None:
    url = watched.stack.outputs[f"{queue}Url"]
    watched.stack.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    watched.age_messages(queue, timedelta(hours=5))
    watched.pass_minutes(2, watched.sweep)
    assert watched.alarms() == set()
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == {alarm}
    watched.lose_messages(queue)


def test_the_lines_of_every_function_name_the_upload(watched: WatchedStack, post: Post) -> None:
    s3, key = watched.stack.client("s3"), post.key("withdrawal.yaml")
    watched.age_upload(post.key("ko.md"), timedelta(days=1))
    version = s3.put_object(Bucket=watched.stack.inbox_bucket, Key=key, Body=withdrawal_file().encode())["VersionId"]
    watched.driver.settle()
    for function in ("PublishFunction", "RelistFunction", "ReportFunction", "PurgeFunction"):
        found = [line for line in watched.lines(function) if version in line["trace"]]
        assert found, function
        assert all(line["request_id"] and line["timestamp"].endswith("Z") for line in found)
    answered = {line["key"]: line for line in watched.lines("PublishFunction") if line.get("version") == version}
    assert answered[key]["state"] == "live"
    tombstone = [line for line in watched.lines("PublishFunction") if line.get("key") == post.key("ko.md")][-1]
    assert (tombstone["state"], tombstone["rev"], version in tombstone["trace"]) == ("withdrawn", 2, True)
    lists = [line for line in watched.lines("RelistFunction") if version in line["trace"]]
    assert len(lists) > 1, "the changes of listings that follow from it, too"
    watched.pass_minutes(1, watched.sweep)
    assert watched.alarms() == set(), "the text is a day old, the withdrawal is not"
