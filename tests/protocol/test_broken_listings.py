"""The checks' own test for listings and rings: each rule is left out once, and the schedules must show it."""

from collections.abc import Mapping
from functools import partial

import pytest
from msgspec.structs import replace

from tests.protocol import listing_scenes, scenarios
from tests.protocol.harness import broken, broken_relist
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_cut, single_faults
from tests.protocol.harness.eyes import Violation
from tests.protocol.harness.functions import REAL, Functions
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage


def site(kind: type[broken.Site]) -> Functions:
    return replace(REAL, shelves=partial(broken_relist.with_site, kind))


def index(kind: type[broken_relist.ListingIndex]) -> Functions:
    return replace(REAL, shelves=partial(broken_relist.with_index, kind))


# What is left out, the pair of handlers that it harms, and the invariant that breaks.
LISTINGS: Mapping[str, tuple[Functions, str, str]] = {
    "a put without a condition": (site(broken.UnconditionalPut), "one year: a correction, and another post", "I[12]"),
    "old content is put again": (
        site(broken.OldContentPutAgain),
        "one year: a corrected date, and a correction",
        "I2",
    ),
    "the token is read after the look": (
        index(broken_relist.LooksFirst),
        "one year: a correction, and another post",
        "I[12]",
    ),
    "a row is not recorded where only tokens moved": (
        index(broken_relist.TokensNotRecorded),
        "one home page: a new post, and a withdrawal",
        "I8",
    ),
    "the row is recorded before the swaps": (
        replace(REAL, shelves=broken_relist.row_before_swaps),
        "an archive, and a new month",
        "I4",
    ),
    "blanks have no say": (index(broken_relist.BlanksLeftOut), "one year: a new post, and its withdrawal", "I1"),
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
RINGS: Mapping[str, tuple[Functions, str, str]] = {
    "entries are written after the row": (
        replace(REAL, doors=broken_relist.entries_apart),
        "correction and correction",
        "I1",
    ),
    "only the others of what moved are rung": (
        replace(REAL, relist=broken_relist.rings_others_of_what_moved),
        "translation and original",
        "I[15]",
    ),
    "only who had a row is rung": (
        replace(REAL, relist=broken_relist.rings_only_what_was_there),
        "the original's deletion and a first translation",
        "I[15]",
    ),
}


@pytest.mark.parametrize("left_out", LISTINGS)
def test_the_schedules_show_in_listings_what_happens_when(left_out: str, account: Cloud, stage: Stage) -> None:
    functions, pair, invariant = LISTINGS[left_out]
    scene = listing_scenes.PAIRS[pair]
    theatre = Theatre(account, stage, scene.before, scene.parts, functions, listing=True)
    with pytest.raises(Violation, match=f"^{invariant}:"):
        play_all(theatre)


def test_the_schedules_show_what_happens_when_a_clinic_is_recorded_before_its_listings_stand(
    account: Cloud, stage: Stage
) -> None:
    scene = scenarios.Scene(scenarios.HOUSE[:1], (scenarios.HOUSE[1], scenarios.en(1)))
    functions = replace(REAL, doors=broken_relist.clinic_before_its_shelves)
    theatre = Theatre(account, stage, scene.before, scene.parts, functions, listing=True)
    with pytest.raises(Violation, match=r"^I4:"):
        play_all(theatre)


@pytest.mark.parametrize("left_out", RINGS)
def test_the_schedules_show_what_is_not_rung_for_when(left_out: str, account: Cloud, stage: Stage) -> None:
    functions, pair, invariant = RINGS[left_out]
    theatre = Theatre(account, stage, scenarios.PAIRS[pair].before, scenarios.PAIRS[pair].parts, functions)
    with pytest.raises(Violation, match=f"^{invariant}:"):
        play_all(theatre)


def play_all(theatre: Theatre) -> None:
    for order in (("first", "second"), ("second", "first")):
        at_each_cut(theatre, order[0], order[1:])
        single_faults(theatre, [order])
