"""Nothing stops the scan: what can't be read is passed over, told and counted, and an upload behind it is found."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unicodedata import normalize

import pytest
from botocore.exceptions import ClientError

from colophon.stores import inbox as inbox_module
from colophon.upload.messages import parse_messages
from colophon.verbs import sweep as sweep_module
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, SERVICE_TIME, TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import BOTH, EN, put

# Sorts behind everything that is planted.
BEHIND = f"posts/{contents.CLINIC}/z-last/en.md"
STRAY = f"{contents.POST}notes.docx"
GARBAGE = {"S": "{garbage"}
DAY = timedelta(days=1)
NOW = SERVICE_TIME
START = (*BOTH, put(STRAY, b"?"))

ROWS = {
    "a page's row": (
        f"post#{contents.CLINIC}/a-quiet-room",
        "post",
        {"L#en": {"M": {"n": {"N": "1"}, "row": GARBAGE}}},
    ),
    "a part of a post that is none": (f"post#{contents.CLINIC}/a-quiet-room", "post", {"I#a.png": GARBAGE}),
    "a stray's row": ("stray", STRAY, {"row": GARBAGE}),
    "a key that is due": ("due#0", "2026-05-01 never", {}),
    "the row of the scan": ("round", "round", {"row": GARBAGE}),
    "the row of the scan and its number": ("round", "round", {"row": GARBAGE, "n": GARBAGE}),
    "the row of the prefixes": ("strays", "strays", {"row": GARBAGE}),
    "the row of a year": (f"years#ko/{contents.CLINIC}", "2026", {"row": GARBAGE}),
}


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    world = World(account, transport, REAL, listing=True, now=NOW)
    restore_or_settle(world, START)
    world.run_until_quiet()
    sweep(world)
    return world


def upload_all(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.queued.append(upload(world))
    world.run_until_quiet()


def sweep(world: World) -> None:
    """The sweep of the next day, and all that follows from it."""
    world.now += DAY
    world.warnings.clear()
    world.sweep()
    world.run_until_quiet()


def spoil(world: World, pk: str, sk: str, attributes: dict[str, Any]) -> None:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    sound = world.cloud.dynamodb.get_item(TableName=TABLE, Key=key).get("Item", key)
    world.cloud.dynamodb.put_item(TableName=TABLE, Item={**sound, **attributes})
    world.records_delivered = len(world.cloud.stream())


def has_answer(world: World, key: str) -> bool:
    return any(key in str(item) for (pk, _), item in world.cloud.items().items() if pk.startswith("post#"))


def check_passed(world: World) -> None:
    """A lost upload behind all else is found, and the scan has come round."""
    put(BEHIND, contents.edition("en", 1))(world)
    sweep(world)
    assert has_answer(world, BEHIND)
    cursor = world.index.read_scan_cursor()
    assert (cursor.after, cursor.started_at) == ("", world.now)


@pytest.mark.parametrize("what", ROWS)
def test_an_unreadable_row_is_passed_over_told_and_counted(what: str, world: World) -> None:
    pk, sk, attributes = ROWS[what]
    spoil(world, pk, sk, attributes)
    check_passed(world)
    assert world.swept["Skipped"] >= 1
    (warning,) = (one for one in world.warnings if "can't be read" in one)
    assert f"pk “{pk}”" in warning
    assert "delete that item" in warning


def test_the_rows_of_the_scan_are_sound_again_a_minute_later(world: World) -> None:
    for pk in ("round", "strays"):
        spoil(world, pk, pk, {"row": GARBAGE, "n": GARBAGE})
    for _ in range(2):
        world.now += timedelta(minutes=1)
        world.warnings.clear()
        world.sweep()
        world.run_until_quiet()
    assert world.warnings == []
    assert world.index.read_scan_cursor().n > 0


@pytest.mark.parametrize(("pk", "sk"), [("site", "site"), (f"clinic#{contents.CLINIC}", "clinic")])
def test_without_a_row_that_all_need_the_scan_comes_round_and_finds_it_all_when_it_is_sound(
    pk: str, sk: str, world: World
) -> None:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    sound = world.cloud.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    put(BEHIND, contents.edition("en", 1))(world)
    spoil(world, pk, sk, {"row": GARBAGE})
    sweep(world)
    assert world.index.read_scan_cursor().after == ""
    assert len(world.warnings) == 1, "once, however many folders need it"
    world.cloud.dynamodb.put_item(TableName=TABLE, Item=sound)
    world.records_delivered = len(world.cloud.stream())
    sweep(world)
    assert world.warnings == []
    assert has_answer(world, BEHIND)


NAMES = ["\x01bell.md", "tab\tand\nline.md", "\ufffe.md", "a&b<c>.md", "%41+b.md", "\U0001f600.md", "", "/", "é" * 300]


def test_strange_keys_are_passed(world: World) -> None:
    for prefix in (contents.POST, f"clinics/{contents.CLINIC}/", "other/", "posts/"):
        for name in NAMES:
            put(f"{prefix}{name}", b"?")(world)
    check_passed(world)
    assert world.warnings == []


def test_what_dynamodb_calls_invalid_is_passed_over(world: World) -> None:
    """As a request with a key of more than its 1,024 bytes."""
    put(f"posts/{contents.CLINIC}/invalid/en.md", b"?")(world)

    def refuse(params: Any, **_: Any) -> None:
        if b"/invalid" in params["body"]:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "no"}}, "BatchGetItem")

    events = world.cloud.dynamodb.meta.events
    events.register_first("before-call.dynamodb.BatchGetItem", refuse)
    try:
        check_passed(world)
    finally:
        events.unregister("before-call.dynamodb.BatchGetItem", refuse)
    assert [one for one in world.warnings if f"posts/{contents.CLINIC}/invalid/" in one]


def test_a_decision_that_fails_for_one_post_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    decide = sweep_module.keys_not_up_to_date

    def fail_for_one(snapshot: Any) -> Iterator[str]:
        if str(snapshot.post).endswith("a-quiet-room"):
            raise KeyError("a bug")
        return decide(snapshot)

    monkeypatch.setattr(sweep_module, "keys_not_up_to_date", fail_for_one)
    check_passed(world)
    assert world.swept["Skipped"] == 1
    assert world.warnings == [f"Passed over {contents.POST}. KeyError: 'a bug'"]


def test_a_folder_with_too_many_versions_is_passed_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_module, "_PAGES_PER_FOLDER", 2)
    read = inbox_module.Inbox.read_scan_batch

    def of_ten_versions(inbox: inbox_module.Inbox, after: str, _: int, most: int = 0) -> inbox_module.ScanBatch:
        return read(inbox, after, 1, page=10, most=most)

    monkeypatch.setattr(inbox_module.Inbox, "read_scan_batch", of_ten_versions)
    for number in range(60):
        put(f"posts/{contents.CLINIC}/n/{number}.md", b"?")(world)
    check_passed(world)
    assert [one for one in world.warnings if f"posts/{contents.CLINIC}/n/" in one]


def broken(world: World, operation: str, code: str) -> Callable[[], None]:
    """Let AWS refuse each ``operation`` until the returned function is called."""

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    client = world.cloud.s3 if operation == "ListObjectVersions" else world.cloud.dynamodb
    name = f"before-call.{'s3' if client is world.cloud.s3 else 'dynamodb'}.{operation}"
    client.meta.events.register_first(name, refuse)
    return lambda: client.meta.events.unregister(name, refuse)


@pytest.mark.parametrize(
    ("operation", "code"),
    [("BatchGetItem", "ProvisionedThroughputExceededException"), ("ListObjectVersions", "AccessDenied")],
)
def test_what_aws_refuses_is_not_passed_over_but_read_again(world: World, operation: str, code: str) -> None:
    put(BEHIND, contents.edition("en", 1))(world)
    world.now += DAY
    mend = broken(world, operation, code)
    with pytest.raises(ClientError, match=code):
        world.sweep()
    mend()
    world.now += timedelta(minutes=1)
    world.sweep()
    world.run_until_quiet()
    assert world.warnings == []
    assert has_answer(world, BEHIND)


def test_what_is_due_and_the_scan_go_on_while_the_prefixes_can_not_be_listed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("no root")

    put(BEHIND, contents.edition("en", 1))(world)
    monkeypatch.setattr(inbox_module.Inbox, "list_root", fail)
    world.now += DAY
    with pytest.raises(KeyError, match="no root"):
        world.sweep()
    world.run_until_quiet()
    assert has_answer(world, BEHIND)


def test_each_reason_for_which_a_sweep_failed_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("no root")

    world.now += DAY
    monkeypatch.setattr(inbox_module.Inbox, "list_root", fail)
    mend = broken(world, "ListObjectVersions", "AccessDenied")
    with pytest.raises(KeyError, match="no root"):
        world.sweep()
    mend()
    (warning,) = world.warnings
    assert warning.startswith("Another part of the sweep failed. ClientError")
    assert "AccessDenied" in warning


def test_uploads_without_a_version_are_counted_and_named_until_they_are_uploaded_again(world: World) -> None:
    keys = [EN, STRAY, "site.css"]
    for key in keys:
        put(key, b"null")(world)
        versions = world.cloud.bucket(INBOX).keys.getlist(key)
        versions[-1]._version_id = "null"
    check_passed(world)
    assert world.swept["NullVersions"] == 3
    assert [one for one in world.warnings if EN in one and "uploaded again" in one]
    upload_all(world, *(put(key, b"again") for key in keys))
    sweep(world)
    assert (world.swept["NullVersions"], world.warnings) == (0, [])


def test_a_stray_whose_event_was_lost_is_found_in_the_spelling_of_its_key(world: World) -> None:
    key = f"{contents.POST}{normalize('NFD', '각')}.docx"
    put(key, b"?")(world)
    sweep(world)
    assert world.index.read_stray(key).outcome
    world.now += DAY
    world.sweep()
    asked = [message.body for message in world.queued if message.to == "intake"]
    assert key not in [request.key for body in asked for request in parse_messages(body)]
