"""The test of the checks: each rule of the protocol is left out once, and a schedule must fail."""

import pytest

from tests.protocol.harness.broken_publish import BROKEN
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.variants import VARIANTS
from tests.protocol.scenarios import PAIRS

# What is left out, the pair of handlers that it harms, and the invariant that breaks.
CASES: dict[str, tuple[str, str]] = {
    "the token is read after the snapshot": ("correction and correction", "I[12]"),
    "a put without a condition": ("correction and correction", "I[12]"),
    "old content is put again": ("correction and correction", "I2"),
    "a row is recorded without a condition": ("correction and correction", "I[158]"),
    "the row is recorded before the swap": ("first publish and withdrawal", "I[45]"),
    "deletion instead of a tombstone": ("first publish and withdrawal", "I[134]"),
    "equal bytes are taken for the same": ("withdrawal and reinstatement", "I1"),
    "history tells of winners alone": ("correction and correction", "I5"),
    "no revision in the bytes": ("withdrawal and reinstatement", "I[1235]"),
}


def test_each_rule_that_can_be_left_out_is_left_out() -> None:
    assert CASES.keys() == BROKEN.keys()


@pytest.mark.parametrize("left_out", CASES)
def test_the_schedules_show_what_happens_when(left_out: str, account: Cloud, transport: Transport) -> None:
    pair, invariant = CASES[left_out]
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants, VARIANTS[left_out])
    with pytest.raises(Violation, match=f"^{invariant}:"):
        run_all(scheduler)


def run_all(scheduler: Scheduler) -> None:
    every_order(scheduler)
    single_faults(scheduler, (("first", "second"), ("second", "first")))
