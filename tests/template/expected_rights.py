"""What holds of roles and parameters in the transformed templates."""

from collections.abc import Iterator
from typing import Any

from tests.template.expectation import Expectation, expect, expect_that, find_statement
from tests.template.transformed import Templates, put, resources


def right_expectations() -> Iterator[Expectation]:
    yield from _roles()
    yield from _parameters()


def _roles() -> Iterator[Expectation]:
    grant = "PublishRole/Properties/Policies/0/PolicyDocument/Statement/0"
    yield Expectation("No role may do anything whatever", _no_wildcard, put(f"{grant}/Action", "sqs:*"))
    yield Expectation("No role reaches everything", _no_star, put(f"{grant}/Resource", "*"))
    yield Expectation("No role may delete from a bucket", _no_delete, put(f"{grant}/Action", "s3:DeleteObject"))
    yield Expectation(
        "No role has a policy of AWS's", _no_managed, put("SweepRole/Properties/ManagedPolicyArns", ["arn:x"])
    )
    for role in ("SweepScheduleRole", "RolloutRole"):
        yield expect(
            f"{role} is assumed for this account alone",
            f"{role}/Properties/AssumeRolePolicyDocument/Statement/0/Condition",
            {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
            {},
        )
    yield Expectation(
        "CodeDeploy moves publish alone",
        _moves_publish_alone,
        put("RolloutRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource", "*"),
    )


def _grants(templates: Templates) -> Iterator[tuple[list[str], list[Any]]]:
    for _, _, role in resources(templates, "AWS::IAM::Role"):
        for policy in role["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions, targets = (statement[name] for name in ("Action", "Resource"))
                yield (
                    actions if isinstance(actions, list) else [actions],
                    targets if isinstance(targets, list) else [targets],
                )


def _no_wildcard(templates: Templates) -> None:
    assert [action for actions, _ in _grants(templates) for action in actions if "*" in action] == []


def _no_star(templates: Templates) -> None:
    assert "*" not in [target for _, targets in _grants(templates) for target in targets]


def _no_delete(templates: Templates) -> None:
    assert [action for actions, _ in _grants(templates) for action in actions if action.startswith("s3:Delete")] == []


def _no_managed(templates: Templates) -> None:
    assert [
        name for _, name, role in resources(templates, "AWS::IAM::Role") if "ManagedPolicyArns" in role["Properties"]
    ] == []


def _moves_publish_alone(templates: Templates) -> None:
    move = find_statement(templates, "RolloutRole/Properties/Policies/0/PolicyDocument/Statement", "MoveAlias")
    assert move["Resource"] == [{"Fn::GetAtt": ["PublishFunction", "Arn"]}, {"Fn::Sub": "${PublishFunction.Arn}:live"}]


def _parameters() -> Iterator[Expectation]:
    for name in ("SiteDomain", "CertificateArn", "AlarmEmail", "WebAclArn", "InboxBucketName"):
        yield expect(f"{name} may be left empty", f"Parameters/{name}/Default", "", "x")
    yield expect("The functions run on arm64 by default", "Parameters/Architecture/Default", "arm64", "x86_64")
    yield expect("SQS takes no concurrency below 2", "Parameters/Lanes/MinValue", 2, 1)
    yield expect(
        "A rollout is gradual by default", "Parameters/Rollout/Default", "Canary10Percent5Minutes", "AllAtOnce"
    )
    name = {"Fn::Not": [{"Fn::Equals": [{"Ref": "InboxBucketName"}, ""]}]}
    yield expect("An inbox is new unless it has a name", "Conditions/HasInboxName", name, {"Fn::Equals": ["", ""]})
    yield expect_that(
        "A domain needs a certificate",
        "Rules/DomainWithCertificate/Assertions",
        lambda found: "CertificateArn" in str(found),
        [],
    )
