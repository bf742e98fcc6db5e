"""A hold whose “at” is still to come withdraws at once: its uploader is warned until that moment, and no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import MOVED, order
from tests.protocol.scenarios import ILLUSTRATED, ORDER, ORDER_CLINIC, ORDER_EN, ORDER_PICTURE, delete, put

AT = datetime(2026, 5, 1, tzinfo=UTC)
A_MOMENT_AFTER = timedelta(seconds=30)
# Clocks may differ by five minutes.
NO_LONGER_EARLY = AT - timedelta(minutes=5) + A_MOMENT_AFTER
UNTIL = "2026-05-20T09:00:00+09:00"
HOLD = texts.withdrawal("hold", until=UNTIL)
WARNING = (
    "“at”, 2026-05-01T09:00:00+09:00, is still to come, but the hold withdraws already, and until "
    "2026-05-20T09:00:00+09:00."
)


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL, listing=True, now=AT - timedelta(days=20))
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def warned(world: World, key: str) -> list[str]:
    row = world.index.post(PostRef(texts.CLINIC, key.split("/")[2]))[0]
    found = (*(part.outcome for part in row.orders.values()), *world.index.clinic(texts.CLINIC)[0].outcomes)
    (outcome,) = (one for one in found if one.key == key)
    return [problem.what for problem in outcome.problems if problem.severity == "warning"]


def sweep_at(world: World, moment: datetime) -> None:
    check_rest(world, clean_build(world))
    world.now = moment
    world.sweep()
    world.settle()


@pytest.mark.parametrize("key", [ORDER, ORDER_EN, ORDER_PICTURE, ORDER_CLINIC])
def test_the_warning_goes_by_itself_when_its_moment_comes(key: str, world: World) -> None:
    do(world, *ILLUSTRATED, put(key, HOLD))
    assert warned(world, key) == [WARNING]
    sweep_at(world, AT - timedelta(minutes=10))
    assert warned(world, key) == [WARNING]
    sweep_at(world, NO_LONGER_EARLY)
    assert warned(world, key) == []
    sweep_at(world, AT + timedelta(days=19) + A_MOMENT_AFTER)
    assert warned(world, key) == ["This hold is over: it ended by itself."]


def test_at_an_earlier_address_it_is_warned_of_too(world: World) -> None:
    key = f"posts/{texts.CLINIC}/a/withdrawal.yaml"
    do(world, *MOVED, put(key, HOLD))
    assert WARNING in warned(world, key)
    sweep_at(world, NO_LONGER_EARLY)
    assert WARNING not in warned(world, key)


def test_clocks_may_differ_by_five_minutes(world: World) -> None:
    world.now = AT - timedelta(minutes=4)
    do(world, *ILLUSTRATED, put(ORDER, HOLD))
    assert warned(world, ORDER) == []


def test_what_has_no_end_needs_no_such_warning(world: World) -> None:
    do(world, *ILLUSTRATED, order(ORDER.split("/")[2]))
    assert warned(world, ORDER) == []
    do(world, delete(ORDER))
