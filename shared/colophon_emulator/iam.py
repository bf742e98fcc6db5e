"""IAM's decision: which statement allows or denies a request.

Source: "Policy evaluation logic" and "IAM JSON policy elements: Condition operators" in the IAM User Guide.


What permissions an AWS call needs: its actions, on which resources, with which condition keys.

Source: the service authorization reference's pages for Amazon S3, DynamoDB, SQS and CloudFront.

"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from colophon_emulator.account import arn, bucket_arn
from colophon_emulator.errors import EmulationError


class Request(Struct, frozen=True):
    """One action on one resource. ``context`` holds the condition keys that are present, names in lower case."""

    action: str
    resource: str
    context: Mapping[str, str]
    principal: str = ""


class Statement(Struct, frozen=True):
    """One statement of a policy document. Empty ``principals``: an identity's own policy, which fits its owner."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    principals: tuple[str, ...] = ()

    def fits(self, request: Request) -> bool:
        """Whether this statement speaks of the request, conditions included."""
        return (
            _names(self.actions, request.action)
            and any(_like(pattern, request.resource) for pattern in self.resources)
            and (not self.principals or any(_like(pattern, request.principal) for pattern in self.principals))
            and all(_holds(operator, key, values, request.context) for operator, key, values in self.conditions)
        )


def decision(statements: Iterable[Statement], request: Request) -> Statement | None:
    """The statement that decides: a Deny that fits, else an Allow that fits, else None, which also means no."""
    allowing: Statement | None = None
    for statement in statements:
        if statement.fits(request):
            if statement.effect == "Deny":
                return statement
            allowing = allowing or statement
    return allowing


def statements_of(document: Mapping[str, Any], where: str) -> tuple[Statement, ...]:
    """The statements of a policy document, resolved. Raises EmulationError for what can't be evaluated here."""
    return tuple(_statement(raw, where) for raw in _listed(document.get("Statement")))


def _statement(raw: Mapping[str, Any], where: str) -> Statement:
    strange = raw.keys() - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    if strange or raw.get("Effect") not in ("Allow", "Deny") or not raw.get("Action"):
        raise EmulationError(f"{where} has a statement that can't be checked here: {', '.join(strange) or raw}.")
    conditions = tuple(
        (_known(operator, where), key.lower(), tuple(_text(value) for value in _listed(values)))
        for operator, keys in raw.get("Condition", {}).items()
        for key, values in keys.items()
    )
    resources = tuple(map(str, _listed(raw.get("Resource", "*"))))
    return Statement(raw["Effect"], tuple(_listed(raw["Action"])), resources, conditions, _principals(raw))


def _principals(raw: Mapping[str, Any]) -> tuple[str, ...]:
    named = raw.get("Principal", {})
    if isinstance(named, str):
        return (named,)
    return tuple(str(one) for kind in named.values() for one in _listed(kind))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known(operator: str, where: str) -> str:
    if operator.removesuffix("IfExists") not in _OPERATORS and operator != "Null":
        raise EmulationError(f"{where} has the condition operator {operator}, which can't be checked here.")
    return operator


def _holds(operator: str, key: str, values: tuple[str, ...], context: Mapping[str, str]) -> bool:
    if operator == "Null":
        return (key not in context) == (values[0].lower() == "true")
    negative = "Not" in operator
    if key not in context:
        return negative or operator.endswith("IfExists")
    matches = _OPERATORS[operator.removesuffix("IfExists")]
    found = any(matches(value, context[key]) for value in values)
    return found != negative


@cache
def _pattern(wild: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in wild), re.DOTALL)


@cache
def _names(actions: tuple[str, ...], action: str) -> bool:
    return any(_like(pattern.lower(), action.lower()) for pattern in actions)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _equal(value: str, text: str) -> bool:
    return value == text


def _equal_in_any_case(value: str, text: str) -> bool:
    return value.lower() == text.lower()


_OPERATORS = {
    "StringEquals": _equal,
    "StringNotEquals": _equal,
    "StringEqualsIgnoreCase": _equal_in_any_case,
    "StringLike": _like,
    "StringNotLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "ArnNotEquals": _like,
    "ArnNotLike": _like,
    "Bool": _equal_in_any_case,
}


_TLS = {"aws:securetransport": "true"}
_PARTS = {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"}
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


def requests(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    """Every permission that the call needs; all of them have to be granted. Parameters are those given to boto3."""
    known = {"s3": _s3, "dynamodb": _dynamodb, "sqs": _sqs, "cloudfront": _cloudfront}.get(service)
    if known is None:
        yield Request(f"{service}:{operation}", "*", _TLS)
    else:
        yield from known(operation, parameters)


def _s3(operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    bucket = str(parameters.get("Bucket", ""))
    if operation in _BUCKET_READS:
        given = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
        present = {key: str(parameters[name]) for key, name in given.items() if name in parameters}
        yield Request(_BUCKET_READS[operation], bucket_arn(bucket), _TLS | present)
        return
    if operation == "DeleteObjects":
        for each in parameters["Delete"]["Objects"]:
            yield from _s3("DeleteObject", {"Bucket": bucket, **each})
        return
    if operation == "CopyObject":
        source = parameters["CopySource"]
        yield from _s3("GetObject", source if isinstance(source, Mapping) else _source(source))
    thing = bucket_arn(f"{bucket}/{parameters['Key']}") if "Key" in parameters else bucket_arn(bucket)
    yield from (
        Request(action, thing, _TLS | _conditional(parameters)) for action in _s3_actions(operation, parameters)
    )


def _source(text: str) -> dict[str, str]:
    bucket, _, key = text.lstrip("/").partition("/")
    return {"Bucket": bucket, "Key": key.partition("?versionId=")[0]}


def _conditional(parameters: Mapping[str, Any]) -> dict[str, str]:
    names = {"s3:if-match": "IfMatch", "s3:if-none-match": "IfNoneMatch"}
    return {key: str(parameters[name]) for key, name in names.items() if name in parameters}


def _s3_actions(operation: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    if operation in ("GetObject", "HeadObject", "DeleteObject"):
        verb = "s3:DeleteObject" if operation == "DeleteObject" else "s3:GetObject"
        yield f"{verb}Version" if "VersionId" in parameters else verb
    elif operation in ("PutObject", "CopyObject") or operation in _PARTS:
        yield "s3:PutObject"
        if _conditional(parameters):
            yield "s3:GetObject"
        if "Tagging" in parameters:
            yield "s3:PutObjectTagging"
    else:
        yield f"s3:{operation}"


def _dynamodb(operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    if operation in ("TransactGetItems", "TransactWriteItems"):
        for item in parameters["TransactItems"]:
            for kind, one in item.items():
                yield Request(_TRANSACTED[kind], _table(one["TableName"]), _TLS)
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in parameters["RequestItems"]:
            yield Request(f"dynamodb:{operation}", _table(name), _TLS)
    elif "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield Request(f"dynamodb:{operation}", _table(parameters["TableName"]) + index, _TLS)
    else:
        yield Request(f"dynamodb:{operation}", "*", _TLS)


def _table(name: str) -> str:
    return name if name.startswith("arn:") else arn("dynamodb", f"table/{name}")


def _sqs(operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    queue = parameters.get("QueueName") or str(parameters.get("QueueUrl", "*")).rsplit("/", 1)[-1]
    yield Request(f"sqs:{operation.removesuffix('Batch')}", arn("sqs", queue), _TLS)


def _cloudfront(operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
    distribution = parameters.get("DistributionId") or parameters.get("Id")
    thing = arn("cloudfront", f"distribution/{distribution}", region="") if distribution else "*"
    yield Request(f"cloudfront:{operation}", thing, _TLS)
