"""What AWS's errors mean when the inbox is read: one of them is the upload's, every other one fails the message."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from colophon.problem import Refused
from colophon.stores.inbox import Inbox
from colophon.stores.table import Conflict
from colophon.upload.versions import ARCHIVED_PROBLEM, Version

Call = Callable[[Inbox], object]
STANDARD = Version("posts/a/b/en.md", "v1", size=9)
READ: tuple[str, Call] = ("get_object", lambda inbox: inbox.read_content(STANDARD))
LIST: tuple[str, Call] = ("list_object_versions", lambda inbox: inbox.read_folder("posts/a/b/"))
PUT: tuple[str, Call] = ("put_object", lambda inbox: inbox.put_report("posts/a/b/en.md", b"{}", ""))
HEAD: tuple[str, Call] = ("head_object", lambda inbox: inbox.report_etag("posts/a/b/en.md"))

# The call, the status and code of the answer, what is raised (None: the call is answered).
ERRORS: tuple[tuple[tuple[str, Call], int, str, type[Exception] | None], ...] = (
    (READ, 403, "InvalidObjectState", Refused),
    (READ, 403, "AccessDenied", ClientError),
    (READ, 403, "AllAccessDisabled", ClientError),
    (READ, 403, "SignatureDoesNotMatch", ClientError),
    (READ, 400, "ExpiredToken", ClientError),
    # An object with a key of its uploader's, or a KMS key that this account may not use.
    (READ, 400, "InvalidRequest", ClientError),
    (READ, 400, "KMS.DisabledException", ClientError),
    (READ, 400, "KMS.NotFoundException", ClientError),
    # Deleted for good since it was listed: the next attempt lists it no longer.
    (READ, 404, "NoSuchVersion", ClientError),
    (READ, 404, "NoSuchKey", ClientError),
    (READ, 404, "NoSuchBucket", ClientError),
    (READ, 500, "InternalError", ClientError),
    (READ, 503, "SlowDown", ClientError),
    (LIST, 403, "AccessDenied", ClientError),
    (LIST, 403, "InvalidObjectState", ClientError),
    (LIST, 404, "NoSuchBucket", ClientError),
    (LIST, 503, "ServiceUnavailable", ClientError),
    (PUT, 412, "PreconditionFailed", Conflict),
    (PUT, 409, "ConditionalRequestConflict", Conflict),
    (PUT, 403, "AccessDenied", ClientError),
    (PUT, 503, "SlowDown", ClientError),
    (HEAD, 404, "404", None),
    (HEAD, 403, "403", ClientError),
)


def _client() -> Any:
    return boto3.client("s3", "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")


@pytest.mark.parametrize(("call", "status", "code", "raised"), ERRORS, ids=lambda each: str(each)[:40])
def test_an_error_is_the_uploads_only_if_its_object_is_archived(
    call: tuple[str, Call], status: int, code: str, raised: type[Exception] | None
) -> None:
    client = _client()
    with Stubber(client) as stub:
        stub.add_client_error(call[0], code, "no", status)
        if raised is None:
            assert call[1](Inbox(client, "inbox")) == ""
            return
        with pytest.raises(raised):
            call[1](Inbox(client, "inbox"))


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archive_class_in_the_listing_is_told_without_a_call(storage_class: str) -> None:
    version = Version("posts/a/b/en.md", "v1", size=9, storage_class=storage_class)
    client = _client()
    with Stubber(client), pytest.raises(Refused) as caught:
        Inbox(client, "inbox").read_content(version)
    assert caught.value.problems == (ARCHIVED_PROBLEM,)
