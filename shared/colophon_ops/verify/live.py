"""The live site, object by object, compared with what a build makes."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import md5
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import PageToken
from colophon.drawing.canvas import are_same_pixels
from colophon.images.copy import Copier, Copy, Outline
from colophon.page.objects import AWAITED_KIND, SiteObject
from colophon.upload.site_page_names import names_site_page
from colophon_ops.errors import Unreachable
from colophon_ops.site_reader import PublicSite, SiteHead

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

DifferenceKind: TypeAlias = Literal[
    "missing",
    "different",
    "served otherwise",
    "extra",
    "stale at the edge",
    "outcome",
    "entry",
    "report",
    "row",
    "listing row",
]
_REV = re.compile(rb'(<meta name="colophon-rev" content="|<!-- rev |"rev": |^# rev )[0-9]+', re.MULTILINE)
# Metadata that depends on how often and by which code an object was put.
_PROVENANCE_LABELS = ("rev", "fp")
# Kinds of tombstones without a withdrawal: a fresh build makes nothing at their keys.
_ABSENT_KINDS = ("absent", "image", AWAITED_KIND)
_THREADS = 8
_PAUSE = 1.0


class Difference(Struct, frozen=True):
    """One difference between the live site and a build.

    ``key`` is a key of the site; for an outcome, an entry, a report or a row, of the inbox. For a listing row it is the
    ``pk`` and the ``sk`` of its item, and ``tags`` are the slugs of tags that a row of tags has lost.
    """

    key: str
    what: DifferenceKind
    found: str
    tags: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "what": self.what, "found": self.found}


class EtagCopier(Copier):
    """A copier whose copies hold only ETags: images are compared by ETag and not kept in memory."""

    def __init__(self, copier: Copier) -> None:
        self._copier = copier

    def make_copy(self, content: bytes) -> Copy:
        """The copier's copy, with each size's content replaced by its ETag. Raises Refused."""
        made = self._copier.make_copy(content)
        return replace(made, files=tuple(replace(size, content=_etag(size.content).encode()) for size in made.files))

    def read_outline(self, content: bytes) -> Outline | None:
        return self._copier.read_outline(content)


class LiveSite:
    """The site bucket through one S3 client."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def etags(self) -> dict[str, str]:
        """The ETag of every object, by its key."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", [])}

    def head(self, key: str) -> SiteHead:
        """The status and ETag that readers must get for ``key``."""
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return SiteHead(404)
        return SiteHead(int(found["Metadata"].get("status", "200")), found["ETag"])

    def compare(
        self, made: SiteObject, on_token: Callable[[str, PageToken], None] = lambda *_: None
    ) -> Iterator[Difference]:
        """How the live object differs from ``made``, in which an image's content is its ETag.

        ``on_token`` gets the key and the token of an object that has a revision.
        """
        is_image = made.key.startswith("images/")
        try:
            read: Any = self._client.head_object if is_image else self._client.get_object
            found = read(Bucket=self._bucket, Key=made.key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            yield Difference(made.key, "missing", "not in the bucket")
            return
        if "rev" in found["Metadata"]:
            on_token(made.key, _token(found["ETag"], found["Metadata"]))
        labels = _labels(found["ContentType"], found.get("CacheControl", ""), found["Metadata"])
        expected = _labels(made.content_type, made.cache_control, made.metadata)
        if labels != expected:
            names = sorted(name for name in labels.keys() | expected.keys() if labels.get(name) != expected.get(name))
            text = ", ".join(
                f"{name} is {labels.get(name, 'missing')}, should be {expected.get(name, 'absent')}" for name in names
            )
            yield Difference(made.key, "served otherwise", text)
        content = found["ETag"].encode() if is_image else mask_revision(found["Body"].read())
        is_same = content == (made.content if is_image else mask_revision(made.content))
        if not is_same and not are_same_pixels(content, made.content):
            yield Difference(made.key, "different", _first_difference(content, made.content, is_image=is_image))

    def find_extra(self, key: str) -> Iterator[Difference]:
        """The object at ``key``, where a build makes nothing. Tombstones without a withdrawal do not count.

        Nor do those at addresses of the site's own: a post that earlier code published there was withdrawn.
        """
        try:
            labels = self._client.head_object(Bucket=self._bucket, Key=key)["Metadata"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return
        if "status" in labels and _is_page_of_site(key):
            return
        if labels.get("kind") not in _ABSENT_KINDS:
            status = labels.get("status", "200")
            yield Difference(key, "extra", f"status {status}, but nothing in the inbox makes it")


class Edge(Struct, frozen=True):
    """Finds what the CDN should have purged: images taken down and pages withdrawn.

    Nothing else is checked. Every other page or listing expires within minutes and may show its previous version
    until then.
    """

    public: PublicSite
    live: LiveSite

    def find_stale(self, etags: Mapping[str, str], on_each: Callable[[int], None]) -> Iterator[Difference]:
        """Those keys of ``etags`` for which readers get something other than the bucket's object.

        ``on_each`` gets the number checked so far. Raises Unreachable.
        """
        with ThreadPoolExecutor(_THREADS) as threads:
            results = threads.map(lambda key: self._compare_head(key, etags[key]), etags)
            for done, found in enumerate(results, 1):
                on_each(done)
                yield from found

    def await_purged(self, keys: Iterable[str], seconds: float) -> None:
        """Wait until none of ``keys`` is stale, at most ``seconds``, and only while the public site answers."""
        until = time.monotonic() + seconds
        waiting = list(keys)
        with suppress(Unreachable):
            while (waiting := [key for key in waiting if self._compare_head(key, "")]) and time.monotonic() < until:
                time.sleep(_PAUSE)

    def _compare_head(self, key: str, etag: str) -> list[Difference]:
        found = self.public.head(key)
        if etag and found.etag == etag:
            return []
        in_bucket = self.live.head(key)
        if found.status == in_bucket.status and (in_bucket.status != 200 or found.etag in ("", in_bucket.etag)):
            return []
        same = f"status {found.status} with other content than the bucket's"
        other = f"status {found.status}, but the bucket has {in_bucket.status}"
        return [Difference(key, "stale at the edge", same if found.status == in_bucket.status else other)]


def select_long_cached(etags: Mapping[str, str], made: Iterable[SiteObject]) -> dict[str, str]:
    """Those of ``etags`` that the CDN caches for long: images and cards, and withdrawn pages according to the build
    ``made``."""
    withdrawn = {each.key for each in made if "status" in each.metadata}
    return {key: etag for key, etag in etags.items() if key.startswith(("images/", "cards/")) or key in withdrawn}


def mask_revision(content: bytes) -> bytes:
    """``content`` with its revision set to 0, in every format of the site's files."""
    return _REV.sub(rb"\g<1>0", content)


def _is_page_of_site(key: str) -> bool:
    """Whether a post whose name became reserved has its page at ``key``."""
    match key.split("/"):
        case [_, _, post, "index.html"]:
            return names_site_page("post", post)
    return False


def _token(etag: str, metadata: Mapping[str, str]) -> PageToken:
    rev = metadata["rev"]
    return PageToken(etag, int(rev) if rev.isdecimal() else 0, metadata.get("fp", ""))


def _labels(content_type: str, cache_control: str, metadata: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in metadata.items() if name not in _PROVENANCE_LABELS}
    return {"content-type": content_type, "cache-control": cache_control, **own}


def _first_difference(found: bytes, made: bytes, *, is_image: bool) -> str:
    if is_image:
        return "other content"
    pairs = zip(found.splitlines(), mask_revision(made).splitlines(), strict=False)
    number = next((line for line, (one, other) in enumerate(pairs, 1) if one != other), 0)
    return f"line {number} differs" if number else "one is longer"


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'
