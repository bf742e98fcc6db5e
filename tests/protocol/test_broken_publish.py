"""The test of the checks: each rule of the protocol is left out once, and a schedule must fail."""

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.verbs.clients import PublishClients
from tests.protocol.harness import broken_publish
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import PAIRS

# What is left out, the pair of handlers that it harms, and the invariant that breaks.
CASES: dict[str, tuple[Callable[[World], PublishClients], str, str]] = {
    "the token is read after the snapshot": (broken_publish.token_after_snapshot, "correction and correction", "I[12]"),
    "a put without a condition": (
        partial(broken_publish.clients_with_site, broken_publish.UnconditionalPut),
        "correction and correction",
        "I[12]",
    ),
    "old content is put again": (
        partial(broken_publish.clients_with_site, broken_publish.OldContentPutAgain),
        "correction and correction",
        "I2",
    ),
    "a row is recorded without a condition": (
        broken_publish.unconditional_record,
        "correction and correction",
        "I[158]",
    ),
    "the row is recorded before the swap": (broken_publish.record_before_swap, "first publish and withdrawal", "I[45]"),
    "deletion instead of a tombstone": (
        partial(broken_publish.clients_with_site, broken_publish.NoTombstone),
        "first publish and withdrawal",
        "I[134]",
    ),
    "equal bytes are taken for the same": (
        partial(broken_publish.clients_with_site, broken_publish.SkipWhenBytesAreEqual),
        "withdrawal and reinstatement",
        "I1",
    ),
    "history tells of winners alone": (broken_publish.history_of_winners, "correction and correction", "I5"),
    "no revision in the bytes": (
        partial(broken_publish.clients_with_site, broken_publish.NoRevInTheBytes),
        "withdrawal and reinstatement",
        "I[1235]",
    ),
}


@pytest.mark.parametrize("left_out", CASES)
def test_the_schedules_show_what_happens_when(left_out: str, account: Cloud, transport: Transport) -> None:
    make_doors, pair, invariant = CASES[left_out]
    scheduler = Scheduler(
        account, transport, PAIRS[pair].before, PAIRS[pair].participants, replace(REAL, publish_clients=make_doors)
    )
    with pytest.raises(Violation, match=f"^{invariant}:"):
        run_all(scheduler)


def run_all(scheduler: Scheduler) -> None:
    every_order(scheduler)
    single_faults(scheduler, (("first", "second"), ("second", "first")))
