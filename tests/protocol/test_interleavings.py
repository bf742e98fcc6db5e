"""Two handlers of one page in every order of their calls, and one fault at each call: the site comes out right."""

import os

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.scenarios import (
    EMPTIED,
    EMPTIED_AND_REPUBLISHED,
    PAIRS,
    REPORTED,
    REPORTED_FIRST,
    REPUBLISHED,
    ROW_LOST,
    Scenario,
)
from tests.rotating_seeds import share_of_the_day, third_of_the_day

# Every order and every fault of every pair; else of a third of them. ``make simulate`` plays all, too.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
IN_EVERY_ORDER = list(PAIRS) if WHOLE else share_of_the_day(PAIRS, 3)


@pytest.mark.parametrize("pair", IN_EVERY_ORDER)
def test_every_order_of_two_handlers_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert every_order(scheduler, reduced=not WHOLE) > 3


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in IN_EVERY_ORDER])
def test_a_handler_between_any_two_calls_of_another_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 2


@pytest.mark.parametrize("pair", third_of_the_day(PAIRS))
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(scheduler, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


@pytest.mark.parametrize("scene", REPUBLISHED)
def test_whatever_comes_between_a_republish_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, REPUBLISHED[scene].before, REPUBLISHED[scene].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    assert at_each_switch(scheduler, "second", ["first"]) > 3
    if WHOLE:
        every_order(scheduler)
        single_faults(scheduler, [("first", "second"), ("second", "first")])


def test_one_fault_at_any_call_of_a_republish_brings_nothing_back(account: Cloud, transport: Transport) -> None:
    scenario = REPUBLISHED["republish and withdrawal"]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants)
    assert single_faults(scheduler, [("first", "second")], thorough=WHOLE) > 10


@pytest.mark.parametrize("scene", ROW_LOST)
def test_a_republish_makes_good_a_row_that_was_lost(scene: str, account: Cloud, transport: Transport) -> None:
    scheduler = Scheduler(account, transport, ROW_LOST[scene].before, ROW_LOST[scene].participants, site_emptied=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    assert at_each_switch(scheduler, "second", ["first"]) > 3


def test_a_republish_of_an_emptied_site_brings_the_newest_page_back(account: Cloud, transport: Transport) -> None:
    scenario = EMPTIED_AND_REPUBLISHED
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, site_emptied=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 5


def test_a_site_that_is_emptied_under_its_handlers_gets_the_newest_page(account: Cloud, transport: Transport) -> None:
    scheduler = Scheduler(account, transport, EMPTIED.before, EMPTIED.participants, site_emptied=True)
    assert at_each_switch(scheduler, "first", ["second"]) == 7


@pytest.mark.parametrize("scene", [REPORTED, REPORTED_FIRST], ids=["later ones", "a first one"])
def test_two_reports_on_one_upload_end_with_what_the_index_says(
    scene: Scenario, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, scene.before, scene.participants, reporting=True)
    assert every_order(scheduler, reduced=not WHOLE) > 3
    assert single_faults(scheduler, [("first", "second")], thorough=WHOLE) > 10
