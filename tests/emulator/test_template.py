"""The real template.yaml in emulated AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from colophon_emulator.deployment import EMULATION_GAPS
from colophon_emulator.stack import LocalStack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(TEMPLATE) as stack:
        yield stack


def test_all_that_is_not_emulated_is_on_the_list_and_nothing_else(stack: LocalStack) -> None:
    left_out = {(gap.type, gap.property) for gap in stack.deployment.gaps}
    assert left_out - EMULATION_GAPS.keys() == set(), "emulate these, or say in gaps.py why not"
    assert EMULATION_GAPS.keys() - left_out == set(), "these are emulated or gone from the template"


def test_every_gap_has_a_reason_of_a_whole_sentence() -> None:
    assert all(reason.endswith(".") and len(reason.split()) > 3 for reason in EMULATION_GAPS.values())


def test_lambda_may_do_with_each_role_what_it_has_to(stack: LocalStack) -> None:
    assert stack.denied == ()


def test_the_test_event_of_s3_is_answered_and_leaves_nothing(stack: LocalStack) -> None:
    assert stack.dispatcher.waiting() > 0
    stack.dispatcher.run_until_quiet()
    assert stack.functions.failures == []
    assert stack.dispatcher.dead_letters() == {}
    assert stack.client("s3").list_objects_v2(Bucket=stack.site_bucket).get("Contents", []) == []
