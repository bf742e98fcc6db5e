"""What bucket policies deny to callers outside of the functions, as S3 decides: by the headers of each request.

Calls of functions and identities are checked one by one (``roles``). Other callers are the account's root user, with
full permissions, and no Allow is missing for them; a Deny holds for them too. Only requests for one object are checked
here. One difference from AWS: they may put without ``If-Match``, because tests change objects that way which nothing
else may change.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.s3.responses import S3Response

from colophon_emulator.account import format_bucket_arn
from colophon_emulator.deployment import Deployment
from colophon_emulator.iam import AuthorizationRequest, Statement, parse_statements
from colophon_emulator.lock import patch
from colophon_emulator.required_permissions import ENCRYPTION_KEYS

# An upload in one piece or in parts.
_UPLOADS = ("PUT", "POST")
_ACCESS_DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied by the bucket policy</Message></Error>"
_ALWAYS_PRESENT = {"aws:securetransport": "true", "s3:if-match": "*"}
_ACCESS_KEY = re.compile("Credential=([^/]+)/")


def bucket_statements(deployment: Deployment) -> Iterator[Statement]:
    """The statements of every bucket policy of the deployment."""
    for policy in deployment.of_type("AWS::S3::BucketPolicy"):
        yield from parse_statements(policy.properties["PolicyDocument"], policy.logical_id)


@contextmanager
def enforce_bucket_policies(deployment: Deployment, principal_arn: Callable[[str], str]) -> Iterator[None]:
    """Within the block, S3 answers AccessDenied to every upload and deletion that a bucket policy denies.

    ``principal_arn`` tells whose an access key is.
    """
    denying = tuple(statement for statement in bucket_statements(deployment) if statement.effect == "Deny")
    answer = S3Response._key_response

    def answer_allowed(response: Any, request: Any, full_url: str) -> Any:
        if action := _find_action(request):
            resource = format_bucket_arn(f"{response.bucket_name}/{response.parse_key_name()}")
            caller = principal_arn(_find_access_key(request.headers))
            checked = AuthorizationRequest(action, resource, _context(request.headers, caller), caller)
            if any(statement.matches(checked) for statement in denying):
                return 403, {"content-type": "application/xml"}, _ACCESS_DENIED
        return answer(response, request, full_url)

    with patch(S3Response, "_key_response", answer_allowed):
        yield


def _find_action(request: Any) -> str:
    """The action of an upload or of a deletion; empty for any other request."""
    if request.method == "DELETE" and "uploadId=" not in str(request.url):
        return "s3:DeleteObjectVersion" if "versionId=" in str(request.url) else "s3:DeleteObject"
    return "s3:PutObject" if request.method in _UPLOADS else ""


def _find_access_key(headers: Mapping[str, str]) -> str:
    found = _ACCESS_KEY.search(headers.get("Authorization", ""))
    return found[1] if found else ""


def _context(headers: Mapping[str, str], caller: str) -> dict[str, str]:
    given = {key: headers.get(key.removeprefix("s3:")) for key in ENCRYPTION_KEYS}
    encryption = {key: value for key, value in given.items() if value is not None}
    return _ALWAYS_PRESENT | encryption | {"aws:principalarn": caller}
