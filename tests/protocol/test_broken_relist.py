"""The test of the checks for listings and refresh requests: each rule is left out once, and a schedule must fail."""

from collections.abc import Mapping
from functools import partial

import pytest
from msgspec.structs import replace

from tests.protocol import listing_scenarios, scenarios
from tests.protocol.harness import broken_publish, broken_relist
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport


def site(kind: type[broken_publish.Site]) -> Functions:
    return replace(REAL, listing_clients=partial(broken_relist.listings_with_site, kind))


def index(kind: type[broken_relist.ListingIndex]) -> Functions:
    return replace(REAL, listing_clients=partial(broken_relist.listings_with_index, kind))


# What is left out, the pair of handlers that it harms, and the invariant that breaks.
LISTINGS: Mapping[str, tuple[Functions, str, str]] = {
    "a put without a condition": (
        site(broken_publish.UnconditionalPut),
        "one year: a correction, and another post",
        "I[12]",
    ),
    "old content is put again": (
        site(broken_publish.OldContentPutAgain),
        "one year: a corrected date, and a correction",
        "I2",
    ),
    "the token is read after the snapshot": (
        index(broken_relist.EntriesBeforeToken),
        "one year: a correction, and another post",
        "I[12]",
    ),
    "a row is not recorded where only tokens moved": (
        index(broken_relist.TokensNotRecorded),
        "one home page: a new post, and a withdrawal",
        "I8",
    ),
    "the row is recorded before the swaps": (
        replace(REAL, listing_clients=broken_relist.row_before_swaps),
        "an archive, and a new month",
        "I1",
    ),
    "removed entries do not count": (
        index(broken_relist.RemovedEntriesLeftOut),
        "one year: a new post, and its withdrawal",
        "I1",
    ),
    "an entry counts by its value": (
        index(broken_relist.EntriesByValue),
        "one year: the only post's withdrawal and its end",
        "I1",
    ),
    "a read that is consistent in the end": (
        index(broken_relist.EntriesAsTheyWere),
        "one year: a correction, and another post",
        "I1",
    ),
}
REFRESHES: Mapping[str, tuple[Functions, str, str]] = {
    "entries are written after the row": (
        replace(REAL, publish_clients=broken_relist.entries_apart),
        "correction and correction",
        "I1",
    ),
    "only the siblings of what moved are requested": (
        replace(REAL, relist=broken_relist.refreshes_only_siblings),
        "translation and original",
        "I[15]",
    ),
    "only pages with a row are requested": (
        replace(REAL, relist=broken_relist.refreshes_only_known_pages),
        "the original's deletion and a first translation",
        "I[15]",
    ),
}


@pytest.mark.parametrize("left_out", LISTINGS)
def test_the_schedules_show_in_listings_what_happens_when(left_out: str, account: Cloud, transport: Transport) -> None:
    functions, pair, invariant = LISTINGS[left_out]
    scenario = listing_scenarios.PAIRS[pair]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, functions, listing=True)
    with pytest.raises(Violation, match=f"^{invariant}:"):
        run_all(scheduler)


def test_the_schedules_show_what_happens_when_a_clinic_is_recorded_before_its_listings_stand(
    account: Cloud, transport: Transport
) -> None:
    scenario = scenarios.Scenario(scenarios.SITE_AND_CLINIC[:1], (scenarios.SITE_AND_CLINIC[1], scenarios.en(1)))
    functions = replace(REAL, publish_clients=broken_relist.clinic_before_its_listings)
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, functions, listing=True)
    with pytest.raises(Violation, match=r"^I4:"):
        run_all(scheduler)


@pytest.mark.parametrize("left_out", REFRESHES)
def test_the_schedules_show_a_missing_refresh_request_when(left_out: str, account: Cloud, transport: Transport) -> None:
    functions, pair, invariant = REFRESHES[left_out]
    scheduler = Scheduler(
        account, transport, scenarios.PAIRS[pair].before, scenarios.PAIRS[pair].participants, functions
    )
    with pytest.raises(Violation, match=f"^{invariant}:"):
        run_all(scheduler)


def run_all(scheduler: Scheduler) -> None:
    for order in (("first", "second"), ("second", "first")):
        at_each_switch(scheduler, order[0], order[1:])
        single_faults(scheduler, [order])
