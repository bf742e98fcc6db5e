"""A hold whose “at” is in the future withdraws at once: its uploader is warned until that moment, and no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import MOVED, withdraw
from tests.protocol.scenarios import (
    ILLUSTRATED,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_EN,
    WITHDRAWAL_PICTURE,
    delete,
    put,
)

AT = datetime(2026, 5, 1, tzinfo=UTC)
A_MOMENT_AFTER = timedelta(seconds=30)
# Clocks may differ by five minutes.
NO_LONGER_EARLY = AT - timedelta(minutes=5) + A_MOMENT_AFTER
UNTIL = "2026-05-20T09:00:00+09:00"
HOLD = contents.withdrawal("hold", until=UNTIL)
WARNING = (
    "“at”, 2026-05-01T09:00:00+09:00, is in the future, but the hold is in force already, until "
    "2026-05-20T09:00:00+09:00."
)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=True, now=AT - timedelta(days=20))
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def warnings_on(world: World, key: str) -> list[str]:
    row = world.index.read_post(PostRef(contents.CLINIC, key.split("/")[2]))[0]
    found = (
        *(withdrawal_row.outcome for withdrawal_row in row.withdrawals.values()),
        *world.index.read_clinic(contents.CLINIC)[0].outcomes,
    )
    (outcome,) = (one for one in found if one.key == key)
    return [problem.what for problem in outcome.problems if problem.severity == "warning"]


def sweep_at(world: World, moment: datetime) -> None:
    check_at_rest(world, clean_build(world))
    world.now = moment
    world.sweep()
    world.run_until_quiet()


@pytest.mark.parametrize("key", [WITHDRAWAL, WITHDRAWAL_EN, WITHDRAWAL_PICTURE, WITHDRAWAL_CLINIC])
def test_the_warning_goes_by_itself_when_its_moment_comes(key: str, world: World) -> None:
    upload_and_settle(world, *ILLUSTRATED, put(key, HOLD))
    assert warnings_on(world, key) == [WARNING]
    sweep_at(world, AT - timedelta(minutes=10))
    assert warnings_on(world, key) == [WARNING]
    sweep_at(world, NO_LONGER_EARLY)
    assert warnings_on(world, key) == []
    sweep_at(world, AT + timedelta(days=19) + A_MOMENT_AFTER)
    assert warnings_on(world, key) == ["This hold has ended by itself."]


def test_at_an_earlier_address_it_is_warned_of_too(world: World) -> None:
    key = f"posts/{contents.CLINIC}/a/withdrawal.yaml"
    upload_and_settle(world, *MOVED, put(key, HOLD))
    assert WARNING in warnings_on(world, key)
    sweep_at(world, NO_LONGER_EARLY)
    assert WARNING not in warnings_on(world, key)


def test_clocks_may_differ_by_five_minutes(world: World) -> None:
    world.now = AT - timedelta(minutes=4)
    upload_and_settle(world, *ILLUSTRATED, put(WITHDRAWAL, HOLD))
    assert warnings_on(world, WITHDRAWAL) == []


def test_what_has_no_end_needs_no_such_warning(world: World) -> None:
    upload_and_settle(world, *ILLUSTRATED, withdraw(WITHDRAWAL.split("/")[2]))
    assert warnings_on(world, WITHDRAWAL) == []
    upload_and_settle(world, delete(WITHDRAWAL))


@pytest.mark.parametrize("file", ["withdrawal.yaml", "ja.md.withdrawal.yaml"])
def test_a_hold_of_what_was_never_uploaded_says_until_when_it_would_count(world: World, file: str) -> None:
    """No page is looked at again when it ends, so its report must be true before and after."""
    key = f"posts/{contents.CLINIC}/b-side/{file}"
    upload_and_settle(world, *ILLUSTRATED, put(key, HOLD))
    for moment in (NO_LONGER_EARLY, AT + timedelta(days=19) + A_MOMENT_AFTER):
        sweep_at(world, moment)
        outcome = world.index.read_post(PostRef(contents.CLINIC, "b-side"))[0].withdrawals[file].outcome
        assert outcome.state == "waiting"
        assert outcome.problems[-1].fix.endswith(f"as soon as what it names is uploaded, until {UNTIL}.")
