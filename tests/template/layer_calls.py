"""Run by Lambda's Python with a layer, or with the whole library: what botocore would send to AWS."""

import json
import sys
from typing import Any

_REGIONS = ("us-east-1", "ap-northeast-2", "eu-central-1", "cn-north-1", "us-gov-west-1")
_KEYS = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
_BUCKET = {"Bucket": "a-bucket", "Key": "posts/a/b/en.md"}
_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/a-queue"
_PATHS = {"Paths": {"Quantity": 1, "Items": ["/a"]}, "CallerReference": "once"}
_ROW = {"TableName": "a", "Key": {"pk": {"S": "post#a/b"}}}
_N = {":n": {"N": "1"}}
_PUT = {"Put": {"TableName": "a", "Item": {"n": {"N": "1"}}}}
_CALLS = (
    ("s3", "get_object", _BUCKET),
    ("s3", "put_object", {**_BUCKET, "Body": b"page", "IfNoneMatch": "*", "Metadata": {"rev": "1"}}),
    ("s3", "head_object", {**_BUCKET, "VersionId": "one"}),
    ("s3", "head_bucket", {"Bucket": "a-bucket"}),
    ("s3", "list_objects_v2", {"Bucket": "a-bucket", "Delimiter": "/"}),
    ("s3", "list_object_versions", {"Bucket": "a-bucket", "Prefix": "posts/"}),
    ("dynamodb", "get_item", {**_ROW, "ConsistentRead": True}),
    ("dynamodb", "put_item", {"TableName": "a", "Item": {"n": {"N": "1"}}, "ConditionExpression": "n = :n"}),
    ("dynamodb", "update_item", {**_ROW, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": _N}),
    ("dynamodb", "query", {"TableName": "a", "KeyConditionExpression": "n = :n", "ExpressionAttributeValues": _N}),
    ("dynamodb", "scan", {"TableName": "a", "ConsistentRead": True}),
    ("dynamodb", "batch_get_item", {"RequestItems": {"a": {"Keys": [_ROW["Key"]], "ConsistentRead": True}}}),
    ("dynamodb", "transact_get_items", {"TransactItems": [{"Get": _ROW}]}),
    ("dynamodb", "transact_write_items", {"TransactItems": [_PUT], "ClientRequestToken": "once"}),
    ("sqs", "send_message", {"QueueUrl": _QUEUE, "MessageBody": "{}"}),
    ("sqs", "send_message_batch", {"QueueUrl": _QUEUE, "Entries": [{"Id": "1", "MessageBody": "{}"}]}),
    ("cloudfront", "create_invalidation", {"DistributionId": "EAAAAAAAAAAAA", "InvalidationBatch": _PATHS}),
)


class _SeenError(Exception):
    """The request was seen before it was sent."""


def calls() -> list[dict[str, object]]:
    """For each of ``_CALLS`` in each region: method, address, body, and the headers that no clock is in."""
    from botocore.config import Config
    from botocore.session import Session

    session, seen = Session(), []
    for region in _REGIONS:
        for service, operation, arguments in _CALLS:
            config = Config(ignore_configured_endpoint_urls=True)
            client = session.create_client(service, region_name=region, config=config, **_KEYS)

            name = client.meta.method_to_api_mapping[operation]

            def look(request: Any, service: str = service, name: str = name, **_: object) -> None:
                headers = {name for name in request.headers if name.lower() != "user-agent"}
                body = request.body
                seen.append(
                    {
                        "service": service,
                        "operation": name,
                        "to": (request.method, request.url),
                        "body": body.decode() if isinstance(body, bytes) else type(body).__name__,
                        "headers": sorted(headers),
                    }
                )
                raise _SeenError

            client.meta.events.register("before-send.*", look)
            try:
                getattr(client, operation)(**arguments)
            except _SeenError:
                continue
    return seen


if __name__ == "__main__":
    if sys.argv[1]:
        sys.path.insert(0, sys.argv[1])
    print(json.dumps(calls()))
