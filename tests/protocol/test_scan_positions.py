"""The scan requests exactly the one upload that was left unanswered, wherever it lies: at the limits of a read of rows
and of a page of the listing, in a later batch, behind a crash, and behind a folder that can't be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from colophon.decision.sweep import DueKey
from colophon.stores import row_encoding
from colophon.upload.messages import parse_messages
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SERVICE_TIME, TABLE, Cloud, SavedState
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import delete, put
from tests.rotating_seeds import share_of_the_day

NOW = SERVICE_TIME
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# Rows are read a hundred at a time, and the last of three reads has fewer.
COUNT = 205
POSITIONS = (0, 1, 98, 99, 100, 101, 199, 200, 204)
MIDDLE = 150
# How many versions S3 lists at once, and for how long a sweep reads on: 0, so that it ends after two of them.
READS = {
    "in one page": (1000, 70.0),
    "in pages that end with a read of rows": (100, 70.0),
    "in pages that end one behind it": (101, 70.0),
    "in two batches": (100, 0.0),
    "in many batches": (25, 0.0),
}


def key_of(position: int) -> str:
    return f"posts/{contents.CLINIC}/post-{position:03}/en.md"


@pytest.fixture(scope="module")
def answered(account: Cloud, transport: Transport) -> SavedState:
    """Every upload is answered; no text is published, as there is no site.yaml."""
    account.empty()
    world = World(account, transport, REAL, now=NOW)
    messages = [put(key_of(position), contents.edition("en", 1))(world) for position in range(COUNT)]
    for start in range(0, COUNT, 10):
        world.handler_for_batch(messages[start : start + 10])()
    return account.save()


@pytest.fixture
def world(answered: SavedState, account: Cloud, transport: Transport) -> World:
    return start(answered, account, transport)


def start(answered: SavedState, account: Cloud, transport: Transport) -> World:
    account.restore(answered)
    return World(account, transport, REAL, now=NOW)


@contextmanager
def pages_of(world: World, size: int) -> Iterator[None]:
    """S3 lists at most ``size`` versions at once, as it may."""

    def limit(params: dict[str, Any], **_: Any) -> None:
        if "Delimiter" not in params:
            params["MaxKeys"] = min(size, params.get("MaxKeys", size))

    events = world.cloud.s3.meta.events
    events.register("provide-client-params.s3.ListObjectVersions", limit)
    try:
        yield
    finally:
        events.unregister("provide-client-params.s3.ListObjectVersions", limit)


def scan(world: World, seconds: float) -> int:
    """Sweep once a minute until a whole scan has ended. Returns how many sweeps that took."""
    world.now += DAY
    for sweeps in range(1, 100):
        world.sweep(seconds)
        if not world.index.read_scan_cursor().after:
            return sweeps
        world.now += MINUTE
    raise AssertionError("the scan never ends")


def requested(world: World) -> list[str]:
    assert {message.to for message in world.queued} <= {"intake"}
    return [request.key for message in world.queued for request in parse_messages(message.body)]


def spoil_row(world: World, position: int) -> None:
    item = {"pk": {"S": f"post#{contents.CLINIC}/post-{position:03}"}, "sk": {"S": "post"}}
    row = {"L#en": {"M": {"n": {"N": "1"}, "row": {"S": "{garbage"}}}}
    world.cloud.dynamodb.put_item(TableName=TABLE, Item={**item, **row})


CASES = [(reads, spoiled, position) for reads in READS for spoiled in (False, True) for position in POSITIONS]


@pytest.mark.parametrize(("reads", "is_spoiled", "position"), share_of_the_day(CASES, 4))
def test_the_one_that_is_unanswered_is_requested_and_no_other(
    reads: str, is_spoiled: bool, position: int, world: World
) -> None:
    """``is_spoiled``: the row of another one in the middle can't be read."""
    size, seconds = READS[reads]
    upload = delete(key_of(position)) if position % 2 else put(key_of(position), contents.edition("en", 2))
    upload(world)
    if is_spoiled:
        spoil_row(world, MIDDLE)
    with pages_of(world, size):
        sweeps = scan(world, seconds)
    assert requested(world) == [key_of(position)]
    assert len(world.warnings) == is_spoiled
    assert (sweeps > 1) is (seconds == 0)


def test_when_all_are_answered_none_is_requested(world: World) -> None:
    with pages_of(world, 25):
        scan(world, 0)
    assert requested(world) == []


@pytest.mark.parametrize("position", POSITIONS)
def test_beside_an_unreadable_one_each_neighbour_is_requested(position: int, world: World) -> None:
    """Halving what can't be read together ends at the one; those on both sides of it are read."""
    spoil_row(world, position)
    others = [each for each in (position - 1, position + 1) if 0 <= each < COUNT]
    for each in others:
        put(key_of(each), contents.edition("en", 2))(world)
    scan(world, 70.0)
    assert requested(world) == [key_of(each) for each in others]
    assert world.swept["Skipped"] == 1


@pytest.mark.parametrize("crash_at", [1, 2, 3])
@pytest.mark.parametrize("position", [0, 99, 100, 101, 204])
def test_a_batch_whose_end_was_not_recorded_is_read_again(crash_at: int, position: int, world: World) -> None:
    """The function ends before it records how far it came: in the first, second or third batch."""
    put(key_of(position), contents.edition("en", 2))(world)
    batches = 0

    def crash(params: dict[str, Any], **_: Any) -> None:
        nonlocal batches
        if b'"round"' in params["body"]:
            batches += 1
            if batches == crash_at:
                raise KeyboardInterrupt

    events = world.cloud.dynamodb.meta.events
    events.register_first("before-call.dynamodb.PutItem", crash)
    world.now += DAY
    try:
        with pages_of(world, 40):
            for _ in range(8):
                with crashes():
                    world.sweep(0)
                world.now += MINUTE
    finally:
        events.unregister("before-call.dynamodb.PutItem", crash)
    assert batches > 3
    assert set(requested(world)) == {key_of(position)}
    assert len(requested(world)) <= 2


@contextmanager
def crashes() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        return


STRAYS = [f"elsewhere-{number:03}/notes.txt" for number in range(103)]


@pytest.fixture(scope="module")
def answered_strays(account: Cloud, transport: Transport) -> SavedState:
    """More prefixes than one sweep lists, each with a key that is answered."""
    account.empty()
    world = World(account, transport, REAL, now=NOW)
    for key in STRAYS:
        world.handler_for(world.put(key, b"?"))()
    end_scan(world)
    return account.save()


@pytest.mark.parametrize("position", [0, 1, 98, 99, 100, 101, 102])
def test_a_stray_is_requested_whichever_prefix_it_has(
    position: int, answered_strays: SavedState, account: Cloud, transport: Transport
) -> None:
    """A sweep lists at most a hundred prefixes: the others have their turn in the next minute."""
    world = start(answered_strays, account, transport)
    put(STRAYS[position], b"again")(world)
    for _ in range(2):
        world.now += MINUTE
        world.sweep()
    # In the second minute once more, as nothing has answered for it.
    assert set(requested(world)) == {STRAYS[position]}


def end_scan(world: World) -> None:
    """The daily scan, which would find strays too, has been today."""
    cursor = world.index.read_scan_cursor()
    world.index.record_scan_cursor(type(cursor)(cursor.n, started_at=world.now))


@pytest.mark.parametrize("items", [None, 7, 100, 101])
def test_whatever_is_due_is_requested_once(items: int | None, world: World) -> None:
    """Each of the partitions may have more items than one answer of DynamoDB."""
    end_scan(world)
    world.now += timedelta(seconds=30)
    due = [DueKey(world.now - timedelta(seconds=number % 50), key_of(number)) for number in range(COUNT)]
    later = DueKey(world.now + MINUTE, key_of(COUNT))
    for each in (*due, later):
        world.cloud.dynamodb.put_item(TableName=TABLE, Item=row_encoding.due_item_key(each))
    world.cloud.items_per_query = items
    try:
        world.sweep()
    finally:
        world.cloud.items_per_query = None
    assert sorted(requested(world)) == [key_of(number) for number in range(COUNT)]
