"""Keys for which S3 sends no notification are answered by ``sweep`` within minutes, at a bounded cost a minute."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from colophon.stores.inbox import report_key
from colophon.upload.messages import parse_messages
from colophon.verbs.stray_scan import scan_strays
from tests.protocol.harness.cloud import INBOX, SERVICE_TIME, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import BOTH, EN, SITE_AND_CLINIC, delete, put

NOW = SERVICE_TIME
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True, reporting=True, now=NOW)


def upload(world: World, *keys: str) -> None:
    """Uploads of which S3 sends no notification."""
    for key in keys:
        put(key, key.encode())(world)


def sweep(world: World, minutes: int = 1) -> Counter[str]:
    """Sweep so often, a minute apart, and answer what was enqueued. Returns the calls of the last sweep."""
    calls: Counter[str] = Counter()
    for _ in range(minutes):
        world.now += MINUTE
        before = len(world.transport.calls)
        world.sweep()
        calls = Counter(call.operation for call in world.transport.calls[before:])
        world.run_until_quiet()
    return calls


def end_first_scan(world: World) -> None:
    """The daily scan of the inbox as it is now, so that it finds nothing more today."""
    sweep(world)


def state_of(world: World, key: str) -> str:
    outcome = world.index.read_stray(key).outcome
    return outcome.state if outcome else ""


def report_on(world: World, key: str) -> str:
    answer = world.cloud.s3.get_object(Bucket=INBOX, Key=report_key(key))
    return str(json.loads(answer["Body"].read())["state"])


@pytest.mark.parametrize(
    "key",
    [
        "notes.txt",
        "elsewhere/notes.txt",
        "Posts/clinic/post/en.md",
        "post/clinic/post/en.md",
        "inbox/posts/clinic/post/en.md",
        "a/b/c/d/e/f.jpg",
        "/posts/clinic/post/en.md",
        "가/나.md",
        "odd name/+ %2B.md",
        "line\nbreak/x.md",
        "reports/mine.txt",
        "reports/mine.json",
        "reports/en.md.json",
        "reporting/x",
        "x" * 1024,
    ],
)
def test_a_key_anywhere_has_a_row_and_a_report_two_minutes_later(world: World, key: str) -> None:
    end_first_scan(world)
    upload(world, key)
    sweep(world)
    assert state_of(world, key) == "refused"
    assert report_on(world, key) == "refused"
    delete(key)(world)
    sweep(world, 2)
    assert state_of(world, key) == "absent"


def test_the_report_on_a_stray_is_no_stray(world: World) -> None:
    end_first_scan(world)
    upload(world, "notes.txt", "elsewhere/notes.txt", "reports/mine.json", "reports/mine.txt", "e" * 1024)
    sweep(world, 6)
    world.now += timedelta(days=2)
    sweep(world, 3)
    reports = [
        key for key in world.inbox.list_keys("reports/").keys if key not in ("reports/mine.json", "reports/mine.txt")
    ]
    assert sorted(reports) == sorted(
        report_key(key)
        for key in ("notes.txt", "elsewhere/notes.txt", "reports/mine.json", "reports/mine.txt", "e" * 1024)
    )
    assert all(not state_of(world, report) for report in reports)


def test_reports_on_uploads_are_no_strays(world: World) -> None:
    for each in (*SITE_AND_CLINIC, *BOTH):
        world.queued.append(each(world))
    world.run_until_quiet()
    for key in (EN, "site.yaml"):
        upload(world, report_key(key))
    sweep(world, 3)
    assert state_of(world, report_key(EN)) == state_of(world, report_key("site.yaml")) == ""


def test_a_quiet_minute_costs_one_listing_and_one_read(world: World) -> None:
    upload(world, "elsewhere/notes.txt", "notes.txt", "more/a", "more/b")
    sweep(world, 5)
    assert [state_of(world, key) for key in ("elsewhere/notes.txt", "notes.txt", "more/a")] == ["refused"] * 3
    # No prefix is due in this minute. The queries are for due keys, the other read is for the daily scan.
    assert sweep(world) == Counter({"Query": 4, "GetItem": 2, "ListObjectVersions": 1})


def enqueued_by_a_sweep(world: World) -> list[str]:
    """What the next minute's sweep enqueues, which is then lost."""
    world.now += MINUTE
    world.sweep()
    keys = [request.key for message in world.queued for request in parse_messages(message.body)]
    world.queued.clear()
    return keys


def test_at_most_a_thousand_versions_are_read_a_minute(world: World) -> None:
    end_first_scan(world)
    upload(world, *(f"dump/{number:04}" for number in range(1010)))
    before = len(world.transport.calls)
    assert enqueued_by_a_sweep(world) == [f"dump/{number:04}" for number in range(1000)]
    calls = Counter(call.operation for call in world.transport.calls[before:])
    assert (calls["ListObjectVersions"], calls["BatchGetItem"]) == (2, 10)
    upload(world, "a/new")
    assert enqueued_by_a_sweep(world) == [*(f"dump/{number:04}" for number in range(1000, 1010)), "a/new"]


def test_the_pages_of_a_long_root_join_without_a_gap(world: World) -> None:
    keys = [f"IMG_{number:02}.jpg" for number in range(7)]
    upload(world, "posts/a/b/en.md", "dump/1", "dump/2", *keys, "zzz/last")
    found, prefixes, after = [], [], ""
    while True:
        page = world.inbox.list_root(after, limit=3)
        found += [version.key for version in page.newest]
        prefixes += page.prefixes
        assert len(page.newest) + len(page.prefixes) <= 3
        if not (after := page.after):
            break
    assert (found, prefixes) == (keys, ["dump/", "posts/", "zzz/"])


def test_a_long_root_is_read_on_each_minute_and_its_prefixes_too(world: World) -> None:
    keys = [f"IMG_{number:02}.jpg" for number in range(7)]
    upload(world, *keys, "dump/1", "zzz/last")
    found = []
    for _ in range(4):
        world.now += MINUTE
        scan_strays(world.inbox, world.index, world.queue("intake"), world.now, limit=3)
        found.append([request.key for message in world.queued for request in parse_messages(message.body)])
        world.queued.clear()
    assert found == [keys[:3], keys[3:6], [keys[6], "dump/1", "zzz/last"], keys[:3]]


def test_a_sweep_that_crashed_is_repeated_by_the_next(world: World) -> None:
    end_first_scan(world)
    upload(world, "elsewhere/notes.txt")
    scan = world.index.read_stray_scan()
    sweep(world)
    assert world.index.read_stray_scan() != scan
    assert state_of(world, "elsewhere/notes.txt") == "refused"


def test_a_lost_request_is_sent_again(world: World) -> None:
    end_first_scan(world)
    upload(world, "elsewhere/notes.txt", "notes.txt")
    world.now += MINUTE
    world.sweep()
    assert world.queued != []
    world.queued.clear()
    sweep(world)
    assert state_of(world, "elsewhere/notes.txt") == state_of(world, "notes.txt") == "refused"


def test_a_later_key_of_a_known_prefix_is_found_within_the_day(world: World) -> None:
    upload(world, "elsewhere/a")
    sweep(world, 40)
    upload(world, "elsewhere/b", "b")
    sweep(world)
    assert (state_of(world, "elsewhere/b"), state_of(world, "b")) == ("", "refused"), "the root is listed each minute"
    sweep(world, 24)
    assert state_of(world, "elsewhere/b") == "refused"


def test_a_report_on_a_stray_is_known_by_its_row_without_a_listing(world: World) -> None:
    end_first_scan(world)
    upload(world, "notes.txt", "more.txt")
    sweep(world)
    assert sweep(world)["ListObjectVersions"] == 2, "of the root, and of the reports, which are new there"
