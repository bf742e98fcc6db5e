"""An order that another takes the place of: nothing of what was shown between them stays, and no hold ends an order."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import ILLUSTRATED, ORDER, ORDER_CLINIC, ORDER_PICTURE, delete, put

KEYS = (ORDER, ORDER_PICTURE, ORDER_CLINIC)
BEFORE, AFTER = datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 21, tzinfo=UTC)
UNTIL = "2026-05-20T09:00:00+09:00"


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL, listing=True, now=BEFORE)
    do(world, *ILLUSTRATED)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def time_passes(world: World) -> None:
    world.now = AFTER
    world.sweep()
    world.settle()


def to_be_seen(world: World) -> set[str]:
    """The image files that readers get."""
    site = world.cloud.site()
    return {key for key, standing in site.items() if key.startswith("images/") and not standing.status}


@pytest.mark.parametrize("key", KEYS)
def test_no_image_of_the_time_after_a_hold_outlives_the_next_order(world: World, key: str) -> None:
    first = to_be_seen(world)
    do(world, put(key, texts.withdrawal("hold", until=UNTIL)))
    time_passes(world)
    second = to_be_seen(world)
    assert first
    assert second
    do(world, put(key, texts.withdrawal("gone", 2)))
    assert to_be_seen(world) == set()
    do(world, delete(key))
    assert to_be_seen(world)
    assert not to_be_seen(world) & (first | second)


@pytest.mark.parametrize("key", KEYS)
def test_a_hold_does_not_end_an_order_that_has_no_end(world: World, key: str) -> None:
    do(world, put(key, texts.withdrawal("gone")), put(key, texts.withdrawal("hold", 2, until=UNTIL)))
    assert to_be_seen(world) == set()
    time_passes(world)
    assert to_be_seen(world) == set()
    do(world, put(key, texts.withdrawal("hold", 3, until=UNTIL)))
    assert to_be_seen(world) == set()
    do(world, delete(key))
    assert to_be_seen(world)


def test_a_hold_takes_the_place_of_what_could_not_be_read_and_of_what_was_deleted(world: World) -> None:
    do(world, put(ORDER, texts.withdrawal("gone")), delete(ORDER), put(ORDER, b"kind: hodl\n"))
    assert to_be_seen(world) == set()
    do(world, put(ORDER, texts.withdrawal("hold", 2, until=UNTIL)))
    assert to_be_seen(world) == set()
    time_passes(world)
    assert to_be_seen(world)
