"""Uploads that S3 stored without a version, as it may in the first minutes of a bucket.

They are refused with a report that asks for the same upload again, which heals them. A withdrawal counts all the same.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon.stores.inbox import report_key
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    ILLUSTRATED,
    KO,
    PICTURE,
    SITE,
    SITE_AND_CLINIC,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_EN,
    WITHDRAWAL_PICTURE,
    delete,
    put,
    refresh,
)

IN_TWO_LANGUAGES = (*ILLUSTRATED, put(KO, contents.edition("ko", 1)))
STYLE, STRAY = "site.css", "posts/notes.txt"


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, reporting=True)


def upload_all(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.queued.append(upload(world))
    world.run_until_quiet()


def unversioned(change: Upload) -> Upload:
    """``change`` as S3 makes it while the bucket is not versioned: it takes the place of the version ``null``.

    A deletion leaves nothing, unless versioning is suspended: then it leaves a marker, whose id is ``null`` too.
    """

    def upload(world: World) -> Message:
        message = change(world)
        key = json.loads(message.body)["Records"][0]["s3"]["object"]["key"]
        versions = world.cloud.bucket(INBOX).keys.getlist(key)
        versions[-1]._version_id = "null"
        older = [each for each in versions[:-1] if str(each.version_id) != "null"]
        world.cloud.bucket(INBOX).keys.setlist(key, [*older, versions[-1]])
        return Message("intake", message.body.replace("versionId", "ignored"))

    return upload


def removed(key: str) -> Upload:
    """``key`` deleted while the bucket is not versioned."""

    def remove(world: World) -> Message:
        message = unversioned(delete(key))(world)
        keys = world.cloud.bucket(INBOX).keys
        keys.setlist(key, keys.getlist(key)[:-1])
        return message

    return remove


def report_on(world: World, key: str) -> dict[str, Any]:
    answer = world.cloud.s3.get_object(Bucket=INBOX, Key=report_key(key))
    report: dict[str, Any] = json.loads(answer["Body"].read())
    return report


def states(world: World, *keys: str) -> list[str]:
    return [report_on(world, key)["state"] for key in keys]


def shown(world: World) -> dict[str, bytes]:
    return {key: each.content for key, each in world.cloud.site().items() if not key.startswith("assets/")}


CHANGES = [
    (EN, contents.edition("en", 2)),
    (PICTURE, contents.drawing(2)),
    (CLINIC, contents.clinic(2)),
    (SITE, contents.site(2)),
    (STYLE, b".page { color: #222 }"),
]
IDS = ["text", "image", "clinic", "site", "style"]


@pytest.mark.parametrize(("key", "content"), CHANGES, ids=IDS)
def test_it_is_refused_and_named_what_was_shown_stays_and_the_same_bytes_heal_it(
    world: World, key: str, content: bytes
) -> None:
    restore_or_settle(world, ILLUSTRATED)
    before = shown(world)
    upload_all(world, unversioned(put(key, content)))
    report = report_on(world, key)
    (problem,) = report["problems"]
    assert (report["key"], report["state"]) == (key, "refused")
    assert "without a version" in problem["what"]
    assert "Upload the file again" in problem["fix"]
    assert report["version"].startswith("null ")
    assert shown(world) == before
    calls = len(world.transport.calls)
    upload_all(world, refresh())
    assert "GetObject" not in {call.operation for call in world.transport.calls[calls:]}, "it is never read"
    upload_all(world, put(key, content))
    assert states(world, key) == ["live"]
    assert shown(world) != before


def test_a_whole_inbox_without_versions_publishes_nothing_and_is_healed_by_uploading_it_again(world: World) -> None:
    uploads = [
        put(SITE, contents.site(1)),
        put(CLINIC, contents.clinic(1)),
        put(PICTURE, contents.drawing(1)),
        put(EN, contents.edition("en", 1, "room.png")),
        put(KO, contents.edition("ko", 1)),
    ]
    upload_all(world, *map(unversioned, uploads))
    assert shown(world) == {}
    assert states(world, SITE, CLINIC, PICTURE, EN, KO) == ["refused"] * 5
    upload_all(world, *uploads)
    assert states(world, SITE, CLINIC, PICTURE, EN, KO) == ["live"] * 5


def test_one_that_takes_the_place_of_another_is_told_of_too_and_one_that_goes_leaves_nothing(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, unversioned(put(EN, b"?")), unversioned(put(EN, contents.edition("en", 1))))
    assert states(world, EN) == ["refused"]
    upload_all(world, removed(EN))
    assert world.cloud.inbox().get(EN) is None
    assert [key for key in shown(world) if key.endswith("a-quiet-room/index.html")] == []


def test_a_deletion_without_a_version_takes_the_page_down(world: World) -> None:
    restore_or_settle(world, BOTH)
    upload_all(world, unversioned(put(EN, contents.edition("en", 2))))
    assert world.cloud.inbox()[EN][0] == "null"
    assert states(world, EN, KO) == ["refused", "live"]
    upload_all(world, unversioned(delete(EN)))
    assert states(world, EN, KO) == ["absent", "live"]
    upload_all(world, put(EN, contents.edition("en", 1)))
    assert states(world, EN, KO) == ["live", "live"]


@pytest.mark.parametrize(
    ("key", "covered", "spared"),
    [
        (WITHDRAWAL, [EN, KO], []),
        (WITHDRAWAL_EN, [EN], [KO]),
        (WITHDRAWAL_PICTURE, [PICTURE], [EN, KO]),
        (WITHDRAWAL_CLINIC, [EN, KO, PICTURE], []),
    ],
    ids=["post", "text", "image", "clinic"],
)
def test_a_withdrawal_without_a_version_withdraws_and_says_that_it_has_none(
    world: World, key: str, covered: list[str], spared: list[str]
) -> None:
    restore_or_settle(world, IN_TWO_LANGUAGES)
    upload_all(world, unversioned(put(key, contents.withdrawal("legal"))))
    assert states(world, *covered) == ["withdrawn"] * len(covered)
    assert states(world, *spared) == ["live"] * len(spared)
    report = report_on(world, key)
    assert report["state"] == "live"
    assert "without a version" in report["problems"][0]["what"]
    assert "in force all the same" in report["problems"][1]["what"]
    upload_all(world, put(key, contents.withdrawal("legal")))
    assert report_on(world, key)["problems"] == []
    upload_all(world, delete(key))
    assert states(world, *covered) == ["live"] * len(covered)


@pytest.mark.parametrize("end", [removed, lambda key: unversioned(delete(key))], ids=["without a trace", "by a marker"])
def test_a_withdrawal_without_a_version_ends_when_it_is_deleted(world: World, end: Any) -> None:
    restore_or_settle(world, BOTH)
    upload_all(world, unversioned(put(WITHDRAWAL, contents.withdrawal())))
    assert states(world, EN, KO) == ["withdrawn", "withdrawn"]
    upload_all(world, end(WITHDRAWAL))
    assert states(world, EN, KO) == ["live", "live"]


def test_a_hold_after_a_withdrawal_without_a_version_still_ends_by_itself(world: World) -> None:
    """What was not read says nothing of how long: the same hold, uploaded again, is what counts."""
    hold = contents.withdrawal("hold", until="2026-05-20T09:00:00+09:00")
    restore_or_settle(world, BOTH)
    world.now = datetime(2026, 5, 10, tzinfo=UTC)
    upload_all(world, unversioned(put(WITHDRAWAL, hold)), put(WITHDRAWAL, hold))
    assert states(world, EN) == ["withdrawn"]
    assert report_on(world, WITHDRAWAL)["problems"] == []
    world.now = datetime(2026, 5, 21, tzinfo=UTC)
    upload_all(world, refresh())
    assert states(world, EN, WITHDRAWAL) == ["live", "superseded"]


def test_two_in_one_folder_are_not_taken_for_each_other(world: World) -> None:
    """S3 gives both the same id."""
    upload_all(world, *SITE_AND_CLINIC, unversioned(put(EN, contents.edition("en", 1))), put(KO, b"?"))
    upload_all(world, unversioned(put(KO, b"x" * 300_000)))
    assert "too large" not in str(report_on(world, EN))
    assert "300,000" in report_on(world, KO)["problems"][0]["what"]


def test_a_file_of_no_meaning_is_answered(world: World) -> None:
    upload_all(world, unversioned(put(STRAY, b"?")))
    assert states(world, STRAY) == ["refused"]


@pytest.mark.parametrize(
    ("key", "content"),
    [(EN, contents.edition("en", 1, "room.png")), (PICTURE, contents.drawing(1)), (CLINIC, contents.clinic(1))],
    ids=["text", "image", "clinic"],
)
def test_the_same_bytes_without_a_version_do_not_take_down_what_is_shown(
    world: World, key: str, content: bytes
) -> None:
    restore_or_settle(world, ILLUSTRATED)
    before = shown(world)
    upload_all(world, unversioned(put(key, content)))
    assert states(world, key) == ["refused"]
    assert shown(world) == before
    upload_all(world, refresh(force=True))
    assert shown(world) == before
