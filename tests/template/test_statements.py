"""Least privilege: what each role may do stands in one list, and a change of it is read by a person."""

import json

import pytest

from colophon_emulator.deployment import Deployment, Resource
from tests.template.statements import GOLDEN, statements


@pytest.fixture(scope="module")
def granted(stack: Deployment) -> dict[str, dict[str, dict[str, list[str]]]]:
    """What each role of the stack allows, by statement, without who may assume it."""
    found = statements(stack.resources)
    roles = [role.logical_id for role in stack.of_type("AWS::IAM::Role")]
    return {role: {sid: each for sid, each in found[role].items() if sid != "AssumedBy"} for role in roles}


def test_every_statement_is_in_the_list_that_was_last_agreed_on(stack: Deployment) -> None:
    agreed = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert statements(stack.resources) == agreed, "if it is meant: python tests/template/statements.py"


def test_each_function_has_a_role_of_its_own_written_out_in_full(
    stack: Deployment, functions: dict[str, Resource]
) -> None:
    roles = {role.arn: role for role in stack.of_type("AWS::IAM::Role")}
    used = [function.properties["Role"] for function in functions.values()]
    others = [stack.resources[name].arn for name in ("SweepScheduleRole", "RolloutRole")]
    assert sorted([*used, *others]) == sorted(roles)
    for role in roles.values():
        assert "ManagedPolicyArns" not in role.properties, "a managed policy reaches further than one function needs"


def test_no_action_is_a_wildcard(granted: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    actions = [action for role in granted.values() for each in role.values() for action in each["Action"]]
    assert actions
    assert [action for action in actions if "*" in action] == []


def test_a_resource_is_open_only_within_one_bucket_or_one_log(
    granted: dict[str, dict[str, dict[str, list[str]]]],
) -> None:
    resources = [resource for role in granted.values() for each in role.values() for resource in each["Resource"]]
    for resource in resources:
        if "*" in resource:
            service = resource.split(":")[2]
            assert resource.count("*") == 1
            assert resource.endswith({"s3": "/*", "logs": ":*", "cloudwatch": ":alarm:*"}[service])


def test_no_role_can_delete_an_object(granted: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    actions = {action for role in granted.values() for each in role.values() for action in each["Action"]}
    # What is due leaves the index when it has been answered for; nothing ever leaves a bucket.
    assert {action for action in actions if "Delete" in action} == {"sqs:DeleteMessage", "dynamodb:DeleteItem"}


def test_nobody_writes_to_the_inbox_but_report_and_only_reports(
    stack: Deployment, granted: dict[str, dict[str, dict[str, list[str]]]]
) -> None:
    inbox = stack.resources["InboxBucket"].arn
    writers = {
        (role, resource)
        for role, each in granted.items()
        for statement in each.values()
        for resource in statement["Resource"]
        if "s3:PutObject" in statement["Action"] and resource.startswith(inbox)
    }
    assert writers == {("ReportRole", f"{inbox}/reports/*")}
