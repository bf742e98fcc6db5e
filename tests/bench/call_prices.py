"""Which calls of the functions the bill knows, and what each needs in IAM: a call of another kind has no price.

Sources: the price lists of S3 (requests), DynamoDB (on-demand capacity) and SQS; the service authorization reference
for actions that are called otherwise than their operations.
"""

from collections.abc import Mapping

# Of S3, by the price of a request. Other calls of S3 are made by no function.
PRICED_AS_PUT = frozenset({"PutObject", "ListObjectVersions", "ListObjectsV2", "CopyObject"})
PRICED_AS_GET = frozenset({"GetObject", "HeadObject"})
# Of DynamoDB, by the size of items.
PRICED_BY_ITEM = frozenset(
    {
        "TransactGetItems",
        "TransactWriteItems",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "GetItem",
        "BatchGetItem",
        "Query",
    }
)
PRICED = PRICED_AS_PUT | PRICED_AS_GET | PRICED_BY_ITEM
# By the message, and in the price of a function's invocation: its event source reads the queue and the stream.
PRICED_BY_MESSAGE = frozenset({"SendMessage", "SendMessageBatch"})
# By the path or tag that is purged, in the price of CloudFront.
PRICED_BY_PATH = frozenset({"CreateInvalidation"})
FREE = frozenset({"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"})

# The actions that a call needs, where they are called otherwise. A transaction needs those of its parts.
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "ListObjectVersions": ("s3:ListBucketVersions",),
    "ListObjectsV2": ("s3:ListBucket",),
    "HeadObject": ("s3:GetObject",),
    "CopyObject": ("s3:GetObject", "s3:PutObject"),
    "TransactGetItems": ("dynamodb:GetItem",),
    "TransactWriteItems": (
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    ),
}


def actions_of(operation: str) -> tuple[str, ...]:
    """The actions of IAM that a role needs for ``operation``, which is one of ``PRICED``."""
    service = "dynamodb" if operation in PRICED_BY_ITEM else "s3"
    return _ACTIONS.get(operation, (f"{service}:{operation}",))
