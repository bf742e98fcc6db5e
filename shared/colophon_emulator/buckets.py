"""S3 buckets, and the check that a bucket may ring its queues."""

from typing import Any

from colophon_emulator.errors import EmulationError
from colophon_emulator.making import Made, Making
from colophon_emulator.names import ACCOUNT, REGION, bucket_arn
from colophon_emulator.policy import Request, decision, statements_of
from colophon_emulator.properties import Properties


def make_bucket(making: Making) -> Made:
    """A bucket with its versioning and notifications. Raises EmulationError for a queue that it may not ring."""
    s3 = making.client("s3")
    name = making.name("BucketName").lower()
    s3.create_bucket(Bucket=name)
    status = making.properties.inside("VersioningConfiguration").take("Status")
    if status:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    rings = making.properties.inside("NotificationConfiguration").each("QueueConfigurations")
    if rings:
        configurations = [_configuration(making, name, number, ring) for number, ring in enumerate(rings)]
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": configurations}
        )
    return Made(
        name,
        {
            "Arn": bucket_arn(name),
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{REGION}.amazonaws.com",
        },
    )


def _configuration(making: Making, bucket: str, number: int, ring: Properties) -> dict[str, Any]:
    queue_arn, event = ring.take("Queue"), ring.take("Event")
    _refuse_unless_it_may_ring(making, bucket, queue_arn)
    rules = [
        {"Name": rule["Name"].lower(), "Value": rule["Value"]}
        for rule in ring.take("Filter", {}).get("S3Key", {}).get("Rules", [])
    ]
    configuration = {"Id": f"{making.logical_id}-{number}", "QueueArn": queue_arn, "Events": [event]}
    return configuration | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {})


def _refuse_unless_it_may_ring(making: Making, bucket: str, queue_arn: str) -> None:
    """S3 tries the queue when the notification is configured, so the queue's policy has to be there before."""
    context = {"aws:sourcearn": bucket_arn(bucket), "aws:sourceaccount": ACCOUNT, "aws:securetransport": "true"}
    request = Request("sqs:SendMessage", queue_arn, context, "s3.amazonaws.com")
    statements = [
        statement
        for policy in making.before_of_type("AWS::SQS::QueuePolicy")
        for statement in statements_of(policy.properties["PolicyDocument"], policy.logical_id)
    ]
    allowing = decision(statements, request)
    if allowing is None or allowing.effect == "Deny":
        raise EmulationError(
            f"{making.logical_id} rings {queue_arn}, but no queue policy that is made before it lets S3 send there for "
            f"{bucket}. Add the policy, or a DependsOn for it."
        )


def make_bucket_policy(making: Making) -> Made:
    """Stored with the deployment; each call of a function is checked against it."""
    statements_of(making.properties.take("PolicyDocument"), making.logical_id)
    return Made(making.properties.take("Bucket"))
