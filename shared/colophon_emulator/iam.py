"""IAM's evaluation of policies, and the permissions that an AWS call needs.

Sources: "Policy evaluation logic" and "IAM JSON policy elements: Condition operators" in the IAM User Guide; the pages
for Amazon S3, DynamoDB, SQS and CloudFront of the Service Authorization Reference.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from colophon_emulator.account import format_arn, format_bucket_arn
from colophon_emulator.errors import EmulationError


class AuthorizationRequest(Struct, frozen=True):
    """One action on one resource. ``context`` maps the condition keys that are present, in lower case, to values."""

    action: str
    resource: str
    context: Mapping[str, str]
    principal: str = ""


class Statement(Struct, frozen=True):
    """One statement of a policy document. ``principals`` is empty in a policy of an identity: it matches its owner.

    A condition is an operator, a key in lower case, and the values of which one must match.
    """

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    principals: tuple[str, ...] = ()

    def matches(self, request: AuthorizationRequest) -> bool:
        """Whether this statement applies to the request, conditions included."""
        return (
            _matches_any_action(self.actions, request.action)
            and any(_matches_pattern(pattern, request.resource) for pattern in self.resources)
            and (
                not self.principals or any(_matches_pattern(pattern, request.principal) for pattern in self.principals)
            )
            and all(
                _condition_holds(operator, key, values, request.context) for operator, key, values in self.conditions
            )
        )


def find_deciding_statement(statements: Iterable[Statement], request: AuthorizationRequest) -> Statement | None:
    """A Deny that matches, else an Allow that matches, else None, which also denies."""
    allowing: Statement | None = None
    for statement in statements:
        if statement.matches(request):
            if statement.effect == "Deny":
                return statement
            allowing = allowing or statement
    return allowing


def parse_statements(document: Mapping[str, Any], where: str) -> tuple[Statement, ...]:
    """The statements of a policy document, resolved. Raises EmulationError for what is not emulated."""
    return tuple(_parse_statement(raw, where) for raw in _as_list(document.get("Statement")))


def _parse_statement(raw: Mapping[str, Any], where: str) -> Statement:
    strange = raw.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if strange or raw.get("Effect") not in ("Allow", "Deny") or not raw.get("Action"):
        raise EmulationError(f"{where} has a statement that is not emulated: {', '.join(strange) or raw}.")
    conditions = tuple(
        (_check_operator(operator, where), key.lower(), tuple(_as_text(value) for value in _as_list(values)))
        for operator, keys in raw.get("Condition", {}).items()
        for key, values in keys.items()
    )
    resources = tuple(map(str, _as_list(raw.get("Resource", "*"))))
    return Statement(raw["Effect"], tuple(_as_list(raw["Action"])), resources, conditions, _parse_principals(raw))


def _parse_principals(raw: Mapping[str, Any]) -> tuple[str, ...]:
    principals = raw.get("Principal", {})
    if isinstance(principals, str):
        return (principals,)
    return tuple(str(one) for kind in principals.values() for one in _as_list(kind))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_operator(operator: str, where: str) -> str:
    if operator.removesuffix("IfExists") not in _OPERATORS and operator != "Null":
        raise EmulationError(f"{where} has the condition operator {operator}, which is not emulated.")
    return operator


def _condition_holds(operator: str, key: str, values: tuple[str, ...], context: Mapping[str, str]) -> bool:
    if operator == "Null":
        return (key not in context) == (values[0].lower() == "true")
    negative = "Not" in operator
    if key not in context:
        return negative or operator.endswith("IfExists")
    matches = _OPERATORS[operator.removesuffix("IfExists")]
    found = any(matches(value, context[key]) for value in values)
    return found != negative


@cache
def _compile(wildcards: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wildcards), re.DOTALL)


@cache
def _matches_any_action(actions: tuple[str, ...], action: str) -> bool:
    return any(_matches_pattern(pattern.lower(), action.lower()) for pattern in actions)


def _matches_pattern(pattern: str, text: str) -> bool:
    return _compile(pattern).fullmatch(text) is not None


def _equals(value: str, text: str) -> bool:
    return value == text


def _equals_ignoring_case(value: str, text: str) -> bool:
    return value.lower() == text.lower()


_OPERATORS = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _matches_pattern,
    "StringNotLike": _matches_pattern,
    "ArnEquals": _matches_pattern,
    "ArnLike": _matches_pattern,
    "ArnNotEquals": _matches_pattern,
    "ArnNotLike": _matches_pattern,
    "Bool": _equals_ignoring_case,
}


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
_TRANSACTED = {
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def list_required_permissions(
    service: str, operation: str, parameters: Mapping[str, Any]
) -> Iterator[AuthorizationRequest]:
    """Every permission that a call needs, all at once. ``parameters`` are those given to boto3."""
    listing = {
        "s3": _list_for_s3,
        "dynamodb": _list_for_dynamodb,
        "sqs": _list_for_sqs,
        "cloudfront": _list_for_cloudfront,
    }.get(service)
    if listing is None:
        yield AuthorizationRequest(f"{service}:{operation}", "*", _TLS)
    else:
        yield from listing(operation, parameters)


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


def _list_for_dynamodb(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    if operation in ("TransactGetItems", "TransactWriteItems"):
        for item in parameters["TransactItems"]:
            for kind, one in item.items():
                yield AuthorizationRequest(_TRANSACTED[kind], _table_arn(one["TableName"]), _TLS)
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in parameters["RequestItems"]:
            yield AuthorizationRequest(f"dynamodb:{operation}", _table_arn(name), _TLS)
    elif "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield AuthorizationRequest(f"dynamodb:{operation}", _table_arn(parameters["TableName"]) + index, _TLS)
    else:
        yield AuthorizationRequest(f"dynamodb:{operation}", "*", _TLS)


def _table_arn(name: str) -> str:
    return name if name.startswith("arn:") else format_arn("dynamodb", f"table/{name}")


def _list_for_sqs(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    queue = parameters.get("QueueName") or str(parameters.get("QueueUrl", "*")).rsplit("/", 1)[-1]
    yield AuthorizationRequest(f"sqs:{operation.removesuffix('Batch')}", format_arn("sqs", queue), _TLS)


def _list_for_cloudfront(operation: str, parameters: Mapping[str, Any]) -> Iterator[AuthorizationRequest]:
    distribution = parameters.get("DistributionId") or parameters.get("Id")
    resource = format_arn("cloudfront", f"distribution/{distribution}", region="") if distribution else "*"
    yield AuthorizationRequest(f"cloudfront:{operation}", resource, _TLS)
