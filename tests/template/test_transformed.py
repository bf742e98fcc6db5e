"""Every expectation of the transformed templates holds, and fails on a copy that is broken in the one place."""

import pytest

from tests.template.expectation import Expectation
from tests.template.expected_data import data_expectations
from tests.template.expected_rights import right_expectations
from tests.template.expected_runs import FUNCTIONS, QUEUES, READERS, STREAM_READERS, run_expectations
from tests.template.transformed import read_templates, resources

ALL = [*run_expectations(), *data_expectations(), *right_expectations()]
EXPECTATIONS = {each.name: each for each in ALL}
LEAST = 50
TEMPLATES = read_templates()


@pytest.mark.parametrize("expected", EXPECTATIONS.values(), ids=EXPECTATIONS)
def test_it_holds_and_fails_on_its_broken_copy(expected: Expectation) -> None:
    expected.check(TEMPLATES)
    broken = read_templates()
    expected.break_(broken)
    assert broken != TEMPLATES
    with pytest.raises(AssertionError):
        expected.check(broken)


def test_no_function_queue_or_reader_is_left_out() -> None:
    found = {
        kind: {name for _, name, _ in resources(TEMPLATES, kind)}
        for kind in ("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping")
    }
    dead = {queue.replace("Queue", "DeadQueue") for queue in QUEUES}
    assert found == {
        "AWS::Lambda::Function": set(FUNCTIONS),
        "AWS::SQS::Queue": {*QUEUES, *dead, *STREAM_READERS.values()},
        "AWS::Lambda::EventSourceMapping": {*READERS, *STREAM_READERS},
    }


def test_there_are_enough_of_them_and_no_two_of_one_name() -> None:
    assert len(ALL) == len(EXPECTATIONS) >= LEAST
