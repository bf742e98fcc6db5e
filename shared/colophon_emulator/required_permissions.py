"""The permissions that an AWS call needs.

Sources: the pages for Amazon S3, DynamoDB, SQS, CloudFront and CloudWatch Logs of the Service Authorization Reference;
"Using IAM with transactions" and "Using IAM policy conditions for fine-grained access control" in the DynamoDB
Developer Guide.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from colophon_emulator.account import format_arn, format_bucket_arn, format_stack_id
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import AuthorizationRequest, Context

_TLS = {"aws:securetransport": "true"}
# Condition keys of uploads, and the parameters of boto3 that set them. The names of the second are those of headers.
_PRECONDITIONS = {"s3:if-match": "IfMatch", "s3:if-none-match": "IfNoneMatch"}
ENCRYPTION_KEYS = {
    "s3:x-amz-server-side-encryption": "ServerSideEncryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "s3:x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
}
_MULTIPART = {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"}
_BUCKET_READS = {
    "ListObjectsV2": "s3:ListBucket",
    "ListObjects": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
}
_EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")
_TRANSACTED = {
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


# The name of the partition key of each table, by the table's name.
PartitionKeys: TypeAlias = Mapping[str, str]


def list_required_permissions(
    service: str, operation: str, parameters: Mapping[str, Any], partition_keys: PartitionKeys
) -> Iterator[AuthorizationRequest]:
    """Every permission that a call needs, all at once. ``parameters`` are those given to boto3."""
    listings: dict[str, Callable[[str, Mapping[str, Any]], Iterator[AuthorizationRequest]]] = {
        "s3": _list_for_s3,
        "dynamodb": partial(_list_for_dynamodb, partition_keys),
        "sqs": _list_for_sqs,
        "cloudfront": _list_for_cloudfront,
        "cloudformation": _list_for_cloudformation,
        "lambda": _list_for_lambda,
        "logs": _list_for_logs,
    }
    listing = listings.get(service)
    if listing is None:
        yield AuthorizationRequest(f"{service}:{operation}", "*", _TLS)
    else:
        yield from listing(operation, parameters)


def _list_for_logs(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    """A query is allowed for each group by itself; its results belong to no resource."""
    for name in parameters.get("logGroupNames", ()):
        yield AuthorizationRequest(f"logs:{operation}", format_arn("logs", f"log-group:{name}"), _TLS)
    if "logGroupNames" not in parameters:
        yield AuthorizationRequest(f"logs:{operation}", "*", _TLS)


def _list_for_s3(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    bucket = str(parameters.get("Bucket", ""))
    if operation in _BUCKET_READS:
        given = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
        present = {key: str(parameters[name]) for key, name in given.items() if name in parameters}
        yield AuthorizationRequest(_BUCKET_READS[operation], format_bucket_arn(bucket), _TLS | present)
        return
    if operation == "DeleteObjects":
        for each in parameters["Delete"]["Objects"]:
            yield from _list_for_s3("DeleteObject", {"Bucket": bucket, **each})
        return
    if operation == "CopyObject":
        source = parameters["CopySource"]
        yield from _list_for_s3("GetObject", source if isinstance(source, Mapping) else _parse_copy_source(source))
    resource = format_bucket_arn(f"{bucket}/{parameters['Key']}") if "Key" in parameters else format_bucket_arn(bucket)
    yield from (
        AuthorizationRequest(action, resource, _TLS | _condition_keys(parameters))
        for action in _s3_actions(operation, parameters)
    )


def _parse_copy_source(text: str) -> dict[str, str]:
    bucket, _, key = text.lstrip("/").partition("/")
    return {"Bucket": bucket, "Key": key.partition("?versionId=")[0]}


def _condition_keys(parameters: Mapping[str, Any]) -> dict[str, str]:
    names = _PRECONDITIONS | ENCRYPTION_KEYS
    return {key: str(parameters[name]) for key, name in names.items() if name in parameters}


def _s3_actions(operation: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    if operation in ("GetObject", "HeadObject", "DeleteObject"):
        verb = "s3:DeleteObject" if operation == "DeleteObject" else "s3:GetObject"
        yield f"{verb}Version" if "VersionId" in parameters else verb
    elif operation in ("PutObject", "CopyObject") or operation in _MULTIPART:
        yield "s3:PutObject"
        if not parameters.keys().isdisjoint(_PRECONDITIONS.values()):
            yield "s3:GetObject"
        if "Tagging" in parameters:
            yield "s3:PutObjectTagging"
    else:
        yield f"s3:{operation}"


def _list_for_dynamodb(
    partition_keys: PartitionKeys, operation: str, parameters: Mapping[str, Any]
) -> Iterator[AuthorizationRequest]:
    """Each action of a transaction is a permission of its own, with the partition key of its own item."""
    if operation in ("TransactGetItems", "TransactWriteItems"):
        for item in parameters["TransactItems"]:
            for kind, one in item.items():
                yield _on_table(_TRANSACTED[kind], one["TableName"], _leading_keys(partition_keys, one))
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name, wanted in parameters["RequestItems"].items():
            yield _on_table(f"dynamodb:{operation}", name, _batched_keys(partition_keys.get(name, ""), wanted))
    elif "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        keys = () if index else _leading_keys(partition_keys, parameters)
        yield _on_table(f"dynamodb:{operation}", parameters["TableName"], keys, index)
    else:
        yield AuthorizationRequest(f"dynamodb:{operation}", "*", _TLS)


def _on_table(action: str, table: str, leading_keys: tuple[str, ...], index: str = "") -> AuthorizationRequest:
    context: Context = {**_TLS, "dynamodb:leadingkeys": leading_keys} if leading_keys else _TLS
    return AuthorizationRequest(action, _table_arn(table) + index, context)


def _leading_keys(partition_keys: PartitionKeys, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The partition key of the item, or of the items, that a call names. Of a Scan, none."""
    name = partition_keys.get(parameters["TableName"].rsplit("/", 1)[-1], "")
    item = parameters.get("Key") or parameters.get("Item") or {}
    if name in item:
        return (_plain_value(item[name]),)
    condition = parameters.get("KeyConditionExpression", "")
    names = parameters.get("ExpressionAttributeNames", {})
    for term, value in _EQUALITY.findall(condition):
        if names.get(term, term) == name:
            return (_plain_value(parameters["ExpressionAttributeValues"][value]),)
    if condition or item:
        raise EmulationError(f"The partition key {name or '(unknown)'} can't be found in {condition or item}.")
    return ()


def _batched_keys(name: str, wanted: Any) -> tuple[str, ...]:
    """The partition keys of one table's part of a batch: keys to read, or items to put and delete."""
    requests = [body for each in wanted for body in each.values()] if isinstance(wanted, list) else wanted["Keys"]
    items = [each.get("Item") or each.get("Key") or each for each in requests]
    return tuple(dict.fromkeys(_plain_value(item[name]) for item in items))


def _plain_value(value: Any) -> str:
    return str(next(iter(value.values())) if isinstance(value, Mapping) else value)


def _table_arn(name: str) -> str:
    return name if name.startswith("arn:") else format_arn("dynamodb", f"table/{name}")


def _list_for_sqs(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    queue = parameters.get("QueueName") or str(parameters.get("QueueUrl", "*")).rsplit("/", 1)[-1]
    yield AuthorizationRequest(f"sqs:{operation.removesuffix('Batch')}", format_arn("sqs", queue), _TLS)


def _list_for_cloudfront(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    distribution = parameters.get("DistributionId") or parameters.get("Id")
    resource = format_arn("cloudfront", f"distribution/{distribution}", region="") if distribution else "*"
    yield AuthorizationRequest(f"cloudfront:{operation}", resource, _TLS)


def _list_for_cloudformation(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    name = str(parameters.get("StackName", ""))
    resource = name if name.startswith("arn:") else format_stack_id(name) if name else "*"
    yield AuthorizationRequest(f"cloudformation:{operation}", resource, _TLS)


def _list_for_lambda(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    action = "lambda:InvokeFunction" if operation == "Invoke" else f"lambda:{operation}"
    name = str(parameters.get("FunctionName", "*"))
    yield AuthorizationRequest(
        action, name if name.startswith("arn:") else format_arn("lambda", f"function:{name}"), _TLS
    )
