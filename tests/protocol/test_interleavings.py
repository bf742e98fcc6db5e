"""Two handlers of one page in every order of their calls, and one fault at each call: the site comes out right."""

import os

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_cut, every_order, single_faults
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage
from tests.protocol.scenarios import (
    EMPTIED,
    EMPTIED_AND_REPUBLISHED,
    FORGOTTEN,
    PAIRS,
    REPORTED,
    REPORTED_FIRST,
    REPUBLISHED,
    Scene,
)

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_order_of_two_handlers_ends_in_the_site_of_a_clean_build(pair: str, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, PAIRS[pair].before, PAIRS[pair].parts)
    assert every_order(theatre, reduced=not WHOLE) > 3


@pytest.mark.parametrize("pair", PAIRS)
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(pair: str, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, PAIRS[pair].before, PAIRS[pair].parts)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(theatre, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


@pytest.mark.parametrize("scene", REPUBLISHED)
def test_whatever_comes_between_a_republish_ends_in_the_site_of_a_clean_build(
    scene: str, account: Cloud, stage: Stage
) -> None:
    theatre = Theatre(account, stage, REPUBLISHED[scene].before, REPUBLISHED[scene].parts)
    assert at_each_cut(theatre, "first", ["second"]) > 3
    assert at_each_cut(theatre, "second", ["first"]) > 3
    if WHOLE:
        every_order(theatre)
        single_faults(theatre, [("first", "second"), ("second", "first")])


def test_one_fault_at_any_call_of_a_republish_brings_nothing_back(account: Cloud, stage: Stage) -> None:
    scene = REPUBLISHED["republish and withdrawal"]
    theatre = Theatre(account, stage, scene.before, scene.parts)
    assert single_faults(theatre, [("first", "second")], thorough=WHOLE) > 10


@pytest.mark.parametrize("scene", FORGOTTEN)
def test_a_republish_makes_good_a_row_that_was_lost(scene: str, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, FORGOTTEN[scene].before, FORGOTTEN[scene].parts, emptied=True)
    assert at_each_cut(theatre, "first", ["second"]) > 3
    assert at_each_cut(theatre, "second", ["first"]) > 3


def test_a_republish_of_an_emptied_site_brings_the_newest_page_back(account: Cloud, stage: Stage) -> None:
    scene = EMPTIED_AND_REPUBLISHED
    theatre = Theatre(account, stage, scene.before, scene.parts, emptied=True)
    assert at_each_cut(theatre, "first", ["second"]) > 5


def test_a_site_that_is_emptied_under_its_handlers_gets_the_newest_page(account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, EMPTIED.before, EMPTIED.parts, emptied=True)
    assert at_each_cut(theatre, "first", ["second"]) == 7


@pytest.mark.parametrize("scene", [REPORTED, REPORTED_FIRST], ids=["later ones", "a first one"])
def test_two_reports_on_one_upload_end_with_what_the_index_says(scene: Scene, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, scene.before, scene.parts, reporting=True)
    assert every_order(theatre, reduced=not WHOLE) > 3
    assert single_faults(theatre, [("first", "second")], thorough=WHOLE) > 10
