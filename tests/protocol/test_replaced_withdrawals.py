"""An order that another takes the place of: nothing of what was shown between them stays, and no hold ends an order."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import ILLUSTRATED, WITHDRAWAL, WITHDRAWAL_CLINIC, WITHDRAWAL_PICTURE, delete, put

KEYS = (WITHDRAWAL, WITHDRAWAL_PICTURE, WITHDRAWAL_CLINIC)
BEFORE, AFTER = datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 21, tzinfo=UTC)
UNTIL = "2026-05-20T09:00:00+09:00"


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=True, now=BEFORE)
    upload_and_settle(world, *ILLUSTRATED)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def sweep_after_hold(world: World) -> None:
    world.now = AFTER
    world.sweep()
    world.run_until_quiet()


def readable_images(world: World) -> set[str]:
    """The image files that readers get."""
    site = world.cloud.site()
    return {key for key, standing in site.items() if key.startswith("images/") and not standing.status}


@pytest.mark.parametrize("key", KEYS)
def test_no_image_shown_after_a_hold_outlives_the_next_withdrawal(world: World, key: str) -> None:
    first = readable_images(world)
    upload_and_settle(world, put(key, contents.withdrawal("hold", until=UNTIL)))
    sweep_after_hold(world)
    second = readable_images(world)
    assert first
    assert second
    upload_and_settle(world, put(key, contents.withdrawal("gone", 2)))
    assert readable_images(world) == set()
    upload_and_settle(world, delete(key))
    assert readable_images(world)
    assert not readable_images(world) & (first | second)


@pytest.mark.parametrize("key", KEYS)
def test_a_hold_does_not_end_a_withdrawal_without_an_end(world: World, key: str) -> None:
    upload_and_settle(
        world, put(key, contents.withdrawal("gone")), put(key, contents.withdrawal("hold", 2, until=UNTIL))
    )
    assert readable_images(world) == set()
    sweep_after_hold(world)
    assert readable_images(world) == set()
    upload_and_settle(world, put(key, contents.withdrawal("hold", 3, until=UNTIL)))
    assert readable_images(world) == set()
    upload_and_settle(world, delete(key))
    assert readable_images(world)


def test_a_hold_takes_the_place_of_what_could_not_be_read_and_of_what_was_deleted(world: World) -> None:
    upload_and_settle(
        world, put(WITHDRAWAL, contents.withdrawal("gone")), delete(WITHDRAWAL), put(WITHDRAWAL, b"kind: hodl\n")
    )
    assert readable_images(world) == set()
    upload_and_settle(world, put(WITHDRAWAL, contents.withdrawal("hold", 2, until=UNTIL)))
    assert readable_images(world) == set()
    sweep_after_hold(world)
    assert readable_images(world)
