"""How each resource type of a template is created.

Buckets, tables and queues are created in moto. Functions, event source mappings and schedules are only recorded in the
deployment, and the dispatcher runs them: moto's own mappings empty the stream, send one record per call and ignore
partial failures. Of the CDN's resources the site server reads the properties. The rest exists by name only, so that
other resources can refer to it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from colophon_emulator.account import ACCOUNT, LOG_STREAM, REGION, format_arn, format_bucket_arn
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import AuthorizationRequest, find_deciding_statement, parse_statements
from colophon_emulator.resource_request import CreatedResource, Creator, Properties, ResourceRequest

_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")
# What a bucket needs the right to do, by the kind of what it notifies.
_SEND_ACTIONS = {"Queue": "sqs:SendMessage", "Topic": "sns:Publish"}
_QUEUE_ATTRIBUTES = ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "MaximumMessageSize")


def create_bucket(request: ResourceRequest) -> CreatedResource:
    """A bucket with versioning and notifications. Raises EmulationError for a target that it may not send to."""
    s3 = request.client("s3")
    name = request.name("BucketName").lower()
    if not request.is_imported:
        s3.create_bucket(Bucket=name)
    status = request.properties.nested("VersioningConfiguration").take("Status")
    if status:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    notifications = request.properties.nested("NotificationConfiguration")
    targets = {kind: notifications.entries(f"{kind}Configurations") for kind in _SEND_ACTIONS}
    if any(targets.values()):
        configuration = {
            f"{kind}Configurations": [_notification(request, name, kind, *each) for each in enumerate(entries)]
            for kind, entries in targets.items()
        }
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=configuration)
    return CreatedResource(
        name,
        {
            "Arn": format_bucket_arn(name),
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{REGION}.amazonaws.com",
        },
    )


def _notification(request: ResourceRequest, bucket: str, kind: str, number: int, target: Properties) -> dict[str, Any]:
    arn, event = target.take(kind), target.take("Event")
    _check_bucket_may_send(request, bucket, kind, arn)
    if kind == "Topic":
        # Topics that nothing sends to exist by name only.
        request.client("sns").create_topic(Name=arn.rpartition(":")[2])
    rules = [
        {"Name": rule["Name"].lower(), "Value": rule["Value"]}
        for rule in target.take("Filter", {}).get("S3Key", {}).get("Rules", [])
    ]
    configuration = {"Id": f"{request.logical_id}-{kind}-{number}", f"{kind}Arn": arn, "Events": [event]}
    return configuration | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {})


def _check_bucket_may_send(request: ResourceRequest, bucket: str, kind: str, arn: str) -> None:
    """S3 tests the target when the notification is configured, so its policy has to exist before the bucket."""
    context = {"aws:sourcearn": format_bucket_arn(bucket), "aws:sourceaccount": ACCOUNT, "aws:securetransport": "true"}
    send = AuthorizationRequest(_SEND_ACTIONS[kind], arn, context, "s3.amazonaws.com")
    service = arn.split(":")[2].upper()
    statements = [
        statement
        for policy in request.dependencies_of_type(f"AWS::{service}::{kind}Policy")
        for statement in parse_statements(policy.properties["PolicyDocument"], policy.logical_id)
    ]
    deciding = find_deciding_statement(statements, send)
    if deciding is None or deciding.effect == "Deny":
        raise EmulationError(
            f"{request.logical_id} notifies {arn}, but no {kind.lower()} policy that is created before it lets S3 send "
            f"there for {bucket}. Add the policy, or a DependsOn for it."
        )


def create_bucket_policy(request: ResourceRequest) -> CreatedResource:
    """Recorded in the deployment; each call of a function is checked against it."""
    parse_statements(request.properties.take("PolicyDocument"), request.logical_id)
    return CreatedResource(request.properties.take("Bucket"))


def create_table(request: ResourceRequest) -> CreatedResource:
    """A table billed on demand, with the template's indexes and stream."""
    name = request.name("TableName", 255)
    given = {key: request.properties.take(key) for key in _TABLE_PROPERTIES}
    arguments = {key: value for key, value in given.items() if value}
    arguments["BillingMode"] = request.properties.take("BillingMode", "PAY_PER_REQUEST")
    view = request.properties.nested("StreamSpecification").take("StreamViewType")
    if view:
        arguments["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    description = request.client("dynamodb").create_table(TableName=name, **arguments)["TableDescription"]
    attributes = {"Arn": description["TableArn"]}
    if view:
        attributes["StreamArn"] = description["LatestStreamArn"]
    return CreatedResource(name, attributes)


def create_queue(request: ResourceRequest) -> CreatedResource:
    """A standard queue. Raises EmulationError when its dead-letter queue does not accept messages from it."""
    name = request.name("QueueName", 80)
    queue_arn = format_arn("sqs", name)
    attributes = {key: request.properties.take(key) for key in _QUEUE_ATTRIBUTES}
    redrive = request.properties.take("RedrivePolicy")
    if redrive:
        _check_dead_letters_accepted(request, queue_arn, redrive)
        attributes["RedrivePolicy"] = json.dumps(redrive)
    request.properties.take("RedriveAllowPolicy")
    given = {key: str(value) for key, value in attributes.items() if value is not None}
    url = request.client("sqs").create_queue(QueueName=name, Attributes=given)["QueueUrl"]
    return CreatedResource(url, {"Arn": queue_arn, "QueueName": name, "QueueUrl": url})


def _check_dead_letters_accepted(request: ResourceRequest, queue_arn: str, redrive: dict[str, Any]) -> None:
    target = redrive["deadLetterTargetArn"]
    for queue in request.dependencies_of_type("AWS::SQS::Queue"):
        rule = queue.properties.get("RedriveAllowPolicy", {})
        permission = rule.get("redrivePermission", "allowAll")
        refused = permission == "denyAll" or (permission == "byQueue" and queue_arn not in rule["sourceQueueArns"])
        if queue.arn == target and refused:
            raise EmulationError(f"{queue.logical_id} takes no dead letters from {request.logical_id}.")


def create_queue_policy(request: ResourceRequest) -> CreatedResource:
    """Recorded in the deployment; a bucket that notifies the queue is checked against it."""
    request.properties.take("Queues")
    parse_statements(request.properties.take("PolicyDocument"), request.logical_id)
    return CreatedResource(request.logical_id)


def create_topic_policy(request: ResourceRequest) -> CreatedResource:
    """Recorded in the deployment; a bucket that notifies the topic is checked against it."""
    request.properties.take("Topics")
    parse_statements(request.properties.take("PolicyDocument"), request.logical_id)
    return CreatedResource(request.logical_id)


def create_function(request: ResourceRequest) -> CreatedResource:
    """A function by name and ARN; its code stays in the folder that the template names."""
    _take(request.properties, "Code", "Handler", "Role", "Layers")
    request.properties.nested("Environment").take("Variables")
    name = request.name("FunctionName", 64)
    return CreatedResource(name, {"Arn": format_arn("lambda", f"function:{name}")})


def create_alias(request: ResourceRequest) -> CreatedResource:
    """An alias by its ARN. It leads to the one version that a function has."""
    _take(request.properties, "FunctionName", "FunctionVersion")
    name = f"{request.properties.take('FunctionName')}:{request.properties.take('Name')}"
    return CreatedResource(format_arn("lambda", f"function:{name}"))


def create_version(request: ResourceRequest) -> CreatedResource:
    """A number to refer to."""
    return CreatedResource(request.logical_id, {"Version": "1"})


def create_layer(request: ResourceRequest) -> CreatedResource:
    """A layer version; its folder is put on the path of the functions."""
    request.properties.take("Content")
    name = request.name("LayerName", 140)
    version = format_arn("lambda", f"layer:{name}:1")
    return CreatedResource(version, {"LayerVersionArn": version, "Arn": version})


def create_role(request: ResourceRequest) -> CreatedResource:
    """A role with inline policies. Raises EmulationError if they can't be evaluated, or Lambda can't assume it."""
    name = request.name("RoleName", 64)
    request.properties.take("ManagedPolicyArns")
    for policy in request.properties.take("Policies", []):
        parse_statements(policy["PolicyDocument"], request.logical_id)
    trust = parse_statements(request.properties.take("AssumeRolePolicyDocument"), request.logical_id)
    context = {"aws:sourceaccount": ACCOUNT}
    if not any(
        find_deciding_statement(trust, AuthorizationRequest("sts:AssumeRole", "*", context, service))
        for service in ("lambda.amazonaws.com", "scheduler.amazonaws.com", "codedeploy.amazonaws.com")
    ):
        raise EmulationError(f"{request.logical_id} may be assumed by neither Lambda, the scheduler nor CodeDeploy.")
    return CreatedResource(
        name, {"Arn": format_arn("iam", f"role/{name}", region=""), "RoleId": f"AROA{name[:16].upper()}"}
    )


def create_managed_policy(request: ResourceRequest) -> CreatedResource:
    """A policy that identities can be given. Raises EmulationError if it can't be evaluated."""
    parse_statements(request.properties.take("PolicyDocument"), request.logical_id)
    name = request.name("ManagedPolicyName", 128)
    policy_arn = format_arn("iam", f"policy/{name}", region="")
    return CreatedResource(policy_arn, {"PolicyArn": policy_arn, "Arn": policy_arn})


def create_event_source_mapping(request: ResourceRequest) -> CreatedResource:
    """An event source mapping; the dispatcher reads it from the deployment."""
    _take(
        request.properties,
        "BatchSize",
        "BisectBatchOnFunctionError",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "StartingPosition",
    )
    request.properties.nested("DestinationConfig").nested("OnFailure").take("Destination")
    request.properties.nested("ScalingConfig").take("MaximumConcurrency")
    return CreatedResource(request.logical_id, {"Id": request.logical_id})


def create_event_invoke_config(request: ResourceRequest) -> CreatedResource:
    """How asynchronous invocations are retried; the dispatcher reads it from the deployment."""
    _take(request.properties, "FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts", "Qualifier")
    return CreatedResource(request.logical_id)


def create_schedule(request: ResourceRequest) -> CreatedResource:
    """A schedule; the dispatcher fires it."""
    request.properties.take("ScheduleExpression")
    _take(request.properties.nested("Target"), "Arn", "Input", "RoleArn")
    name = request.name("Name", 64)
    return CreatedResource(name, {"Arn": format_arn("scheduler", f"schedule/default/{name}")})


def create_log_group(request: ResourceRequest) -> CreatedResource:
    """A log group in moto, which the functions' lines go to; ``Functions.logs`` holds them too."""
    name = request.name("LogGroupName", 512)
    logs = request.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName=LOG_STREAM)
    return CreatedResource(name, {"Arn": format_arn("logs", f"log-group:{name}:*")})


def create_distribution(request: ResourceRequest) -> CreatedResource:
    """An id and a host name; ``distribution.Distribution`` answers as the properties read here say."""
    configuration = request.properties.nested("DistributionConfig")
    _take(configuration, "DefaultRootObject", "CacheTagConfig")
    for error in configuration.entries("CustomErrorResponses"):
        _take(error, "ErrorCode", "ResponseCode", "ResponsePagePath", "ErrorCachingMinTTL")
    behaviour = configuration.nested("DefaultCacheBehavior")
    _take(behaviour, "AllowedMethods", "CachedMethods", "CachePolicyId")
    _take(behaviour, "FunctionAssociations", "ResponseHeadersPolicyId")
    identity = _generate_id(request)
    return CreatedResource(f"E{identity}", {"Id": f"E{identity}", "DomainName": f"d{identity.lower()}.cloudfront.net"})


def create_cache_policy(request: ResourceRequest) -> CreatedResource:
    """An id; ``edge_cache.CachePolicy`` applies it."""
    configuration = request.properties.nested("CachePolicyConfig")
    _take(configuration, "MinTTL", "DefaultTTL", "MaxTTL")
    key = configuration.nested("ParametersInCacheKeyAndForwardedToOrigin")
    _take(key, "CookiesConfig", "HeadersConfig", "QueryStringsConfig")
    return create_by_id(request)


def create_edge_function(request: ResourceRequest) -> CreatedResource:
    """An ARN; ``edge_function.EdgeFunction`` runs the code."""
    request.properties.take("FunctionCode")
    name = request.name("Name", 64)
    function_arn = format_arn("cloudfront", f"function/{name}", region="")
    return CreatedResource(function_arn, {"FunctionARN": function_arn, "Stage": "LIVE"})


def create_headers_policy(request: ResourceRequest) -> CreatedResource:
    """An id; ``distribution.Distribution`` adds and removes the headers."""
    configuration = request.properties.nested("ResponseHeadersPolicyConfig")
    _take(configuration, "CustomHeadersConfig", "RemoveHeadersConfig")
    security = configuration.nested("SecurityHeadersConfig")
    _take(security, "ContentSecurityPolicy", "ContentTypeOptions", "ReferrerPolicy", "StrictTransportSecurity")
    return create_by_id(request)


def create_by_id(request: ResourceRequest) -> CreatedResource:
    """A resource that others refer to by its id."""
    identity = _generate_id(request)
    return CreatedResource(identity, {"Id": identity})


def create_topic(request: ResourceRequest) -> CreatedResource:
    """A topic without subscribers. It is made in moto when a bucket notifies it."""
    name = request.name("TopicName", 256)
    return CreatedResource(format_arn("sns", name), {"TopicArn": format_arn("sns", name), "TopicName": name})


def create_by_name(request: ResourceRequest) -> CreatedResource:
    """A resource that others refer to, if at all, by a name and an ARN."""
    service, kind = request.resource_type.split("::")[1:]
    name = request.logical_id.replace("/", "-")
    return CreatedResource(name, {"Arn": format_arn(service.lower(), f"{kind.lower()}:{name}")})


def _take(properties: Properties, *names: str) -> None:
    for name in names:
        properties.take(name)


def _generate_id(request: ResourceRequest) -> str:
    return hashlib.sha256(f"{request.stack_name}/{request.logical_id}".encode()).hexdigest()[:13].upper()


CREATORS: Mapping[str, Creator] = {
    "AWS::CloudFront::CachePolicy": create_cache_policy,
    "AWS::CloudFront::Distribution": create_distribution,
    "AWS::CloudFront::Function": create_edge_function,
    "AWS::CloudFront::ResponseHeadersPolicy": create_headers_policy,
    "AWS::DynamoDB::Table": create_table,
    "AWS::IAM::ManagedPolicy": create_managed_policy,
    "AWS::IAM::Role": create_role,
    "AWS::Lambda::Alias": create_alias,
    "AWS::Lambda::EventInvokeConfig": create_event_invoke_config,
    "AWS::Lambda::EventSourceMapping": create_event_source_mapping,
    "AWS::Lambda::Function": create_function,
    "AWS::Lambda::LayerVersion": create_layer,
    "AWS::Logs::LogGroup": create_log_group,
    "AWS::S3::Bucket": create_bucket,
    "AWS::S3::BucketPolicy": create_bucket_policy,
    "AWS::SNS::TopicPolicy": create_topic_policy,
    "AWS::SQS::Queue": create_queue,
    "AWS::SQS::QueuePolicy": create_queue_policy,
    "AWS::Scheduler::Schedule": create_schedule,
}
# Types that are not emulated, but whose name or id takes another form than ``create_by_name`` gives.
NAMED_ONLY: Mapping[str, Creator] = {
    "AWS::CloudFront::OriginAccessControl": create_by_id,
    "AWS::Lambda::Version": create_version,
    "AWS::SNS::Topic": create_topic,
}
