"""Least privilege: what each role may do stands in one list, and a change of it is read by a person."""

import json
import re
from typing import Any

import pytest

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.iam import AuthorizationRequest
from colophon_emulator.roles import Permissions
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
            assert resource.endswith({"s3": ("/*", "/site.*"), "logs": (":*",), "cloudwatch": (":alarm:*",)}[service])


def test_every_grant_on_the_index_names_its_partition_keys(
    stack: Deployment, granted: dict[str, dict[str, dict[str, Any]]]
) -> None:
    """A Scan has no partition key, so that such a condition would let it through: it is in no role."""
    table = stack.resources["IndexTable"].arn
    found = [(role, each) for role, every in granted.items() for each in every.values() if table in each["Resource"]]
    assert {role for role, _ in found} == {"PublishRole", "ImageRole", "RelistRole", "ReportRole", "SweepRole"}
    for _, each in found:
        assert each["Condition"].keys() == {"ForAllValues:StringLike"}
        assert all(pattern.rstrip("*").rstrip("#").isalpha() for pattern in _leading_keys(each))
        assert not {"dynamodb:Scan", "dynamodb:PartiQLSelect"} & {*each["Action"]}


def _leading_keys(statement: dict[str, Any]) -> list[str]:
    keys: list[str] = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return keys


@pytest.mark.parametrize(
    ("function", "action", "where", "allowed"),
    [
        ("Image", "s3:PutObject", "SiteBucket/images/a/b/c.jpg", True),
        ("Image", "s3:PutObject", "SiteBucket/en/a/b/index.html", False),
        ("Image", "s3:GetObject", "SiteBucket/index.html", False),
        ("Image", "s3:GetObjectVersion", "InboxBucket/posts/a/b/c.jpg", True),
        ("Image", "s3:GetObjectVersion", "InboxBucket/clinics/a/clinic.yaml", False),
        ("Image", "s3:GetObjectVersion", "InboxBucket/reports/posts/a/b/en.md.json", False),
        ("Publish", "s3:PutObject", "SiteBucket/en/a/b/index.html", True),
        ("Publish", "s3:PutObject", "SiteBucket/images/a/b/c.jpg", False),
        ("Publish", "s3:GetObjectVersion", "InboxBucket/site.css", True),
        ("Publish", "s3:GetObjectVersion", "InboxBucket/reports/site.yaml.json", False),
        ("Relist", "s3:PutObject", "SiteBucket/en/index.html", True),
        ("Relist", "s3:PutObject", "SiteBucket/images/a/b/c.jpg", False),
        ("Report", "s3:PutObject", "InboxBucket/reports/site.yaml.json", True),
        ("Report", "s3:PutObject", "InboxBucket/site.yaml", False),
        ("Report", "s3:GetObject", "InboxBucket/site.yaml", False),
        ("Sweep", "s3:GetObjectVersion", "InboxBucket/posts/a/b/en.md", False),
    ],
)
def test_a_function_reads_and_writes_under_its_own_prefixes(
    stack: Deployment, function: str, action: str, where: str, allowed: bool
) -> None:
    bucket, _, key = where.partition("/")
    resource = f"{stack.resources[bucket].arn}/{key}"
    context = {"aws:securetransport": "true", "s3:if-none-match": "*"}
    request = AuthorizationRequest(action, resource, context)
    assert Permissions(stack).is_allowed(f"{function}Function", request) is allowed


@pytest.mark.parametrize(
    ("function", "action", "key", "allowed"),
    [
        ("Image", "UpdateItem", "post#a/b", True),
        ("Image", "GetItem", "clinic#a", True),
        ("Image", "UpdateItem", "clinic#a", False),
        ("Image", "PutItem", "post#a/b", False),
        ("Image", "PutItem", "site", False),
        ("Image", "PutItem", "history#a/b", False),
        ("Image", "DeleteItem", "due#0", True),
        ("Image", "DeleteItem", "post#a/b", False),
        ("Publish", "UpdateItem", "post#a/b", True),
        ("Publish", "DeleteItem", "post#a/b", False),
        ("Publish", "PutItem", "years#en/a", False),
        ("Publish", "PutItem", "round", False),
        ("Relist", "PutItem", "years#en/a", True),
        ("Relist", "PutItem", "entries#en/a", False),
        ("Relist", "GetItem", "post#a/b", False),
        ("Report", "GetItem", "post#a/b", True),
        ("Report", "GetItem", "history#a/b", False),
        ("Report", "PutItem", "post#a/b", False),
        ("Sweep", "PutItem", "round", True),
        ("Sweep", "PutItem", "post#a/b", False),
    ],
)
def test_a_function_reads_and_writes_its_own_rows(
    stack: Deployment, function: str, action: str, key: str, allowed: bool
) -> None:
    context = {"aws:securetransport": "true", "dynamodb:leadingkeys": (key,)}
    request = AuthorizationRequest(f"dynamodb:{action}", stack.resources["IndexTable"].arn, context)
    assert Permissions(stack).is_allowed(f"{function}Function", request) is allowed


def test_a_policy_for_people_fits_into_what_iam_takes(stack: Deployment) -> None:
    """6,144 characters, white space aside (IAM User Guide, "IAM and AWS STS quotas")."""
    policies = list(stack.of_type("AWS::IAM::ManagedPolicy"))
    assert {f"{policy.logical_id}Arn" for policy in policies} == {
        name for name in stack.outputs if name.endswith("PolicyArn")
    }
    for policy in policies:
        assert policy.properties.keys() == {"Description", "PolicyDocument"}, "with a name, two stacks collide"
        assert len(json.dumps(policy.properties["PolicyDocument"], separators=(",", ":"))) < 6000


def test_no_person_writes_to_the_site_or_the_index(stack: Deployment) -> None:
    site, table = stack.resources["SiteBucket"].arn, stack.resources["IndexTable"].arn
    found, policies = statements(stack.resources), stack.of_type("AWS::IAM::ManagedPolicy")
    writes = {
        (policy.logical_id, action)
        for policy in policies
        for statement in found[policy.logical_id].values()
        for action in statement["Action"]
        if any(each.startswith((f"{site}/", table)) for each in statement["Resource"])
        and not re.search(":(Get|List|BatchGet|Query|Scan)", action)
    }
    assert writes == {("OperatorPolicy", "dynamodb:PutItem")}, "the cursor of republish"


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
