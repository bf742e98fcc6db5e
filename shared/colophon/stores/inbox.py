"""The inbox bucket: every version of every upload, and the reports on them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from botocore.exceptions import ClientError
from msgspec import Struct

from colophon.problem import Refused
from colophon.stores.table import Conflict
from colophon.upload.keys import REPORTS
from colophon.upload.text import compressed_problem
from colophon.upload.versions import (
    ARCHIVED_PROBLEM,
    MAYBE_ARCHIVED,
    NULL,
    NULL_VERSION_PROBLEM,
    Folder,
    Version,
    build_folder,
    null_version_id,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_VERSION_ORDER = "VersionOrder"
_KINDS = ("Version", "DeleteMarker")
# Archived objects are 403, too, and deleted ones for clients that may not list the bucket (Amazon S3 API, GetObject).
_NOT_READABLE = (403, 404)
# Sorts after all names that a folder's name begins, and before its own files: "." is the character before "/".
_BEFORE_SLASH = ".~"
# Content codings (RFC 9110, 8.4.1; RFC 7932) whose bytes have no signature: S3 returns them as they were uploaded.
_ENCODINGS_WITHOUT_SIGNATURE = frozenset({"br", "deflate", "compress", "x-compress"})
# Amazon S3 user guide, "Naming Amazon S3 objects".
MAX_KEY_BYTES = 1024
_SEAL = re.compile(r"~[0-9a-f]{16}\.json$")
# No key begins with a character after this one.
_AFTER_KEYS = "\U0010ffff"


class KeyPage(Struct, frozen=True):
    """Some keys of a listing in order; the next page begins after the key ``after`` (empty: there is none)."""

    keys: tuple[str, ...]
    after: str


class NewestPage(Struct, frozen=True):
    """A page of a listing of versions: ``newest`` of each key, and the number of all. ``after`` is the last key if more
    follow, else empty.
    """

    newest: tuple[Version, ...]
    count: int
    after: str


class RootPage(NewestPage, frozen=True):
    """A page of the keys that lie in no folder, and of the ``prefixes`` of all others, each with its slash."""

    prefixes: tuple[str, ...] = ()


class ScanBatch(Struct, frozen=True):
    """Some folders of a listing in order; ``after`` is the last key of them (empty: the listing ended).

    ``endless`` is a folder behind them that has more versions than are read; ``after`` is behind it, too.
    """

    folders: tuple[Folder, ...]
    after: str
    endless: str = ""


class Inbox:
    """The inbox bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        client.meta.events.register("before-parse.s3.ListObjectVersions", _keep_version_order)

    def read_folder(self, prefix: str) -> Folder:
        """Every version of every key under ``prefix``, by one strongly consistent listing."""
        return build_folder(prefix, self._list_versions(prefix))

    def read_neighbours(self, prefixes: Sequence[str], page_size: int = 1000) -> dict[str, Folder]:
        """The folders ``prefixes``, which have one parent, as far as listings show several of them at once.

        A listing costs as much for a thousand versions as for one. It begins at the first folder that is left; when it
        does not reach the next one, the rest lie too far apart, and each is better listed on its own.
        """
        found: dict[str, Folder] = {}
        remaining = sorted(prefixes)
        while len(remaining) > 1:
            first = remaining[0].rstrip("/")
            parent = first[: first.rindex("/") + 1]
            page = self._list_page({"Prefix": parent, "KeyMarker": f"{first}{_BEFORE_SLASH}", "MaxKeys": page_size})
            versions = list(_parse_versions(page))
            whole = [prefix for prefix in remaining if _is_whole(prefix, page)]
            found |= {prefix: build_folder(prefix, _under(prefix, versions)) for prefix in whole}
            if len(whole) < 2:
                break
            remaining = remaining[len(whole) :]
        return found

    def newest_version(self, key: str) -> Version | None:
        """The newest version of exactly ``key``, which may be a delete marker."""
        return next((version for version in self._list_versions(key) if version.key == key), None)

    def read_content(self, version: Version) -> bytes:
        """The bytes of one version.

        Raises Refused if it is archived or has no version, until it is uploaded again, and if its Content-Encoding is
        one that only its header tells. No other error is the upload's: AWS's own exception then fails the message.
        """
        if version.is_null:
            raise Refused((NULL_VERSION_PROBLEM,))
        if version.is_archived:
            raise Refused((ARCHIVED_PROBLEM,))
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=version.key, VersionId=version.id)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidObjectState":
                raise Refused((ARCHIVED_PROBLEM,)) from error
            raise
        encodings = {name.strip().lower() for name in str(answer.get("ContentEncoding", "")).split(",")}
        if hidden := sorted(encodings & _ENCODINGS_WITHOUT_SIGNATURE):
            raise Refused((compressed_problem(hidden[0]),))
        return answer["Body"].read()

    def read_bytes(self, version: Version) -> bytes:
        """The bytes of one version, whatever they are. Only to compare copies."""
        version_id = NULL if version.is_null else version.id
        return self._client.get_object(Bucket=self._bucket, Key=version.key, VersionId=version_id)["Body"].read()

    def find_content(self, key: str, version_id: str, max_bytes: int) -> bytes | None:
        """The bytes of a version; None if it is not there any more or can't be read, or if they are more."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _NOT_READABLE:
                return None
            raise
        return answer["Body"].read() if answer["ContentLength"] <= max_bytes else None

    def read_report(self, key: str) -> bytes:
        """The report on ``key``; empty if S3 does not say that there is one."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=report_key(key))["Body"].read()
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _NOT_READABLE:
                return b""
            raise

    def read_scan_batch(self, after: str, pages: int, page: int = 1000, most: int = 0) -> ScanBatch:
        """The next whole folders after the key ``after``, from about ``pages`` pages of the listing.

        A page has at most ``page`` versions. A single folder with more than about ``most`` pages (0: any number) is not
        read to its end. A folder holds the files of a post, of a clinic, or of the site (``site.``); any other key is a
        folder of its own.
        """
        folders: list[Folder] = []
        open_versions: list[Version] = []
        done = after
        for number, versions in enumerate(self._version_pages(after, page)):
            for version in versions:
                if open_versions and _scan_folder(version.key) != _scan_folder(open_versions[-1].key):
                    folders.append(build_folder(_scan_folder(open_versions[-1].key), open_versions))
                    done, open_versions = open_versions[-1].key, []
                open_versions.append(version)
            # Until one folder is whole another page is read, or the scan would never get past a large one.
            if number + 1 >= pages and folders:
                return ScanBatch(tuple(folders), done)
            if most and number + 1 >= pages + most and open_versions:
                key = open_versions[-1].key
                endless = _scan_folder(key)
                return ScanBatch((), key if endless == key else f"{endless}{_AFTER_KEYS}", endless)
        if open_versions:
            folders.append(build_folder(_scan_folder(open_versions[-1].key), open_versions))
        return ScanBatch(tuple(folders), "")

    def read_versions(self, after: str, last: str) -> dict[str, list[Version]]:
        """The versions, newest first, of each raw key after the key ``after`` and up to ``last`` (empty: to the end).

        Reports are left out.
        """
        found: dict[str, list[Version]] = {}
        for versions in self._version_pages(after, 1000):
            for version in versions:
                # S3 sorts keys by their bytes in UTF-8, and so by code points.
                if last and version.key > last:
                    return found
                found.setdefault(version.key, []).append(version)
        return found

    def list_uploads(self, prefix: str) -> Iterator[Version]:
        """The newest version of each upload under ``prefix`` that is not deleted. Only for operators' commands."""
        for key, versions in groupby(self._list_versions(prefix), key=attrgetter("key")):
            newest = next(versions)
            if not newest.deleted and not key.startswith(REPORTS):
                yield newest

    def list_root(self, after: str, limit: int = 1000) -> RootPage:
        """The keys without a slash, and the first parts of the others, that follow ``after``: at most ``limit``."""
        page = self._list_page({"Delimiter": "/", "MaxKeys": limit, **({"KeyMarker": after} if after else {})})
        newest, count, last = _newest_of_page(page)
        return RootPage(newest, count, last, tuple(each["Prefix"] for each in page.get("CommonPrefixes", [])))

    def list_newest(self, prefix: str, after: str, limit: int) -> NewestPage:
        """At most ``limit`` versions (1 to 1,000) of the keys under ``prefix`` that follow ``after``."""
        asked = {"Prefix": prefix, "MaxKeys": limit, **({"KeyMarker": after} if after else {})}
        return NewestPage(*_newest_of_page(self._list_page(asked)))

    def list_keys(self, prefix: str, after: str = "", limit: int = 1000) -> KeyPage:
        """At most ``limit`` keys after ``after`` that hold an object now."""
        answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=limit)
        keys = tuple(entry["Key"] for entry in answer.get("Contents", []))
        return KeyPage(keys, keys[-1] if answer.get("IsTruncated") and keys else "")

    def report_etag(self, key: str) -> str:
        """The ETag of the report on ``key``; empty if there is none."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=report_key(key))["ETag"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return ""
            raise

    def put_report(self, key: str, content: bytes, etag: str) -> None:
        """Replace the report on ``key`` that has ``etag`` (empty: there is none). Raises Conflict."""
        condition: dict[str, Any] = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=report_key(key), Body=content, ContentType="application/json", **condition
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 409, 412):
                raise Conflict(report_key(key)) from error
            raise

    def _list_page(self, asked: dict[str, Any]) -> Any:
        return self._client.list_object_versions(Bucket=self._bucket, **asked)

    def _list_versions(self, prefix: str) -> Iterator[Version]:
        for page in self._pages({"Prefix": prefix}):
            yield from _parse_versions(page)

    def _pages(self, asked: dict[str, Any]) -> Iterator[Any]:
        """A listing's pages, by calls of the client and not of a paginator: other threads have their turns meanwhile
        (``wiring.turns``)."""
        marker: dict[str, str] = {}
        while True:
            page = self._list_page(asked | marker)
            yield page
            if not page.get("IsTruncated"):
                return
            marker = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def _version_pages(self, after: str, limit: int) -> Iterator[list[Version]]:
        """Pages of the listing of the whole bucket after the key ``after``, without the reports."""
        marker: dict[str, str] = {"KeyMarker": after} if after else {}
        while True:
            page = self._list_page({"MaxKeys": limit, **marker})
            versions = list(_parse_versions(page))
            yield [version for version in versions if not version.key.startswith(REPORTS)]
            if versions and versions[-1].key.startswith(REPORTS):
                marker = {"KeyMarker": f"{REPORTS}{_AFTER_KEYS}"}
            elif page.get("IsTruncated"):
                marker = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
            else:
                return


def _parse_versions(page: Any) -> Iterator[Version]:
    """The versions and delete markers of ``page`` in S3's order: each key's newest first."""
    versions, markers = iter(page.get("Versions", [])), iter(page.get("DeleteMarkers", []))
    for deleted in page[_VERSION_ORDER]:
        entry = next(markers if deleted else versions)
        etag, size, moment = str(entry.get("ETag", "")), int(entry.get("Size", 0)), entry["LastModified"]
        version_id = entry["VersionId"] if entry["VersionId"] != NULL else null_version_id(etag, moment)
        stored = str(entry.get("StorageClass", ""))
        storage_class = stored if stored in MAYBE_ARCHIVED else ""
        yield Version(entry["Key"], version_id, etag, size, deleted, moment, storage_class)


def _is_whole(prefix: str, page: Any) -> bool:
    """Whether ``page``, which begins before the folder ``prefix``, shows every version in it."""
    last = page["NextKeyMarker"] if page.get("IsTruncated") else None
    return last is None or (last > prefix and not last.startswith(prefix))


def _under(prefix: str, versions: Iterable[Version]) -> Iterator[Version]:
    return (version for version in versions if version.key.startswith(prefix))


def _newest_of_page(page: Any) -> tuple[tuple[Version, ...], int, str]:
    """The newest version of each key of ``page``, the number of all versions, and the last key if more follow.

    A key whose versions continue on the next page is not read again there: its newest version is on this one.
    """
    newest: dict[str, Version] = {}
    versions = list(_parse_versions(page))
    for version in versions:
        newest.setdefault(version.key, version)
    last = page["NextKeyMarker"] if page.get("IsTruncated") else ""
    return tuple(newest.values()), len(versions), last


def _scan_folder(key: str) -> str:
    """The folder that ``key`` is scanned with."""
    match key.split("/"):
        case ["posts", clinic, post, _, *_]:
            return f"posts/{clinic}/{post}/"
        case ["clinics", clinic, _, *_]:
            return f"clinics/{clinic}/"
        case [name] if name.startswith("site."):
            return "site."
    return key


def report_key(key: str) -> str:
    """The key of the report on ``key``, shortened to S3's limit of 1,024 bytes with a hash of ``key``."""
    full_key = f"{REPORTS}{key}.json"
    if len(full_key.encode()) <= MAX_KEY_BYTES:
        return full_key
    seal = f"~{sha256(key.encode()).hexdigest()[:16]}.json"
    return full_key.encode()[: MAX_KEY_BYTES - len(seal)].decode(errors="ignore") + seal


def is_cut_report(key: str) -> bool:
    """Whether ``key`` is that of a report on a key that was too long for it."""
    return _SEAL.search(key) is not None


def _keep_version_order(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Keep which entries are delete markers, in S3's order, which botocore's parsed response loses.

    S3 lists each key's versions newest first, both kinds in one sequence (API reference, ListObjectVersions).
    """
    if response_dict["status_code"] == 200:
        root = ElementTree.fromstring(response_dict["body"])  # noqa: S314 - S3 itself wrote it
        kinds = (entry.tag.rpartition("}")[2] for entry in root)
        customized_response_dict[_VERSION_ORDER] = [kind == "DeleteMarker" for kind in kinds if kind in _KINDS]
