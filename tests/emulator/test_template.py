"""The real template.yaml in emulated AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from colophon_emulator.deployment import EMULATION_GAPS
from colophon_emulator.stack import EmulatedStack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def stack() -> Iterator[EmulatedStack]:
    with EmulatedStack(TEMPLATE) as stack:
        yield stack


def test_the_list_of_gaps_is_complete_and_current(stack: EmulatedStack) -> None:
    left_out = {(gap.type, gap.property) for gap in stack.deployment.gaps}
    assert left_out - EMULATION_GAPS.keys() == set(), "emulate these, or add them to EMULATION_GAPS with a reason"
    assert EMULATION_GAPS.keys() - left_out == set(), "remove these: they are emulated, or not in the template"


def test_every_gap_has_a_reason() -> None:
    assert all(reason.endswith(".") and len(reason.split()) > 3 for reason in EMULATION_GAPS.values())


def test_every_role_allows_what_lambda_needs(stack: EmulatedStack) -> None:
    assert stack.denials == ()


def test_s3s_test_event_is_processed_without_effect(stack: EmulatedStack) -> None:
    assert stack.dispatcher.count_waiting() > 0
    stack.dispatcher.run_until_idle()
    assert stack.functions.failures == []
    assert stack.dispatcher.dead_letters() == {}
    assert stack.client("s3").list_objects_v2(Bucket=stack.outputs["SiteBucket"]).get("Contents", []) == []
