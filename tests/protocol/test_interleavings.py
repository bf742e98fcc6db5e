"""Two handlers of one page in every order of their calls, and one fault at each call: the site comes out right."""

import os

import pytest
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage
from tests.protocol.scenarios import PAIRS, parts

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_order_of_two_handlers_ends_in_the_site_of_a_clean_build(pair: str, account: Cloud, stage: Stage) -> None:
    before, first, second = PAIRS[pair]
    theatre = Theatre(account, stage, before, parts(first, second))
    assert every_order(theatre, reduced=not WHOLE) > 5


@pytest.mark.parametrize("pair", PAIRS)
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(pair: str, account: Cloud, stage: Stage) -> None:
    before, first, second = PAIRS[pair]
    theatre = Theatre(account, stage, before, parts(first, second))
    assert single_faults(theatre, (("first", "second"), ("second", "first")), thorough=WHOLE) > 20
