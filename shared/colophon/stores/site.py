"""The site bucket: its objects are replaced conditionally and never deleted."""

from collections.abc import Mapping
from hashlib import md5
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError
from msgspec import Struct, field

from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.stores.table import Conflict

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

_REFUSALS = (404, 409, 412)


class StoredObject(Struct, frozen=True):
    """The object at a key: its token and its headers, without its bytes. Without an object all is empty."""

    token: PageToken = field(default_factory=PageToken)
    content_type: str = ""
    cache_control: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def equals(self, new: SiteObject) -> bool:
        """Whether ``new`` has the same bytes, headers and metadata.

        The ETag of an object put in one PUT into a bucket with SSE-S3 is its MD5 (S3 API reference, "Object"). With
        any other ETag the answer is False.
        """
        etag = f'"{md5(new.content, usedforsecurity=False).hexdigest()}"'
        labels = (self.content_type, self.cache_control, dict(self.metadata))
        return self.token.etag == etag and labels == (new.content_type, new.cache_control, dict(new.metadata))


class Site:
    """The site bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read_token(self, key: str) -> PageToken:
        """The token of the object at ``key`` now; an empty one if there is none."""
        return self.read_current(key).token

    def read_current(self, key: str) -> StoredObject:
        """The object at ``key`` now, without its bytes."""
        response = self._head(key)
        if response is None:
            return StoredObject()
        labels = response["Metadata"]
        token = PageToken(response["ETag"], int(labels.get("rev", "0")), labels.get("fp", ""))
        return StoredObject(token, response.get("ContentType", ""), response.get("CacheControl", ""), labels)

    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        """Replace the object that has ``token`` with ``new``, and return the token of ``new``.

        Raises Conflict if there is another object, or if S3 did not respond: then ``new`` may have been put or not.
        """
        condition: dict[str, Any] = {"IfMatch": token.etag} if token.etag else {"IfNoneMatch": "*"}
        etag = self._put(new, condition)
        return PageToken(etag, int(new.metadata.get("rev", "0")), new.metadata.get("fp", ""))

    def put_if_absent(self, new: SiteObject) -> None:
        """Put ``new`` if there is no object at its key. Raises Conflict if S3 did not respond."""
        try:
            self._put(new, {"IfNoneMatch": "*"})
        except Conflict:
            if not self.read_token(new.key).etag:
                raise

    def check_and_put(self, new: SiteObject) -> None:
        """The same for an object that probably exists: a HEAD first costs less than a refused PUT."""
        if not self.read_token(new.key).etag:
            self.put_if_absent(new)

    def repair(self, new: SiteObject) -> None:
        """Put ``new`` unless the same object, or a tombstone, is at its key. Raises Conflict."""
        stored = self.read_current(new.key)
        if not stored.token.etag:
            self.put_if_absent(new)
        elif "status" not in stored.metadata and not stored.equals(new):
            self._put(new, {"IfMatch": stored.token.etag})

    def put_tombstone(self, tombstone: SiteObject) -> None:
        """Put ``tombstone`` in place of any object but another tombstone. Raises Conflict."""
        try:
            self._put(tombstone, {"IfNoneMatch": "*"})
        except Conflict:
            response = self._head(tombstone.key)
            if response is None:
                raise
            if "status" not in response["Metadata"]:
                self._put(tombstone, {"IfMatch": response["ETag"]})

    def check_and_put_tombstone(self, tombstone: SiteObject) -> None:
        """The same where a tombstone probably is already: a HEAD first costs less than a refused PUT."""
        if "status" not in self.read_current(tombstone.key).metadata:
            self.put_tombstone(tombstone)

    def _put(self, new: SiteObject, condition: dict[str, Any]) -> str:
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=new.key,
                Body=new.content,
                ContentType=new.content_type,
                CacheControl=new.cache_control,
                Metadata=dict(new.metadata),
                **condition,
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _REFUSALS:
                raise Conflict(new.key) from error
            raise
        except HTTPClientError as error:
            raise Conflict(new.key) from error
        return answer["ETag"]

    def _head(self, key: str) -> "HeadObjectOutputTypeDef | None":
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
