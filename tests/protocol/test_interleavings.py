"""Two handlers of one page in every order of their calls, and one fault at each call: the site comes out right."""

import os

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_cut, every_order, single_faults
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage
from tests.protocol.scenarios import EMPTIED, PAIRS, REPORTED, REPORTED_FIRST, Scene

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


def test_a_site_that_is_emptied_under_its_handlers_gets_the_newest_page(account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, EMPTIED.before, EMPTIED.parts, emptied=True)
    assert at_each_cut(theatre, "first", ["second"]) == 7


@pytest.mark.parametrize("scene", [REPORTED, REPORTED_FIRST], ids=["later ones", "a first one"])
def test_two_reports_on_one_upload_end_with_what_the_index_says(scene: Scene, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, scene.before, scene.parts, reporting=True)
    assert every_order(theatre, reduced=not WHOLE) > 3
    assert single_faults(theatre, [("first", "second")], thorough=WHOLE) > 10
