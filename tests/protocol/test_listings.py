"""Two handlers of one listing: in no order does a link lead nowhere, and the site ends as a clean build."""

import os

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults, with_two_switches
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.listing_scenarios import PAIRS
from tests.rotating_seeds import third_of_the_day

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
# One for each group of listings: its fingerprint, its tokens and its row are its own. And one that comes back to where
# it was: its fingerprint must not.
FAULTY = (
    "one year: a correction, and another post",
    "one archive: a new month, and a correction",
    "one directory: a clinic's first post, and its end",
    "one home page: a new post, and a withdrawal",
    "a year of a withdrawn clinic, and a date corrected there and back",
)


# ``make simulate`` plays every order of all.
@pytest.mark.parametrize("pair", third_of_the_day(PAIRS))
def test_a_handler_that_comes_between_any_two_calls_of_another_leaves_a_clean_site(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants, listing=True)
    if WHOLE:
        assert every_order(scheduler) > 3
        return
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    if not pair.startswith(("one ", "the ")):
        assert at_each_switch(scheduler, "second", ["first"]) > 3


@pytest.mark.parametrize("pair", PAIRS if WHOLE else FAULTY)
def test_one_fault_at_any_call_leaves_a_clean_site(pair: str, account: Cloud, transport: Transport) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants, listing=True)
    orders = [("first", "second"), ("second", "first")]
    if WHOLE:
        assert single_faults(scheduler, orders, thorough=True) > 10
    else:
        assert single_faults(scheduler, orders[:1], of="first") > 10


def test_a_year_that_is_read_while_an_entry_moves_comes_out_right(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "items_per_query", 1)
    scenario = PAIRS["a year, and a corrected date that records into it"]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, listing=True)
    if WHOLE:
        assert with_two_switches(scheduler, "first", "second") > 20
    else:
        assert at_each_switch(scheduler, "first", ["second"]) > 8
