"""What an error of AWS, or of the way to AWS, means to who runs a command: a sentence and the next step.

Errors are known by the names of their classes, so that a command without AWS does not import boto3.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from colophon_ops.errors import Unreachable

_LOG_IN = "Log in again, or set AWS_PROFILE and AWS_REGION."
_CHECK_NETWORK = "Check the network, HTTPS_PROXY, AWS_REGION and AWS_ENDPOINT_URL, and try again."
_CHECK_CLOCK = "Set this machine's clock, and run the command again."
_LONGEST = 400
# Beginnings of the names of botocore's exceptions, with the next step. The first that fits counts.
_SETUP: tuple[tuple[str, str], ...] = (
    ("NoRegion", "Set AWS_REGION to the stack's region, and AWS_PROFILE to a profile of its account."),
    ("InvalidRegion", "Set AWS_REGION to the stack's region."),
    ("ProfileNotFound", "Set AWS_PROFILE to one that aws configure list-profiles names."),
    ("PartialCredentials", "Set both the access key and the secret key, or AWS_PROFILE."),
    ("InvalidConfig", "Correct it in ~/.aws/config, or set AWS_PROFILE to another profile."),
    ("Config", "Correct the file, or name another one in AWS_CONFIG_FILE."),
    ("ParamValidation", "Correct the command's arguments."),
    ("MissingDependency", "Install the package, or use other credentials: set AWS_PROFILE."),
)
_NETWORK: tuple[tuple[str, str], ...] = (
    ("SSL", "If a proxy of your network opens TLS, set AWS_CA_BUNDLE to its certificate; then try again."),
    *((name, _CHECK_NETWORK) for name in ("Connect", "ReadTimeout", "Proxy", "HTTPClient", "ResponseParser")),
    *((name, "Try again.") for name in ("IncompleteRead", "ResponseStreaming", "Checksum", "FlexibleChecksum")),
)
# AWS error codes that a later retry may not get. All others persist until something is changed.
_TRANSIENT = frozenset(
    {"InternalError", "InternalFailure", "RequestTimeout", "ServiceUnavailable", "SlowDown", "RequestLimitExceeded"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "403"})
_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "MissingAuthenticationToken",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
_CLOCK = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_MISSING = frozenset({"ResourceNotFoundException", "QueueDoesNotExist", "NoSuchDistribution", "StackNotFound"})
# Actions that are not called as their operation is. https://docs.aws.amazon.com/service-authorization/
_ACTIONS: Mapping[str, str] = {
    "BatchGetItem": "dynamodb:BatchGetItem",
    "ChangeMessageVisibility": "sqs:ChangeMessageVisibility",
    "DeleteMessageBatch": "sqs:DeleteMessage",
    "GetItem": "dynamodb:GetItem",
    "GetQueueAttributes": "sqs:GetQueueAttributes",
    "GetQueueUrl": "sqs:GetQueueUrl",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject and s3:GetObjectVersion",
    "GetObject": "s3:GetObject and s3:GetObjectVersion",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjectsV2": "s3:ListBucket",
    "ListQueues": "sqs:ListQueues",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "PutItem": "dynamodb:PutItem",
    "Query": "dynamodb:Query",
    "ReceiveMessage": "sqs:ReceiveMessage",
    "Scan": "dynamodb:Scan",
    "SendMessage": "sqs:SendMessage",
    "SendMessageBatch": "sqs:SendMessage",
    "TransactGetItems": "dynamodb:GetItem",
    "TransactWriteItems": "dynamodb:PutItem and dynamodb:UpdateItem",
    "UpdateItem": "dynamodb:UpdateItem",
    "CreateInvalidation": "cloudfront:CreateInvalidation",
    "Invoke": "lambda:InvokeFunction",
    "DescribeStacks": "cloudformation:DescribeStacks",
    "DescribeStackResource": "cloudformation:DescribeStackResource",
    "ListStackResources": "cloudformation:ListStackResources",
    "DescribeStackResources": "cloudformation:DescribeStackResources",
}
_ACTION_IN_MESSAGE = re.compile(r"perform: ([a-z0-9-]+:\w+)")


class AwsProblem(Struct, frozen=True):
    """What is wrong and the next step; ``is_transient`` if the same command may succeed later."""

    message: str
    is_transient: bool


def explain_aws_error(error: BaseException) -> AwsProblem | None:
    """What ``error`` means; None if it comes neither from AWS nor from the way there."""
    if isinstance(error, Unreachable):
        known = explain_aws_error(error.__cause__) if error.__cause__ else None
        return known or AwsProblem(f"{error} {_CHECK_NETWORK}", is_transient=True)
    if not type(error).__module__.startswith(("botocore.", "boto3.")):
        return None
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ClientError" in names:
        return _explain_client_error(error)
    return next(_explain_library_error(error, names), None)


def _explain_library_error(error: BaseException, names: list[str]) -> Iterator[AwsProblem]:
    text = _sentence(error)
    for is_transient, table in ((True, _NETWORK), (False, _SETUP)):
        for beginning, fix in table:
            if any(name.startswith(beginning) for name in names):
                yield AwsProblem(f"{text} {fix}", is_transient)
    if "BotoCoreError" in names or "Boto3Error" in names:
        yield AwsProblem(f"{text} {_LOG_IN}", is_transient=False)


def _explain_client_error(error: Any) -> AwsProblem:
    answer: Mapping[str, Any] = error.response
    code, status = str(answer["Error"].get("Code", "")), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = code.rpartition(".")[2] or code
    if code in _TRANSIENT or "Throttl" in code or "Throughput" in code or status >= 500:
        return AwsProblem(f"AWS returned an error: {_sentence(error)} Try again.", is_transient=True)
    if code.isdecimal() and 300 <= status < 400:
        return AwsProblem(f"What answered is not AWS: {_sentence(error)} {_CHECK_NETWORK}", is_transient=True)
    return AwsProblem(_persistent_error_text(error, code), is_transient=False)


def _persistent_error_text(error: Any, code: str) -> str:
    text = _sentence(error)
    if code in _DENIED:
        fix = "Have it granted, or set AWS_PROFILE to others."
        return f"These credentials have no right to {_action(error)}. {fix} ({text})"
    if code in _CREDENTIALS:
        return f"AWS does not accept these credentials: {text} {_LOG_IN}"
    if code in _CLOCK:
        return f"AWS does not accept the time of the request: {text} {_CHECK_CLOCK}"
    if code == "NoSuchBucket":
        bucket = error.response["Error"].get("BucketName", "")
        return f"There is no bucket{bucket and f' {bucket}'}. Check its name, the stack, AWS_PROFILE and AWS_REGION."
    if code in _MISSING or code.endswith("NonExistentQueue"):
        return f"A part of the stack is missing: {text} Deploy the stack again, or name another one with --stack."
    return f"AWS returned an error: {text} Check the command's arguments, AWS_PROFILE and AWS_REGION."


def _action(error: Any) -> str:
    """The IAM action that is missing. AWS names it in the message of most services, S3 does not always."""
    named = _ACTION_IN_MESSAGE.search(str(error))
    return named[1] if named else _ACTIONS.get(error.operation_name, error.operation_name)


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return text if text.endswith((".", "!", "?")) else f"{text}."
