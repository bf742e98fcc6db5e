"""S3 buckets, and the check that a bucket may ring its queues.

DynamoDB tables with their stream.

SQS queues with their dead letters, and queue policies.

Functions, layers, roles, event source mappings and schedules: kept with the deployment, run by its dispatcher.

None of them is made in moto: its mappings empty the stream, send one record a call and know no partial failures.


Resources that are only named here: other resources refer to them, and the site server reads their properties.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from colophon_emulator.account import ACCOUNT, REGION, arn, bucket_arn
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import Request, decision, statements_of
from colophon_emulator.resource_request import Made, Maker, Making, Properties


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
        configurations = [_notification(making, name, number, ring) for number, ring in enumerate(rings)]
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


def _notification(making: Making, bucket: str, number: int, ring: Properties) -> dict[str, Any]:
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


_AS_GIVEN = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def make_table(making: Making) -> Made:
    """A table billed on demand, with the indexes and the stream that the template gives it."""
    name = making.name("TableName", 255)
    given = {key: making.properties.take(key) for key in _AS_GIVEN}
    request = {key: value for key, value in given.items() if value}
    request["BillingMode"] = making.properties.take("BillingMode", "PAY_PER_REQUEST")
    view = making.properties.inside("StreamSpecification").take("StreamViewType")
    if view:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    description = making.client("dynamodb").create_table(TableName=name, **request)["TableDescription"]
    attributes = {"Arn": description["TableArn"]}
    if view:
        attributes["StreamArn"] = description["LatestStreamArn"]
    return Made(name, attributes)


_ATTRIBUTES = ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "MaximumMessageSize")


def make_queue(making: Making) -> Made:
    """A standard queue. Raises EmulationError when its dead-letter queue does not accept letters from it."""
    name = making.name("QueueName", 80)
    queue_arn = arn("sqs", name)
    attributes = {key: making.properties.take(key) for key in _ATTRIBUTES}
    redrive = making.properties.take("RedrivePolicy")
    if redrive:
        _refuse_unless_accepted(making, queue_arn, redrive)
        attributes["RedrivePolicy"] = json.dumps(redrive)
    making.properties.take("RedriveAllowPolicy")
    given = {key: str(value) for key, value in attributes.items() if value is not None}
    url = making.client("sqs").create_queue(QueueName=name, Attributes=given)["QueueUrl"]
    return Made(url, {"Arn": queue_arn, "QueueName": name, "QueueUrl": url})


def _refuse_unless_accepted(making: Making, queue_arn: str, redrive: dict[str, Any]) -> None:
    target = redrive["deadLetterTargetArn"]
    for queue in making.before_of_type("AWS::SQS::Queue"):
        rule = queue.properties.get("RedriveAllowPolicy", {})
        permission = rule.get("redrivePermission", "allowAll")
        refused = permission == "denyAll" or (permission == "byQueue" and queue_arn not in rule["sourceQueueArns"])
        if queue.arn == target and refused:
            raise EmulationError(f"{queue.logical_id} takes no dead letters from {making.logical_id}.")


def make_queue_policy(making: Making) -> Made:
    """Stored with the deployment; a bucket that rings the queue is checked against it."""
    making.properties.take("Queues")
    statements_of(making.properties.take("PolicyDocument"), making.logical_id)
    return Made(making.logical_id)


def make_function(making: Making) -> Made:
    """A function by name and ARN; its code stays where the template points."""
    for applied in ("Code", "Handler", "Role", "Layers"):
        making.properties.take(applied)
    making.properties.inside("Environment").take("Variables")
    name = making.name("FunctionName", 64)
    return Made(name, {"Arn": arn("lambda", f"function:{name}")})


def make_layer(making: Making) -> Made:
    """A layer version; the runner puts its folder on the functions' path."""
    making.properties.take("Content")
    name = making.name("LayerName", 140)
    version = arn("lambda", f"layer:{name}:1")
    return Made(version, {"LayerVersionArn": version, "Arn": version})


def make_role(making: Making) -> Made:
    """A role, its inline policies checked for what can be evaluated. Raises EmulationError if Lambda can't take it."""
    name = making.name("RoleName", 64)
    making.properties.take("ManagedPolicyArns")
    for policy in making.properties.take("Policies", []):
        statements_of(policy["PolicyDocument"], making.logical_id)
    trust = statements_of(making.properties.take("AssumeRolePolicyDocument"), making.logical_id)
    services = ("lambda.amazonaws.com", "scheduler.amazonaws.com")
    if not any(
        decision(trust, Request("sts:AssumeRole", "*", {"aws:sourceaccount": ACCOUNT}, service)) for service in services
    ):
        raise EmulationError(f"{making.logical_id} may be assumed by neither Lambda nor the scheduler.")
    return Made(name, {"Arn": arn("iam", f"role/{name}", region=""), "RoleId": f"AROA{name[:16].upper()}"})


def make_mapping(making: Making) -> Made:
    """An event source mapping; the dispatcher reads it from the deployment."""
    for applied in (
        "BatchSize",
        "BisectBatchOnFunctionError",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumRetryAttempts",
        "StartingPosition",
    ):
        making.properties.take(applied)
    making.properties.inside("DestinationConfig").inside("OnFailure").take("Destination")
    return Made(making.logical_id, {"Id": making.logical_id})


def make_schedule(making: Making) -> Made:
    """A schedule; the dispatcher fires it when told, and at its rate while it serves."""
    making.properties.take("ScheduleExpression")
    for applied in ("Arn", "Input", "RoleArn"):
        making.properties.inside("Target").take(applied)
    name = making.name("Name", 64)
    return Made(name, {"Arn": arn("scheduler", f"schedule/default/{name}")})


def make_log_group(making: Making) -> Made:
    """A name to refer to; what functions log is kept by the runner."""
    name = making.name("LogGroupName", 512)
    return Made(name, {"Arn": arn("logs", f"log-group:{name}:*")})


def make_distribution(making: Making) -> Made:
    """An id and a host name; the site server answers as the taken properties say."""
    configuration = making.properties.inside("DistributionConfig")
    _take(configuration, "DefaultRootObject", "CacheTagConfig")
    for error in configuration.each("CustomErrorResponses"):
        _take(error, "ErrorCode", "ResponseCode", "ResponsePagePath", "ErrorCachingMinTTL")
    behaviour = configuration.inside("DefaultCacheBehavior")
    _take(behaviour, "AllowedMethods", "CachedMethods", "CachePolicyId")
    _take(behaviour, "FunctionAssociations", "ResponseHeadersPolicyId")
    identity = _identity(making)
    return Made(f"E{identity}", {"Id": f"E{identity}", "DomainName": f"d{identity.lower()}.cloudfront.net"})


def make_cache_policy(making: Making) -> Made:
    """An id; the site server keeps answers as the policy says, and refuses one that looks at more than the path."""
    configuration = making.properties.inside("CachePolicyConfig")
    _take(configuration, "MinTTL", "DefaultTTL", "MaxTTL")
    key = configuration.inside("ParametersInCacheKeyAndForwardedToOrigin")
    _take(key, "CookiesConfig", "HeadersConfig", "QueryStringsConfig")
    return make_by_id(making)


def make_edge_function(making: Making) -> Made:
    """An ARN; the site server runs the code."""
    making.properties.take("FunctionCode")
    name = making.name("Name", 64)
    function_arn = arn("cloudfront", f"function/{name}", region="")
    return Made(function_arn, {"FunctionARN": function_arn, "Stage": "LIVE"})


def make_headers_policy(making: Making) -> Made:
    """An id; the site server sends the headers."""
    configuration = making.properties.inside("ResponseHeadersPolicyConfig")
    _take(configuration, "CustomHeadersConfig", "RemoveHeadersConfig")
    security = configuration.inside("SecurityHeadersConfig")
    _take(security, "ContentSecurityPolicy", "ContentTypeOptions", "ReferrerPolicy", "StrictTransportSecurity")
    return make_by_id(making)


def make_by_id(making: Making) -> Made:
    """Something that is known by its id alone."""
    identity = _identity(making)
    return Made(identity, {"Id": identity})


def make_topic(making: Making) -> Made:
    """A topic that nobody hears."""
    name = making.name("TopicName", 256)
    return Made(arn("sns", name), {"TopicArn": arn("sns", name), "TopicName": name})


def make_by_name(making: Making) -> Made:
    """Something that is referred to, if at all, by a name and an ARN."""
    service, kind = making.resource_type.split("::")[1:]
    name = making.logical_id.replace("/", "-")
    return Made(name, {"Arn": arn(service.lower(), f"{kind.lower()}:{name}")})


def _take(properties: Properties, *names: str) -> None:
    for name in names:
        properties.take(name)


def _identity(making: Making) -> str:
    return hashlib.sha256(f"{making.stack_name}/{making.logical_id}".encode()).hexdigest()[:13].upper()


MAKERS: Mapping[str, Maker] = {
    "AWS::CloudFront::CachePolicy": make_cache_policy,
    "AWS::CloudFront::Distribution": make_distribution,
    "AWS::CloudFront::Function": make_edge_function,
    "AWS::CloudFront::ResponseHeadersPolicy": make_headers_policy,
    "AWS::DynamoDB::Table": make_table,
    "AWS::IAM::Role": make_role,
    "AWS::Lambda::EventSourceMapping": make_mapping,
    "AWS::Lambda::Function": make_function,
    "AWS::Lambda::LayerVersion": make_layer,
    "AWS::Logs::LogGroup": make_log_group,
    "AWS::S3::Bucket": make_bucket,
    "AWS::S3::BucketPolicy": make_bucket_policy,
    "AWS::SQS::Queue": make_queue,
    "AWS::SQS::QueuePolicy": make_queue_policy,
    "AWS::Scheduler::Schedule": make_schedule,
}
NAMED_ONLY: Mapping[str, Maker] = {
    "AWS::CloudFront::OriginAccessControl": make_by_id,
    "AWS::SNS::Topic": make_topic,
}
