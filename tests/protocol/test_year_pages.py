"""The page about a year: the months link to it and it links to them, and neither link ever leads nowhere."""

import pytest

from colophon.listings.kinds import year
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import (
    CLINIC_REINSTATEMENT,
    CLINIC_WITHDRAWAL,
    FEBRUARY,
    ONE,
    OTHER,
    REINSTATEMENT,
    WITHDRAWAL,
    as_listing_record,
    first,
    other,
)
from tests.protocol.scenarios import CLINIC, SITE_AND_CLINIC, Scenario, put

PAGE = f"en/{contents.CLINIC}/2026/index.html"
STORY = (
    *(first(1), other(1, FEBRUARY), WITHDRAWAL, put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()), REINSTATEMENT),
    *(put(CLINIC, contents.clinic(2)), CLINIC_WITHDRAWAL, CLINIC_REINSTATEMENT),
)
NEW_MONTH_AND_ITS_END = Scenario(
    ONE,
    (
        as_listing_record(other(1, FEBRUARY), "years#"),
        as_listing_record(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()), "entries#"),
    ),
)


def tell_story(account: Cloud, transport: Transport) -> World:
    account.empty()
    world = World(account, transport, REAL, listing=True)
    restore_or_settle(world, SITE_AND_CLINIC)
    checker = InvariantChecker(account)
    for upload in STORY:
        world.queued.append(upload(world))
        while world.queued:
            world.handle(0)
            checker.check()
        check_at_rest(world, clean_build(world))
    return world


def test_the_page_follows_its_months_and_every_link_leads_somewhere(account: Cloud, transport: Transport) -> None:
    world = tell_story(account, transport)
    assert "/2026/03/" in world.cloud.site()[PAGE].content.decode()
    check_replay(world)
    check_at_rest(world, clean_build(world))


def test_a_year_without_its_first_page_is_found(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(year, "_first_year_page", lambda snapshot, contents: ())
    with pytest.raises(Violation, match=f"leads to {PAGE}, which is not there"):
        tell_story(account, transport)


def test_a_new_month_and_its_end_leave_a_clean_site_in_any_order_and_with_one_fault(
    account: Cloud, transport: Transport
) -> None:
    pair = NEW_MONTH_AND_ITS_END
    scheduler = Scheduler(account, transport, pair.before, pair.participants, listing=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    assert single_faults(scheduler, [("first", "second")], of="first") > 10
