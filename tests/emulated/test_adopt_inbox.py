"""An inbox that a deleted stack has left becomes that of a new stack, with all its versions; one in use does not."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.engine import run_moto
from colophon_ops.adopt_inbox import (
    KEYS_READ,
    LOGICAL_ID,
    Bucket,
    Clients,
    adopt,
    check_adoptable,
    describe_keys,
    open_clients,
    read_bucket,
)
from colophon_ops.errors import Misused
from tests.emulated.open_stack import watch
from tests.emulated.shell import Shell
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original

POST = Clinic("sorae").post()
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:resize"


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account for each test, which the commands find by the environment."""
    for name, value in (("ACCESS_KEY_ID", "any"), ("SECRET_ACCESS_KEY", "any"), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with run_moto():
        yield


def _leave_an_inbox() -> str:
    """An inbox with two versions of a text, of a stack that was deleted: its queues and its topic are gone."""
    before = LocalStack(TEMPLATE, parameters={"ReportTopic": "yes"}, stack_name="before", in_open_account=True)
    with before as stack:
        driver = StackDriver(stack, "")
        for key, content in (("site.yaml", SITE), (Clinic("sorae").key, Clinic("sorae").record())):
            driver.put(key, content)
        driver.put(POST.key("ko.md"), original())
        driver.put(POST.key("en.md"), edition("A title with an error"))
        driver.settle()
        driver.put(POST.key("en.md"), edition("A title without"))
        driver.settle()
        for queue in stack.deployment.of_type("AWS::SQS::Queue"):
            stack.client("sqs").delete_queue(QueueUrl=queue.ref)
        stack.client("sns").delete_topic(TopicArn=stack.outputs["ReportTopicArn"])
        return stack.inbox_bucket


def test_a_new_stack_shows_what_the_kept_inbox_holds_and_takes_uploads_to_it(shell: Shell) -> None:
    inbox = _leave_an_inbox()
    plan = shell.run("adopt-inbox", inbox, "--stack", "after", "--dry-run")
    assert plan.exit_code == 0, plan.stderr
    assert plan.stdout.count("notification: s3:Object") == 6
    assert plan.stdout.count("which does not exist any more, will be removed") == 2
    assert "notification: of reports/ to the topic of the stack" in plan.stdout
    assert "2 of them texts of posts" in plan.stdout
    # What CloudFormation does then: the bucket is in the stack, and the deployment changes it.
    after = LocalStack(
        TEMPLATE,
        parameters={"InboxBucketName": inbox},
        stack_name="after",
        in_open_account=True,
        imported=(LOGICAL_ID,),
    )
    with after as stack, serve_site(stack, 0) as server:
        failures, driver = watch(stack), StackDriver(stack, server.url)
        assert stack.inbox_bucket == inbox
        driver.settle()
        stack.dispatcher.fire("SweepFunctionEveryMinute")
        driver.settle()
        assert "A title without" in driver.fetch(POST.path("en")).text
        driver.put(POST.key("en.md"), edition("A third title"))
        driver.settle()
        assert "A third title" in driver.fetch(POST.path("en")).text
        assert failures.found() == []


def test_an_inbox_that_another_stack_is_notified_by_is_refused(shell: Shell) -> None:
    with LocalStack(TEMPLATE, stack_name="in-use", in_open_account=True) as stack:
        refused = shell.run("adopt-inbox", stack.inbox_bucket, "--stack", "after", "--yes")
        assert refused.exit_code == 2
        assert f"notifies {stack.deployment.resources['IntakeQueue'].arn}, which would hear nothing" in refused.stderr
        assert "Delete the stack that reads it first" in refused.stderr


@pytest.mark.parametrize("kind", ["topic", "function"])
def test_a_bucket_that_something_else_listens_to_is_refused(shell: Shell, kind: str) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="someone-elses")
    topic = boto3.client("sns", region_name="us-east-1").create_topic(Name="uploads")["TopicArn"]
    configuration: dict[str, Any] = {
        "topic": {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]},
        "function": {
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}]
        },
    }[kind]
    s3.put_bucket_notification_configuration(Bucket="someone-elses", NotificationConfiguration=configuration)
    refused = shell.run("adopt-inbox", "someone-elses")
    assert refused.exit_code == 2
    assert f"notifies {topic if kind == 'topic' else FUNCTION}" in refused.stderr


def test_a_bucket_whose_events_go_to_eventbridge_is_refused() -> None:
    """By botocore's Stubber: moto forgets that setting."""
    clients = open_clients()
    stubber = Stubber(clients.s3)
    stubber.add_response("get_bucket_versioning", {"Status": "Enabled"})
    stubber.add_response("get_bucket_notification_configuration", {"EventBridgeConfiguration": {}})
    stubber.add_client_error("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")
    stubber.add_client_error("get_bucket_policy", "NoSuchBucketPolicy")
    stubber.add_response("list_objects_v2", {})
    with stubber, pytest.raises(Misused, match="notifies EventBridge"):
        check_adoptable(read_bucket("someone-elses", clients))


def test_a_bucket_with_a_policy_of_its_own_is_refused_and_no_bucket_is_named(shell: Shell) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="posts-by-hand")
    s3.put_bucket_policy(Bucket="posts-by-hand", Policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    refused = shell.run("adopt-inbox", "posts-by-hand")
    assert (refused.exit_code, "has a bucket policy" in refused.stderr) == (2, True)
    unknown = shell.run("adopt-inbox", "no-such-bucket-anywhere")
    assert (unknown.exit_code, "There is no bucket no-such-bucket-anywhere" in unknown.stderr) == (2, True)


@pytest.mark.parametrize(
    ("inbox", "answer"),
    [("posts-by-hand", "is the inbox of the stack after already"), ("another", "a stack has one inbox")],
)
def test_a_stack_that_is_there_gets_no_second_inbox(shell: Shell, inbox: str, answer: str) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="posts-by-hand")
    queue = {"Type": "AWS::SQS::Queue"}
    template = {"Resources": {"Queue": queue}, "Outputs": {"InboxBucket": {"Value": inbox}}}
    cloudformation = boto3.client("cloudformation", region_name="us-east-1")
    cloudformation.create_stack(StackName="after", TemplateBody=json.dumps(template))
    refused = shell.run("adopt-inbox", "posts-by-hand", "--stack", "after", "--yes")
    assert (refused.exit_code, answer in refused.stderr) == (2, True)


def test_without_a_yes_nothing_is_changed(shell: Shell) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="posts-by-hand")
    asked = shell.run("adopt-inbox", "posts-by-hand")
    assert (asked.exit_code, "pass --yes to confirm" in asked.stderr) == (2, True)
    assert "versioning: off, will be Enabled now" in asked.stdout
    assert "Status" not in s3.get_bucket_versioning(Bucket="posts-by-hand")


IMPORT = {
    "StackName": "after",
    "ChangeSetName": "adopt-inbox",
    "ChangeSetType": "IMPORT",
    "TemplateBody": ANY,
    "ResourcesToImport": [
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceId": LOGICAL_ID,
            "ResourceIdentifier": {"BucketName": "posts-by-hand"},
        }
    ],
}
NAMES = {"StackName": "after", "ChangeSetName": "adopt-inbox"}


def _cloudformation() -> tuple[Clients, Stubber]:
    """The account with a CloudFormation that answers as it is told: moto imports nothing."""
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="posts-by-hand")
    own = open_clients()
    stubber = Stubber(own.cloudformation)
    stubber.add_response("create_change_set", {"Id": "arn", "StackId": "arn"}, IMPORT)
    return own, stubber


def test_the_bucket_alone_is_imported_and_its_versioning_switched_on() -> None:
    clients, stubber = _cloudformation()
    stubber.add_response("describe_change_set", {"Status": "CREATE_COMPLETE"}, NAMES)
    stubber.add_response("execute_change_set", {}, NAMES)
    stack: dict[str, Any] = {"StackName": "after", "CreationTime": 0, "StackStatus": "IMPORT_COMPLETE"}
    stubber.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "after"})
    with stubber:
        adopt(read_bucket("posts-by-hand", clients), "after", clients)
        stubber.assert_no_pending_responses()
    assert read_bucket("posts-by-hand", clients).versioning == "Enabled"


def test_the_reason_of_cloudformation_is_told() -> None:
    clients, stubber = _cloudformation()
    reason = "Resource posts-by-hand is already in stack arn:other."
    stubber.add_response("describe_change_set", {"Status": "FAILED", "StatusReason": reason}, NAMES)
    with stubber, pytest.raises(Misused, match=r"is already in stack arn:other\. Correct it"):
        adopt(read_bucket("posts-by-hand", clients), "after", clients)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ((), ["holds: nothing"]),
        (("site.yaml", POST.key("en.md")), ["holds: 2 keys, 1 of them texts of posts"]),
        (
            ("backup/a.txt", "b", "c", "d", POST.key("en.md")),
            [
                "holds: 5 keys, 1 of them texts of posts",
                "holds: 4 keys that will be refused with a report: backup/a.txt, b, c, ...",
                "holds: no site.yaml; every upload waits until there is one",
            ],
        ),
        (tuple(f"k{number}" for number in range(KEYS_READ)), ["holds: 1,000 keys and more, 0 of them texts of posts"]),
    ],
)
def test_the_plan_says_what_the_bucket_holds(keys: tuple[str, ...], told: list[str]) -> None:
    lines = list(describe_keys(Bucket("inbox", "Enabled", False, (), (), (), keys)))
    assert lines[: len(told)] == told
