"""A template is applied as CloudFormation would apply it, or refused with the name of the resource."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.deploy import find_dependencies
from colophon_emulator.engine import run_moto
from colophon_emulator.errors import EmulationError
from colophon_emulator.stack import EmulatedStack
from tests.emulator.conftest import SMALL

TemplateWithout = Callable[..., EmulatedStack]


def refused(stack: EmulatedStack, why: str) -> None:
    with pytest.raises(EmulationError, match=why), stack:
        pass


def test_outputs_are_resolved(stack: EmulatedStack) -> None:
    assert stack.outputs["InboxBucket"] == "small-inbox-123456789012"
    assert stack.outputs["Table"].startswith("emulated-Index-")
    assert stack.outputs["Orders"].startswith("https://sqs.us-east-1.amazonaws.com/123456789012/emulated-Orders-")


def test_the_versioning_of_a_bucket_follows_the_template(stack: EmulatedStack) -> None:
    s3 = stack.client("s3")
    assert s3.get_bucket_versioning(Bucket=stack.outputs["InboxBucket"]).get("Status") == "Enabled"
    assert "Status" not in s3.get_bucket_versioning(Bucket=stack.outputs["SiteBucket"])


def test_an_unknown_property_is_listed(template_without: TemplateWithout) -> None:
    with template_without("MemorySize: 256", "MemorySize: 256\n      ReservedConcurrentExecutions: 3") as stack:
        assert "Answer.ReservedConcurrentExecutions" in stack.not_emulated


def test_an_unknown_nested_property_is_listed(template_without: TemplateWithout) -> None:
    deep = "NotificationConfiguration:\n        EventBridgeConfiguration: {EventBridgeEnabled: true}"
    with template_without("NotificationConfiguration:", deep) as stack:
        assert "Inbox.NotificationConfiguration.EventBridgeConfiguration" in stack.not_emulated


def test_an_unknown_resource_type_is_listed_whole(template_without: TemplateWithout) -> None:
    alarm = "  LostChanges: {Type: AWS::SQS::Queue}\n  Rare: {Type: AWS::Rare::Thing, Properties: {A: 1}}\n"
    with template_without("  LostChanges: {Type: AWS::SQS::Queue}\n", alarm) as stack:
        assert "Rare.*" in stack.not_emulated


@pytest.mark.parametrize(
    ("piece", "instead", "why"),
    [
        ("!GetAtt Events.Arn\n            Filter", "!GetAtt Events.Arnn\n            Filter", "Events.Arnn"),
        (
            'BucketName: !Sub "small-site-${AWS::AccountId}"',
            "BucketName: !ImportValue x",
            "Site.BucketName.*ImportValue",
        ),
        ('"small-site-${AWS::AccountId}"', '"small-site-${Nobody}"', "Site.BucketName refers to Nobody"),
        ("!If [IsLive,", "!If [IsDead,", "IsDead"),
        ("Default: test", "Default: nowhere", "allows test, live for Stage, not nowhere"),
        ("DependsOn: EventsPolicy", "", "notifies .*small-events, but no queue policy"),
        ("aws:s3:::small-inbox-", "aws:s3:::other-inbox-", "notifies .*small-events, but no queue policy"),
        ("Condition: {StringLike: {s3:prefix", "Condition: {StringOdd: {s3:prefix", "StringOdd"),
        ("CodeUri: functions/answer/\n", "CodeUri: 7\n", "SAM refuses"),
    ],
)
def test_what_cloudformation_would_refuse_is_refused_by_name(
    template_without: TemplateWithout, piece: str, instead: str, why: str
) -> None:
    refused(template_without(piece, instead), why)


def test_circular_resources_are_named(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n"
        "  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref B}}\n"
        "  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref A}}\n"
    )
    refused(EmulatedStack(path), "circle: A, B")


def test_a_dead_letter_queue_can_refuse_a_source(template_without: TemplateWithout) -> None:
    refusing = (
        "DeadOrders: {Type: AWS::SQS::Queue, Properties: {RedriveAllowPolicy: "
        "{redrivePermission: byQueue, sourceQueueArns: [arn:aws:sqs:us-east-1:123456789012:other]}}}"
    )
    refused(template_without("DeadOrders: {Type: AWS::SQS::Queue}", refusing), "DeadOrders takes no dead letters")


def test_a_name_that_is_literal_is_refused_the_second_time() -> None:
    with run_moto(), EmulatedStack(SMALL, stack_name="one", in_open_account=True):
        refused(EmulatedStack(SMALL, stack_name="two", in_open_account=True), r"small-\S+ already exists")


def test_a_stack_beside_others_needs_an_open_account() -> None:
    refused(EmulatedStack(SMALL, in_open_account=True), "No emulated account is open")


def test_a_reference_in_the_metadata_is_a_dependency_too() -> None:
    """So a resource can depend on one that a condition may leave out, which DependsOn can't say."""
    bucket = {"Metadata": {"Topic": {"Fn::If": ["HasTopic", {"Ref": "TopicPolicy"}, ""]}}}
    assert find_dependencies(bucket, {"TopicPolicy": {}, "Other": {}}) == {"TopicPolicy"}
    assert find_dependencies(bucket, {"Other": {}}) == frozenset()


def test_a_nested_stack_takes_parameters_and_returns_outputs(tmp_path: Path) -> None:
    (tmp_path / "leaf.yaml").write_text(
        "Parameters: {Name: {Type: String}}\n"
        "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name, Tags: []}}}\n"
        "Outputs: {Arn: {Value: !GetAtt Queue.Arn}}\n"
    )
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n"
        "  Leaf:\n"
        "    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: leaf.yaml, Parameters: {Name: leaf-queue}}\n"
        "Outputs: {Arn: {Value: !GetAtt Leaf.Outputs.Arn}}\n"
    )
    with EmulatedStack(path) as stack:
        assert stack.outputs == {"Arn": "arn:aws:sqs:us-east-1:123456789012:leaf-queue"}
        assert list(stack.deployment.resources) == ["Leaf/Queue", "Leaf"]
        assert stack.not_emulated == ("Leaf/Queue.Tags",)


def test_a_role_without_lambdas_own_permissions_is_denied(template_without: TemplateWithout) -> None:
    role = "      Role: !GetAtt Mute.Arn\n      CodeUri: functions/follow/\n"
    mute = (
        "  Mute:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n"
        "          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}\n\nOutputs:\n"
    )
    text: Any = template_without("      CodeUri: functions/follow/\n", role)
    path = text._template
    path.write_text(path.read_text().replace("Outputs:\n", mute))
    with EmulatedStack(path) as stack:
        actions = {denial.action for denial in stack.denials if denial.function == "Follow"}
        assert {"logs:PutLogEvents", "dynamodb:GetRecords", "sqs:SendMessage"} <= actions
