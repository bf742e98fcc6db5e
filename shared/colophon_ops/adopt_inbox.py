"""Take over an inbox bucket that a deleted stack has left, or that was made by hand, as the inbox of a new stack.

CloudFormation imports the bucket alone, into a stack that has nothing else yet. The next deployment, with the bucket's
name as InboxBucketName, then sets everything that template.yaml says of it. Sources, in the CloudFormation User Guide:
"Import AWS resources into a CloudFormation stack manually" (a resource to import needs a DeletionPolicy; nothing else
may change) and "... automatically" (not for a name that a function computes, as here). A later update replaces the
bucket's whole notification configuration: what another stack hears from it would end without a word.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError
from msgspec import Struct

from colophon.problem import Unavailable
from colophon.upload.keys import NOTIFIED_PREFIXES, PageRef, SiteFile, UnknownKey, parse_key
from colophon_ops.aws_clients import FIRST_QUESTION, make_client
from colophon_ops.errors import Misused
from colophon_ops.target import session_options

LOGICAL_ID = "InboxBucket"
_EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
_CHANGE_SET = "adopt-inbox"
# A page of a listing, and what "more than" is said of. Strange keys are told up to a few.
KEYS_READ, _KEYS_TOLD = 1000, 3
_NOTHING = ("NoSuchBucketPolicy", "NoSuchLifecycleConfiguration")


class Bucket(Struct, frozen=True):
    """A bucket as it is: ``versioning`` is Enabled, Suspended or empty; the rest names what a deployment replaces.

    ``listeners`` are the ARNs that its notifications go to and that exist; ``lost_listeners`` those of queues and
    topics that do not exist any more. ``keys`` are the first of its keys, at most ``KEYS_READ``.
    """

    name: str
    versioning: str
    has_policy: bool
    listeners: tuple[str, ...]
    lost_listeners: tuple[str, ...]
    lifecycle_rules: tuple[str, ...]
    keys: tuple[str, ...]


class Clients(Struct, frozen=True):
    """boto3 clients of the operator."""

    s3: Any
    sqs: Any
    sns: Any
    cloudformation: Any


def open_clients() -> Clients:
    """Clients for the account and region of the environment."""
    session = session_options()
    services = ("s3", "sqs", "sns", "cloudformation")
    return Clients(*(make_client(service, session, config=FIRST_QUESTION) for service in services))


def read_bucket(name: str, clients: Clients) -> Bucket:
    """The bucket's settings. Raises Misused if there is no such bucket."""
    s3 = clients.s3
    try:
        versioning = s3.get_bucket_versioning(Bucket=name).get("Status", "")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        raise Misused(f"There is no bucket {name}. Check its name, AWS_PROFILE and AWS_REGION.") from None
    listeners = list(_find_listeners(s3.get_bucket_notification_configuration(Bucket=name)))
    lost = tuple(arn for arn in listeners if not _exists(arn, clients))
    rules = _read(s3.get_bucket_lifecycle_configuration, name).get("Rules", [])
    return Bucket(
        name,
        versioning,
        bool(_read(s3.get_bucket_policy, name)),
        tuple(arn for arn in listeners if arn not in lost),
        lost,
        tuple(str(rule.get("ID", "without a name")) for rule in rules),
        tuple(each["Key"] for each in s3.list_objects_v2(Bucket=name, MaxKeys=KEYS_READ).get("Contents", [])),
    )


def _read(call: Any, bucket: str) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = call(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOTHING:
            raise
        return {}
    return answer


def _find_listeners(configuration: Mapping[str, Any]) -> Iterator[str]:
    kinds = {"Queue": "QueueArn", "Topic": "TopicArn", "LambdaFunction": "LambdaFunctionArn"}
    found = [each[arn] for kind, arn in kinds.items() for each in configuration.get(f"{kind}Configurations", [])]
    yield from dict.fromkeys(found)
    if "EventBridgeConfiguration" in configuration:
        yield "EventBridge"


def _exists(arn: str, clients: Clients) -> bool:
    """Whether a listener is there. Only queues and topics, which a stack has, are asked for; others count as there."""
    service, name = (arn.split(":")[2], arn.split(":")[-1]) if arn.startswith("arn:") else ("", "")
    try:
        if service == "sqs":
            clients.sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=arn.split(":")[4])
        elif service == "sns":
            clients.sns.get_topic_attributes(TopicArn=arn)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "NotFound" or "NonExistentQueue" in code or "QueueDoesNotExist" in str(error):
            return False
        raise
    return True


def check_adoptable(bucket: Bucket) -> None:
    """Raises Misused, with what to do first, for a bucket that something else listens to or that has a policy."""
    if bucket.listeners:
        others = ", ".join(bucket.listeners)
        fix = "Delete the stack that reads it first, or remove the bucket's notifications if nothing needs them."
        raise Misused(f"{bucket.name} notifies {others}, which would hear nothing any more. {fix}")
    if bucket.has_policy:
        fix = f"Save it (aws s3api get-bucket-policy --bucket {bucket.name}), delete it, and run this again."
        raise Misused(f"{bucket.name} has a bucket policy, and CloudFormation makes its own only where none is. {fix}")


def describe_keys(bucket: Bucket) -> Iterator[str]:
    """What the bucket holds: posts, keys that will be refused with a report, and whether site.yaml is missing."""
    if not bucket.keys:
        yield "holds: nothing"
        return
    is_whole = len(bucket.keys) < KEYS_READ
    texts = sum(isinstance(parse_key(key), PageRef) for key in bucket.keys)
    yield f"holds: {len(bucket.keys):,} keys{'' if is_whole else ' and more'}, {texts:,} of them texts of posts"
    if strange := [key for key in bucket.keys if isinstance(parse_key(key), UnknownKey)]:
        first = ", ".join(strange[:_KEYS_TOLD]) + (", ..." if len(strange) > _KEYS_TOLD else "")
        yield f"holds: {len(strange):,} keys that will be refused with a report: {first}"
    if is_whole and SiteFile().key not in bucket.keys:
        yield "holds: no site.yaml; every upload waits until there is one"


def describe_changes(bucket: Bucket) -> Iterator[str]:
    """A line for each setting that the adoption and the deployment after it change."""
    if bucket.versioning != "Enabled":
        yield f"versioning: {bucket.versioning or 'off'}, will be Enabled now"
    for prefix in NOTIFIED_PREFIXES:
        for event in _EVENTS:
            yield f"notification: {event} of {prefix} to the intake queue of the stack"
    yield "notification: of reports/ to the topic of the stack, if it is deployed with ReportTopic=yes"
    for arn in bucket.lost_listeners:
        yield f"notification: to {arn}, which does not exist any more, will be removed"
    yield "policy: none, will be that of template.yaml (TLS only, no keys that Colophon can't use)"
    for rule in bucket.lifecycle_rules:
        yield f"lifecycle rule: {rule}, will be replaced by those of template.yaml, which delete no upload"


def check_stack_is_free(stack: str, bucket: str, clients: Clients) -> None:
    """Raises Misused if there is a stack of that name: CloudFormation would import the bucket into it."""
    try:
        found = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found[0].get("Outputs", [])}
    if outputs.get("InboxBucket") == bucket:
        raise Misused(f"{bucket} is the inbox of the stack {stack} already. There is nothing to do.")
    raise Misused(f"There is a stack {stack}, and a stack has one inbox. Name a new one with --stack.")


def adopt(bucket: Bucket, stack: str, clients: Clients) -> None:
    """Switch versioning on, and have CloudFormation make the stack ``stack`` of the bucket alone.

    Raises Misused with CloudFormation's reason if it refuses, Unavailable if it does not end in time.
    """
    if bucket.versioning != "Enabled":
        clients.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    change_set = {"StackName": stack, "ChangeSetName": _CHANGE_SET}
    cloudformation = clients.cloudformation
    resource = {"ResourceType": "AWS::S3::Bucket", "LogicalResourceId": LOGICAL_ID}
    cloudformation.create_change_set(
        **change_set,
        ChangeSetType="IMPORT",
        TemplateBody=_bucket_template(bucket.name),
        ResourcesToImport=[{**resource, "ResourceIdentifier": {"BucketName": bucket.name}}],
    )
    _wait(cloudformation, "change_set_create_complete", change_set)
    cloudformation.execute_change_set(**change_set)
    _wait(cloudformation, "stack_import_complete", {"StackName": stack})


def _bucket_template(bucket: str) -> str:
    resource = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": bucket}}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {LOGICAL_ID: resource}})


def _wait(cloudformation: Any, waiter: str, names: Mapping[str, str]) -> None:
    try:
        cloudformation.get_waiter(waiter).wait(**names, WaiterConfig={"Delay": 3, "MaxAttempts": 100})
    except WaiterError as error:
        answer: Any = error.last_response
        reason = answer.get("StatusReason") or answer.get("Error", {}).get("Message", "")
        reason = reason or next((each.get("StackStatusReason", "") for each in answer.get("Stacks", [])), "")
        if not reason:
            raise Unavailable(f"CloudFormation has not imported the bucket yet: {error}. Look at the stack.") from None
        stack = names["StackName"]
        fix = f"Correct it, delete the stack {stack} if it is there (the bucket stays), and run this again."
        raise Misused(f"CloudFormation does not import the bucket: {reason} {fix}") from None
