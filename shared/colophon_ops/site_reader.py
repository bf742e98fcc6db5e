"""The site looked at twice: in its bucket, and as readers get it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_SECONDS = 10.0
_NOWHERE = ("NoSuchKey", "404", "NotFound")


class NotReached(Exception):
    """A place did not answer, or not to us: nothing can be said of it. The message says why."""


class Seen(Struct, frozen=True):
    """What stands at one key: the status that readers get for it (404 where nothing is), and its bytes.

    ``location`` is the path that it sends readers on to, empty where it sends them nowhere.
    """

    status: int
    content: bytes = b""
    location: str = ""


class Kept(Struct, frozen=True):
    """What answers at one address, without its bytes: the status, and the ETag of the object, empty where none is
    told."""

    status: int
    etag: str = ""


class Sight(Protocol):
    """Somewhere that the site's objects can be read by their keys."""

    def place(self, key: str) -> str: ...

    def look(self, key: str) -> Seen: ...


class SiteBucket:
    """The site bucket through one S3 client. A tombstone says itself with which status it is served."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def place(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"

    def look(self, key: str) -> Seen:
        """What stands at ``key``. Raises NotReached."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
            labels = found["Metadata"]
            return Seen(int(labels.get("status", "200")), found["Body"].read(), labels.get("location", ""))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOWHERE:
                return Seen(404)
            raise NotReached(f"AWS says no: {error}") from error
        except BotoCoreError as error:
            raise NotReached(str(error)) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key under ``prefix``. Raises NotReached."""
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", []))
        except (ClientError, BotoCoreError) as error:
            raise NotReached(str(error)) from error


class PublicSite:
    """The site at its public address: every answer is one that a reader could have got. No redirect is followed."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = _pool(self._url)

    def place(self, key: str) -> str:
        """The address that readers have for ``key``: of a page its folder's."""
        path = key.removesuffix("index.html") if key == "index.html" or key.endswith("/index.html") else key
        return f"{self._url}/{quote(path)}"

    def look(self, key: str) -> Seen:
        """What readers get for ``key``. Raises NotReached; an answer of 500 and above says nothing of the page."""
        answer = self._ask("GET", key)
        return Seen(answer.status, answer.data, urlsplit(answer.headers.get("location", "")).path)

    def kept(self, key: str) -> Kept:
        """What readers are told of ``key`` who ask for its headers alone. Raises NotReached."""
        answer = self._ask("HEAD", key)
        return Kept(answer.status, answer.headers.get("etag", "").removeprefix("W/"))

    def _ask(self, method: str, key: str) -> Any:
        import urllib3

        try:
            answer = self._pool.request(method, self.place(key), redirect=False, retries=False, timeout=_SECONDS)
        except urllib3.exceptions.HTTPError as error:
            raise NotReached(f"{urlsplit(self._url).netloc} does not answer ({type(error).__name__}).") from error
        if answer.status >= 500:
            raise NotReached(f"{self.place(key)} answers {answer.status}.")
        return answer


def _pool(url: str) -> Any:
    """Connections that are kept, through a proxy where the machine's settings name one for ``url``."""
    from urllib.request import getproxies, proxy_bypass

    import urllib3

    host, scheme = urlsplit(url).hostname or "", urlsplit(url).scheme
    proxy = getproxies().get(scheme, "")
    local = host in ("127.0.0.1", "localhost", "::1")
    if proxy and not local and not proxy_bypass(host):
        return urllib3.ProxyManager(proxy, maxsize=16)
    return urllib3.PoolManager(maxsize=16)
