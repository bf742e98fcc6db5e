"""A purge that got lost leaves an image at the edge for a year: the day's round sends it again, and soon stops."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import ILLUSTRATED, LIVE, ORDER, ORDER_CLINIC, ORDER_PICTURE, PICTURE, delete, en, put

POST, WHOLE_CLINIC = f"p:{texts.CLINIC}/a-quiet-room", f"c:{texts.CLINIC}"
DAY = timedelta(days=1)

TAKEN_DOWN: Mapping[str, tuple[Upload, str]] = {
    "an image withdrawn": (put(ORDER_PICTURE, texts.withdrawal()), POST),
    "an image deleted": (delete(PICTURE), POST),
    "an image replaced": (put(PICTURE, texts.drawing(2)), POST),
    "a post with an image withdrawn": (put(ORDER, texts.withdrawal()), POST),
    "a clinic withdrawn": (put(ORDER_CLINIC, texts.withdrawal()), WHOLE_CLINIC),
}
KEPT_FOR_MINUTES: Mapping[str, tuple[tuple[Upload, ...], Upload]] = {
    "a correction": (ILLUSTRATED, en(2, "room.png")),
    "a deleted text": (ILLUSTRATED, delete(texts.POST + "en.md")),
    "a post without images withdrawn": (LIVE, put(ORDER, texts.withdrawal())),
}


@pytest.fixture
def world(account: Cloud, stage: Stage) -> World:
    account.empty()
    # The emulated bucket dates what comes by the clock on the wall.
    return World(account, stage, REAL, listing=True, now=datetime.now(UTC))


def purged_in_rounds(world: World, before: tuple[Upload, ...], upload: Upload, rounds: int) -> list[str]:
    """What rounds, a day apart, have purged after ``upload``, of which no reader of the stream ever told."""
    settled(world, before)
    world.settle()
    world.waiting.append(upload(world))
    while message := next((one for one in world.waiting if one.to != "relist"), None):
        world.waiting.remove(message)
        world.work(message)()
        world.overhear()
    world.waiting.clear()
    world.purged.clear()
    for _ in range(rounds):
        world.now += DAY
        world.sweep()
        world.waiting.clear()
    return world.purged


@pytest.mark.parametrize("what", TAKEN_DOWN)
def test_what_the_edge_keeps_for_a_year_is_purged_again_within_a_day_and_not_for_ever(what: str, world: World) -> None:
    upload, tag = TAKEN_DOWN[what]
    purged = purged_in_rounds(world, ILLUSTRATED, upload, rounds=1)
    assert purged == [tag]
    purged.clear()
    for _ in range(5):
        world.now += DAY
        world.sweep()
    assert len(purged) <= 1, "only what was taken down within two days"


@pytest.mark.parametrize("what", KEPT_FOR_MINUTES)
def test_what_the_edge_forgets_by_itself_is_not_purged_again(what: str, world: World) -> None:
    before, upload = KEPT_FOR_MINUTES[what]
    assert purged_in_rounds(world, before, upload, rounds=2) == []
