"""The template is applied as CloudFormation would apply it, or refused by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.errors import EmulationError
from colophon_emulator.stack import LocalStack

Changed = Callable[..., LocalStack]


def refused(stack: LocalStack, why: str) -> None:
    with pytest.raises(EmulationError, match=why), stack:
        pass


def test_outputs_are_resolved(stack: LocalStack) -> None:
    assert stack.inbox_bucket == "small-inbox-123456789012"
    assert stack.table.startswith("colophon-Index-")
    assert stack.outputs["Orders"].startswith("https://sqs.us-east-1.amazonaws.com/123456789012/colophon-Orders-")


def test_the_versioning_of_a_bucket_follows_the_template(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    assert s3.get_bucket_versioning(Bucket=stack.inbox_bucket).get("Status") == "Enabled"
    assert "Status" not in s3.get_bucket_versioning(Bucket=stack.site_bucket)


def test_an_unknown_property_is_listed(template_without: Changed) -> None:
    with template_without("MemorySize: 256", "MemorySize: 256\n      ReservedConcurrentExecutions: 3") as stack:
        assert "Answer.ReservedConcurrentExecutions" in stack.not_emulated


def test_an_unknown_property_deep_inside_is_listed(template_without: Changed) -> None:
    deep = "NotificationConfiguration:\n        EventBridgeConfiguration: {EventBridgeEnabled: true}"
    with template_without("NotificationConfiguration:", deep) as stack:
        assert "Inbox.NotificationConfiguration.EventBridgeConfiguration" in stack.not_emulated


def test_an_unknown_resource_type_is_listed_whole(template_without: Changed) -> None:
    alarm = "  LostChanges: {Type: AWS::SQS::Queue}\n  Rare: {Type: AWS::Rare::Thing, Properties: {A: 1}}\n"
    with template_without("  LostChanges: {Type: AWS::SQS::Queue}\n", alarm) as stack:
        assert "Rare.*" in stack.not_emulated


@pytest.mark.parametrize(
    ("piece", "instead", "why"),
    [
        ("!GetAtt Bell.Arn\n            Filter", "!GetAtt Bell.Arnn\n            Filter", "Bell.Arnn"),
        (
            'BucketName: !Sub "small-site-${AWS::AccountId}"',
            "BucketName: !ImportValue x",
            "Site.BucketName.*ImportValue",
        ),
        ('"small-site-${AWS::AccountId}"', '"small-site-${Nobody}"', "Site.BucketName refers to Nobody"),
        ("!If [IsLive,", "!If [IsDead,", "IsDead"),
        ("Default: test", "Default: nowhere", "allows test, live for Stage, not nowhere"),
        ("DependsOn: BellPolicy", "", "rings .*small-bell, but no queue policy"),
        ("aws:s3:::small-inbox-", "aws:s3:::other-inbox-", "rings .*small-bell, but no queue policy"),
        ("Condition: {StringLike: {s3:prefix", "Condition: {StringOdd: {s3:prefix", "StringOdd"),
        ("CodeUri: functions/answer/\n", "CodeUri: 7\n", "SAM refuses"),
    ],
)
def test_what_cloudformation_would_refuse_is_refused_by_name(
    template_without: Changed, piece: str, instead: str, why: str
) -> None:
    refused(template_without(piece, instead), why)


def test_resources_in_a_circle_are_named(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n"
        "  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref B}}\n"
        "  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref A}}\n"
    )
    refused(LocalStack(path), "circle: A, B")


def test_dead_letters_need_the_consent_of_their_queue(template_without: Changed) -> None:
    unwilling = (
        "DeadOrders: {Type: AWS::SQS::Queue, Properties: {RedriveAllowPolicy: "
        "{redrivePermission: byQueue, sourceQueueArns: [arn:aws:sqs:us-east-1:123456789012:other]}}}"
    )
    refused(template_without("DeadOrders: {Type: AWS::SQS::Queue}", unwilling), "DeadOrders takes no dead letters")


def test_a_nested_stack_gets_parameters_and_gives_outputs(tmp_path: Path) -> None:
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
    with LocalStack(path) as stack:
        assert stack.outputs == {"Arn": "arn:aws:sqs:us-east-1:123456789012:leaf-queue"}
        assert list(stack.deployment.resources) == ["Leaf/Queue", "Leaf"]
        assert stack.not_emulated == ("Leaf/Queue.Tags",)


def test_a_role_that_lambda_can_not_read_the_queue_with_is_noticed(template_without: Changed) -> None:
    role = "      Role: !GetAtt Mute.Arn\n      CodeUri: functions/follow/\n"
    mute = (
        "  Mute:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n"
        "          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}\n\nOutputs:\n"
    )
    text: Any = template_without("      CodeUri: functions/follow/\n", role)
    path = text._template
    path.write_text(path.read_text().replace("Outputs:\n", mute))
    with LocalStack(path) as stack:
        actions = {denial.action for denial in stack.denied if denial.function == "Follow"}
        assert {"logs:PutLogEvents", "dynamodb:GetRecords", "sqs:SendMessage"} <= actions
