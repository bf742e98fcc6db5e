"""Two code versions at once, and back again: neither makes the other's pages again, and no row loses what it holds."""

import os

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.versions import NEW, OLD, TwoVersionScheduler, two_versions
from tests.protocol.scenarios import BOTH, EN, ILLUSTRATED, PAIRS, WITHDRAWAL, Scenario, en, ko, put
from tests.rotating_seeds import share_of_the_day

# Every pair and story in each order; else a share that changes daily.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
VERSIONS = ((OLD, NEW), (NEW, OLD))
PLAYED = [(pair, *versions) for pair in PAIRS for versions in VERSIONS]
# What streams in while the new version is rolled out.
STORIES = {
    "a correction of each language": Scenario(BOTH, (en(2), ko(2))),
    "a correction and a withdrawal": Scenario(BOTH, (en(2), put(WITHDRAWAL, contents.withdrawal()))),
    "a refused correction of an illustrated text, and its original": Scenario(
        ILLUSTRATED, (put(EN, contents.refused(2)), ko(1))
    ),
}
TOLD = [(story, *versions) for story in STORIES for versions in VERSIONS]


@pytest.mark.parametrize(("pair", "first", "second"), PLAYED if WHOLE else share_of_the_day(PLAYED, 6))
def test_two_versions_that_meet_on_a_page_put_it_as_often_as_one(
    pair: str, first: str, second: str, account: Cloud, transport: Transport
) -> None:
    """One handler of each version, in every order at each switch. What they leave is the same but for the code."""
    with two_versions():
        alone, both = (
            TwoVersionScheduler(
                account,
                transport,
                PAIRS[pair].before,
                PAIRS[pair].participants,
                versions={"first": first, "second": version},
            )
            for version in (first, second)
        )
        at_each_switch(alone, "first", ["second"])
        at_each_switch(both, "first", ["second"])
    assert max(both.revisions) <= max(alone.revisions)


@pytest.mark.parametrize(("story", "first", "second"), TOLD if WHOLE else share_of_the_day(TOLD, 6))
def test_after_a_rollout_or_a_rollback_a_republish_makes_the_site_of_that_version(
    story: str, first: str, second: str, account: Cloud, transport: Transport
) -> None:
    """The old version made what stands. Each version handles one upload, in every order at each switch. Then either is
    deployed alone."""
    with two_versions(derives=True):
        scheduler = TwoVersionScheduler(
            account,
            transport,
            STORIES[story].before,
            STORIES[story].participants,
            listing=True,
            versions={"first": first, "second": second},
            ends=(OLD, NEW),
        )
        assert at_each_switch(scheduler, "first", ["second"]) > 3
