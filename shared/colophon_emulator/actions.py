"""What permissions an AWS call needs: its actions, on which resources, with which condition keys.

Source: the service authorization reference's pages for Amazon S3, DynamoDB, SQS and CloudFront.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from colophon_emulator.names import arn, bucket_arn
from colophon_emulator.policy import Request

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
