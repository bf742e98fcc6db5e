"""The site bucket: pages and images, swapped and never deleted."""

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
    """What stands at a key: its token, and all that is stored beside its bytes."""

    token: PageToken = field(default_factory=PageToken)
    content_type: str = ""
    cache_control: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def equals(self, new: SiteObject) -> bool:
        """Whether ``made`` is what stands, byte for byte.

        The ETag of what one PUT put into a bucket of S3's own encryption is its MD5 (S3 API reference, "Object");
        where it is not, nothing is ever taken for what stands.
        """
        etag = f'"{md5(new.content, usedforsecurity=False).hexdigest()}"'
        labels = (self.content_type, self.cache_control, dict(self.metadata))
        return self.token.etag == etag and labels == (new.content_type, new.cache_control, dict(new.metadata))


class Site:
    """The site bucket through one S3 client."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read_token(self, key: str) -> PageToken:
        """What stands at ``key`` now."""
        return self.read_current(key).token

    def read_current(self, key: str) -> StoredObject:
        """What stands at ``key`` now, and how."""
        response = self._head(key)
        if response is None:
            return StoredObject()
        labels = response["Metadata"]
        token = PageToken(response["ETag"], int(labels.get("rev", "0")), labels.get("fp", ""))
        return StoredObject(token, response.get("ContentType", ""), response.get("CacheControl", ""), labels)

    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        """Put ``new`` in place of what ``token`` names, and return the token of what stands now.

        Raises Lost when something else stands there, or when no answer came: it may or may not have landed.
        """
        condition: dict[str, Any] = {"IfMatch": token.etag} if token.etag else {"IfNoneMatch": "*"}
        etag = self._put(new, condition)
        return PageToken(etag, int(new.metadata.get("rev", "0")), new.metadata.get("fp", ""))

    def put_if_absent(self, new: SiteObject) -> None:
        """Put ``new`` where nothing is yet; what is there already stays. Raises Lost when neither can be said."""
        try:
            self._put(new, {"IfNoneMatch": "*"})
        except Conflict:
            if not self.read_token(new.key).etag:
                raise

    def check_and_put(self, new: SiteObject) -> None:
        """The same for what most likely is there: it is looked for first, which costs less than a PUT refused."""
        if not self.read_token(new.key).etag:
            self.put_if_absent(new)

    def repair(self, new: SiteObject) -> None:
        """Put ``new`` where nothing is, or something else than it. A tombstone stays. Raises Lost when neither can be
        said, or something came between."""
        stored = self.read_current(new.key)
        if not stored.token.etag:
            self.put_if_absent(new)
        elif "status" not in stored.metadata and not stored.equals(new):
            self._put(new, {"IfMatch": stored.token.etag})

    def put_tombstone(self, tombstone: SiteObject) -> None:
        """Put ``tombstone`` at its path for good, whatever is there. Raises Lost when something came between."""
        try:
            self._put(tombstone, {"IfNoneMatch": "*"})
        except Conflict:
            response = self._head(tombstone.key)
            if response is None:
                raise
            if "status" not in response["Metadata"]:
                self._put(tombstone, {"IfMatch": response["ETag"]})

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
