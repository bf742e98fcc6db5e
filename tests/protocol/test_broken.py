"""The checks' own test: each rule of the protocol is left out once, and the schedules must show it."""

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.verbs.clients import PublishDoors
from tests.protocol.harness import broken
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.eyes import Violation
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.schedules import Theatre
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import PAIRS

# What is left out, the pair of handlers that it harms, and the invariant that breaks.
CASES: dict[str, tuple[Callable[[World], PublishDoors], str, str]] = {
    "the token is read after the look": (broken.token_after_look, "correction and correction", "I[12]"),
    "a put without a condition": (
        partial(broken.with_site, broken.UnconditionalPut),
        "correction and correction",
        "I[12]",
    ),
    "old content is put again": (
        partial(broken.with_site, broken.OldContentPutAgain),
        "correction and correction",
        "I2",
    ),
    "a row is recorded without a condition": (broken.unconditional_record, "correction and correction", "I[158]"),
    "the row is recorded before the swap": (broken.record_before_swap, "first publish and withdrawal", "I[45]"),
    "deletion instead of a tombstone": (
        partial(broken.with_site, broken.NoTombstone),
        "first publish and withdrawal",
        "I[134]",
    ),
    "equal bytes are taken for the same": (
        partial(broken.with_site, broken.SkipWhenBytesAreEqual),
        "withdrawal and reinstatement",
        "I1",
    ),
    "history tells of winners alone": (broken.history_of_winners, "correction and correction", "I5"),
    "no revision in the bytes": (
        partial(broken.with_site, broken.NoRevInTheBytes),
        "withdrawal and reinstatement",
        "I[1235]",
    ),
}


@pytest.mark.parametrize("left_out", CASES)
def test_the_schedules_show_what_happens_when(left_out: str, account: Cloud, stage: Stage) -> None:
    make_doors, pair, invariant = CASES[left_out]
    theatre = Theatre(account, stage, PAIRS[pair].before, PAIRS[pair].parts, replace(REAL, doors=make_doors))
    with pytest.raises(Violation, match=f"^{invariant}:"):
        play_all(theatre)


def play_all(theatre: Theatre) -> None:
    every_order(theatre)
    single_faults(theatre, (("first", "second"), ("second", "first")))
