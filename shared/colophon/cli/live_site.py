"""The live site beside what a build makes: one object after the other, each difference in words."""

import re
from collections.abc import Iterator, Mapping
from hashlib import md5
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import replace

from colophon.images.copy import Copier, Copy, Outline
from colophon.page.site_object import SiteObject
from colophon_ops.site_reader import SiteHead as Kept

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

What: TypeAlias = Literal[
    "missing", "different", "served otherwise", "extra", "stale at the edge", "outcome", "entry", "report"
]
_REV = re.compile(rb'(<meta name="colophon-rev" content="|<!-- rev |"rev": |^# rev )[0-9]+', re.MULTILINE)
# What depends on how often and by whom an object was put.
_OF_THE_MAKING = ("rev", "fp")
# In a site built anew nothing stands there.
_SAME_AS_NOTHING = ("absent", "image")


class Difference(Struct, frozen=True):
    """One place at which the live site is not what a build makes.

    ``key`` is the site's, of an outcome, an entry or a report the inbox's.
    """

    key: str
    what: What
    found: str

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "what": self.what, "found": self.found}


class OnlyTags(Copier):
    """A copier that keeps of each file its ETag alone: photos are compared by it, and never lie in memory together."""

    def __init__(self, copier: Copier) -> None:
        self._copier = copier

    def copy_of(self, content: bytes) -> Copy:
        """What the copier makes, each content replaced by its ETag. Raises Refused."""
        made = self._copier.copy_of(content)
        return replace(made, sizes=tuple(replace(size, content=_etag(size.content).encode()) for size in made.sizes))

    def outline_of(self, content: bytes) -> Outline | None:
        return self._copier.outline_of(content)


class LiveSite:
    """The site bucket through one S3 client."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def etags(self) -> dict[str, str]:
        """The ETag of every object, by its key."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", [])}

    def kept(self, key: str) -> Kept:
        """What readers must be told of ``key``."""
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return Kept(404)
        return Kept(int(found["Metadata"].get("status", "200")), found["ETag"])

    def beside(self, made: SiteObject) -> Iterator[Difference]:
        """How what stands differs from ``made``; an image's content is its ETag."""
        is_image = made.key.startswith("images/")
        try:
            ask: Any = self._client.head_object if is_image else self._client.get_object
            found = ask(Bucket=self._bucket, Key=made.key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            yield Difference(made.key, "missing", "nothing stands there")
            return
        labels = _labels(found["ContentType"], found.get("CacheControl", ""), found["Metadata"])
        must = _labels(made.content_type, made.cache_control, made.metadata)
        if labels != must:
            names = sorted(name for name in labels.keys() | must.keys() if labels.get(name) != must.get(name))
            said = ", ".join(f"{name} {labels.get(name, 'not given')}, not {must.get(name, 'given')}" for name in names)
            yield Difference(made.key, "served otherwise", said)
        content = found["ETag"].encode() if is_image else masked(found["Body"].read())
        if content != (made.content if is_image else masked(made.content)):
            yield Difference(made.key, "different", _first_line(content, made.content, is_image=is_image))

    def in_vain(self, key: str) -> Iterator[Difference]:
        """What stands at ``key``, where a build makes nothing: nobody minds a tombstone that says only that."""
        try:
            labels = self._client.head_object(Bucket=self._bucket, Key=key)["Metadata"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return
        if labels.get("kind") not in _SAME_AS_NOTHING:
            status = labels.get("status", "200")
            yield Difference(key, "extra", f"answers {status}, and nothing in the inbox makes it")


def masked(content: bytes) -> bytes:
    """``content`` with its revision set to 0, in whatever form a file of its kind has it."""
    return _REV.sub(rb"\g<1>0", content)


def _labels(content_type: str, cache_control: str, metadata: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in metadata.items() if name not in _OF_THE_MAKING}
    return {"content-type": content_type, "cache-control": cache_control, **own}


def _first_line(found: bytes, made: bytes, *, is_image: bool) -> str:
    if is_image:
        return "other bytes"
    pairs = zip(found.splitlines(), masked(made).splitlines(), strict=False)
    number = next((place for place, (one, other) in enumerate(pairs, 1) if one != other), 0)
    return f"differs in line {number}" if number else "one is longer than the other"


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'
