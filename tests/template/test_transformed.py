"""Every expectation of the transformed templates holds, and fails on a copy that is broken in the one place."""

import copy

import pytest

from tests.template.expectation import Expectation
from tests.template.expected_data import data_expectations
from tests.template.expected_rights import right_expectations
from tests.template.expected_runs import run_expectations
from tests.template.transformed import read_templates

ALL = [*run_expectations(), *data_expectations(), *right_expectations()]
EXPECTATIONS = {each.name: each for each in ALL}
LEAST = 50


@pytest.mark.parametrize("expected", EXPECTATIONS.values(), ids=EXPECTATIONS)
def test_it_holds_and_fails_on_its_broken_copy(expected: Expectation) -> None:
    templates = read_templates()
    expected.check(templates)
    broken = copy.deepcopy(templates)
    expected.break_(broken)
    assert broken != templates
    with pytest.raises(AssertionError):
        expected.check(broken)


def test_there_are_enough_of_them_and_no_two_of_one_name() -> None:
    assert len(ALL) == len(EXPECTATIONS) >= LEAST
