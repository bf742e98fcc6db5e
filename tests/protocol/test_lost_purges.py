"""A purge that got lost leaves an image at the edge for a year: the day's round sends it again, and soon stops."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from colophon.stores.inbox import Inbox
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, SERVICE_TIME, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    ILLUSTRATED,
    LIVE,
    PICTURE,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_PICTURE,
    delete,
    en,
    put,
)

POST, WHOLE_CLINIC = f"p:{contents.CLINIC}/a-quiet-room", f"c:{contents.CLINIC}"
DAY = timedelta(days=1)

LONG_CACHED: Mapping[str, tuple[Upload, str]] = {
    "an image withdrawn": (put(WITHDRAWAL_PICTURE, contents.withdrawal()), POST),
    "an image deleted": (delete(PICTURE), POST),
    "an image replaced": (put(PICTURE, contents.drawing(2)), POST),
    "a post with an image withdrawn": (put(WITHDRAWAL, contents.withdrawal()), POST),
    "a clinic withdrawn": (put(WITHDRAWAL_CLINIC, contents.withdrawal()), WHOLE_CLINIC),
}
SHORT_CACHED: Mapping[str, tuple[tuple[Upload, ...], Upload]] = {
    "a correction": (ILLUSTRATED, en(2, "room.png")),
    "a deleted text": (ILLUSTRATED, delete(contents.POST + "en.md")),
    "a post without images withdrawn": (LIVE, put(WITHDRAWAL, contents.withdrawal())),
}


def withdrawn_at(moment: datetime) -> Upload:
    """The withdrawal of an image, dated ``moment`` by the bucket."""

    def upload(world: World) -> Message:
        message = put(WITHDRAWAL_PICTURE, contents.withdrawal())(world)
        world.cloud.bucket(INBOX).keys[WITHDRAWAL_PICTURE].last_modified = moment
        return message

    return upload


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True, now=SERVICE_TIME)


def purged_in_scans(world: World, before: tuple[Upload, ...], upload: Upload, scans: int) -> list[str]:
    """What rounds, a day apart, have purged after ``upload``, of which no reader of the stream ever told."""
    restore_or_settle(world, before)
    world.run_until_quiet()
    world.queued.append(upload(world))
    while message := next((one for one in world.queued if one.to != "relist"), None):
        world.queued.remove(message)
        world.handler_for(message)()
        world.deliver_stream()
    world.queued.clear()
    world.purged.clear()
    for _ in range(scans):
        world.now += DAY
        world.sweep()
        world.queued.clear()
    return world.purged


@pytest.mark.parametrize("what", LONG_CACHED)
def test_what_the_edge_keeps_for_a_year_is_purged_again_within_a_day_and_not_for_ever(what: str, world: World) -> None:
    upload, tag = LONG_CACHED[what]
    purged = purged_in_scans(world, ILLUSTRATED, upload, scans=1)
    assert purged == [tag]
    purged.clear()
    for _ in range(5):
        world.now += DAY
        world.sweep()
    assert len(purged) <= 1, "only what was taken down within two days"


@pytest.mark.parametrize("days_a_folder", [1, 4])
def test_what_was_taken_down_behind_a_slow_scan_is_purged_by_the_next(
    days_a_folder: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a very large inbox a sweep reads one folder, so that a scan takes ``days_a_folder`` for each of three."""
    read = Inbox.read_scan_batch
    monkeypatch.setattr(Inbox, "read_scan_batch", lambda self, after, *_, **__: read(self, after, 1, page=1))
    restore_or_settle(world, ILLUSTRATED)
    world.run_until_quiet()
    while (seen := world.index.read_scan_cursor().after) != PICTURE:
        assert seen != "site.yaml"
        world.now += days_a_folder * DAY
        world.sweep(seconds=0)
        world.queued.clear()
    # The folder is behind the scan, and no reader of the stream ever tells.
    world.now = max(world.now, SERVICE_TIME)
    world.queued.append(withdrawn_at(world.now)(world))
    while message := next((one for one in world.queued if one.to != "relist"), None):
        world.queued.remove(message)
        world.handler_for(message)()
        world.deliver_stream()
    world.purged.clear()
    # The withdrawal's own file, the site's, the clinic's, and the post's again.
    for _ in range(4):
        world.now += days_a_folder * DAY
        world.sweep(seconds=0)
    assert world.purged == [POST]


@pytest.mark.parametrize("what", SHORT_CACHED)
def test_what_the_edge_forgets_by_itself_is_not_purged_again(what: str, world: World) -> None:
    before, upload = SHORT_CACHED[what]
    assert purged_in_scans(world, before, upload, scans=2) == []
