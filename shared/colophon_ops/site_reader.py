"""Reads the site's objects: from its bucket, and at their public addresses as readers get them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from colophon_ops.errors import Unreachable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_TIMEOUT = 10.0
_MISSING = ("NoSuchKey", "404", "NotFound")


class SiteResponse(Struct, frozen=True):
    """The status that readers get for one key (404 where no object is), and the bytes.

    ``location`` is the path that a redirect leads to, empty for anything else.
    """

    status: int
    content: bytes = b""
    location: str = ""


class SiteHead(Struct, frozen=True):
    """The status at one address, and the ETag of the object; empty where the answer has none."""

    status: int
    etag: str = ""


class SiteReader(Protocol):
    """Reads objects of the site by their keys."""

    def url(self, key: str) -> str: ...

    def get(self, key: str) -> SiteResponse: ...


class SiteBucket:
    """The site bucket. The status and the location of a tombstone or redirect are in the object's metadata."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def url(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"

    def get(self, key: str) -> SiteResponse:
        """The object at ``key``. Raises Unreachable."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
            labels = found["Metadata"]
            return SiteResponse(int(labels.get("status", "200")), found["Body"].read(), labels.get("location", ""))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return SiteResponse(404)
            raise Unreachable(f"AWS says no: {error}") from error
        except BotoCoreError as error:
            raise Unreachable(str(error)) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key under ``prefix``. Raises Unreachable."""
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", []))
        except (ClientError, BotoCoreError) as error:
            raise Unreachable(str(error)) from error


class PublicSite:
    """The site at its public address, through the CDN. No redirect is followed."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = _pool(self._url)

    def url(self, key: str) -> str:
        """The public address of ``key``; for a page, that of its folder."""
        path = key.removesuffix("index.html") if key == "index.html" or key.endswith("/index.html") else key
        return f"{self._url}/{quote(path)}"

    def get(self, key: str) -> SiteResponse:
        """What readers get for ``key``. Raises Unreachable, also for a status of 500 and above."""
        answer = self._request("GET", key)
        return SiteResponse(answer.status, answer.data, urlsplit(answer.headers.get("location", "")).path)

    def head(self, key: str) -> SiteHead:
        """The headers that readers get for ``key``. Raises Unreachable."""
        answer = self._request("HEAD", key)
        return SiteHead(answer.status, answer.headers.get("etag", "").removeprefix("W/"))

    def _request(self, method: str, key: str) -> Any:
        try:
            answer = self._pool.request(method, self.url(key), redirect=False, retries=False, timeout=_TIMEOUT)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"{urlsplit(self._url).netloc} does not answer ({type(error).__name__}).") from error
        if answer.status >= 500:
            raise Unreachable(f"{self.url(key)} answers {answer.status}.")
        return answer


def _pool(url: str) -> Any:
    """A pool of connections to ``url``, through the proxy that the environment names for it, if any."""
    host, scheme = urlsplit(url).hostname or "", urlsplit(url).scheme
    proxy = getproxies().get(scheme, "")
    local = host in ("127.0.0.1", "localhost", "::1")
    if proxy and not local and not proxy_bypass(host):
        return urllib3.ProxyManager(proxy, maxsize=16)
    return urllib3.PoolManager(maxsize=16)
