"""What bucket policies deny to callers outside of the functions, as S3 decides: by the headers of each upload.

Functions are checked call by call (``roles``). Other callers have full permissions, and no Allow is missing for them; a
Deny holds for them too. One difference from AWS: they may put without ``If-Match``, because tests change objects that
way which nothing else may change.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.s3.responses import S3Response

from colophon_emulator.account import format_bucket_arn
from colophon_emulator.deployment import Deployment
from colophon_emulator.iam import ENCRYPTION_KEYS, AuthorizationRequest, Statement, parse_statements
from colophon_emulator.lock import patch

# An upload in one piece or in parts; a deletion is no upload.
_UPLOADS = ("PUT", "POST")
_ACCESS_DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied by the bucket policy</Message></Error>"
_ALWAYS_PRESENT = {"aws:securetransport": "true", "s3:if-match": "*"}


def bucket_statements(deployment: Deployment) -> Iterator[Statement]:
    """The statements of every bucket policy of the deployment."""
    for policy in deployment.of_type("AWS::S3::BucketPolicy"):
        yield from parse_statements(policy.properties["PolicyDocument"], policy.logical_id)


@contextmanager
def enforce_bucket_policies(deployment: Deployment) -> Iterator[None]:
    """Within the block, S3 answers AccessDenied to every upload that a bucket policy of ``deployment`` denies."""
    denying = tuple(statement for statement in bucket_statements(deployment) if statement.effect == "Deny")
    answer = S3Response._key_response

    def answer_allowed(response: Any, request: Any, full_url: str) -> Any:
        if request.method in _UPLOADS:
            resource = format_bucket_arn(f"{response.bucket_name}/{response.parse_key_name()}")
            upload = AuthorizationRequest("s3:PutObject", resource, _context(request.headers), "*")
            if any(statement.matches(upload) for statement in denying):
                return 403, {"content-type": "application/xml"}, _ACCESS_DENIED
        return answer(response, request, full_url)

    with patch(S3Response, "_key_response", answer_allowed):
        yield


def _context(headers: Mapping[str, str]) -> dict[str, str]:
    given = {name.lower(): value for name, value in headers.items()}
    encryption = {key: given[name] for key in ENCRYPTION_KEYS if (name := key.removeprefix("s3:")) in given}
    return _ALWAYS_PRESENT | encryption
