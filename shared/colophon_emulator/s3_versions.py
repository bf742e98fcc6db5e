"""ListObjectVersions as S3 answers it: each key's versions newest first, delete markers in one sequence with the rest.

moto lists the two kinds in two groups and orders by the millisecond, so a put, a delete and a put at once come out in
an order that never was. Source of the order: ListObjectVersions in the Amazon S3 API Reference.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from typing import Any
from urllib.parse import quote

from colophon_emulator.key_order import keys_under
from colophon_emulator.lock import replaced

_ENTRY = re.compile(r"<(Version|DeleteMarker)>.*?</\1>", re.DOTALL)
_PREFIX = re.compile(r"<Prefix>(.*?)</Prefix>", re.DOTALL)
_NAMES = re.compile(r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>(.*?)</\1>", re.DOTALL)
_VERSION_ID = re.compile(r"<VersionId>(.*?)</VersionId>")


@contextmanager
def ordered_versions() -> Iterator[None]:
    """For the time of the block moto's ListObjectVersions answers in S3's order."""
    from moto.s3.models import S3Backend
    from moto.s3.responses import S3Response

    listing, answer = _listing(S3Backend.list_object_versions), _answer(S3Response.list_object_versions)
    with ExitStack() as patches:
        patches.enter_context(replaced(S3Backend, "list_object_versions", listing))
        patches.enter_context(replaced(S3Response, "list_object_versions", answer))
        yield


def _listing(motos_own: Any) -> Any:
    def list_object_versions(
        backend: Any,
        bucket_name: str,
        delimiter: str | None = None,
        key_marker: str | None = None,
        max_keys: int | None = 1000,
        prefix: str = "",
        version_id_marker: str | None = None,
    ) -> Any:
        if delimiter:
            return motos_own(backend, bucket_name, delimiter, key_marker, max_keys, prefix, version_id_marker)
        found = _sequence(backend.get_bucket(bucket_name), prefix)
        if key_marker:
            found = found[_after(found, key_marker, version_id_marker) :]
        page = found if max_keys is None else found[:max_keys]
        more = len(page) < len(found) and bool(page)
        marker = (page[-1].name, page[-1].version_id) if more else (None, None)
        deleted = [version for version in page if _is_marker(version)]
        return [version for version in page if not _is_marker(version)], [], deleted, *marker

    return list_object_versions


def _answer(motos_own: Any) -> Any:
    def list_object_versions(response: Any) -> Any:
        status, headers, body = motos_own(response)
        text = body.decode() if isinstance(body, bytes) else body
        entries = [match.group() for match in _ENTRY.finditer(text)]
        if status == 200 and any(entry.startswith("<DeleteMarker>") for entry in entries):
            prefix = unescape("".join(_PREFIX.findall(text)[:1]))
            sequence = _sequence(response.backend.get_bucket(response.bucket_name), prefix)
            places = {str(version.version_id): place for place, version in enumerate(sequence)}
            ordered = iter(sorted(entries, key=lambda entry: places[_VERSION_ID.findall(entry)[0]]))
            text = _ENTRY.sub(lambda _: next(ordered), text)
        if status == 200 and "url" in (response.querystring.get("encoding-type") or []):
            text = _url_encoded(text)
        return status, headers, text

    return list_object_versions


def _url_encoded(text: str) -> str:
    """The listing with its keys as S3 encodes them on request: XML 1.0 can't hold every character that a key may."""
    encoded = _NAMES.sub(lambda found: f"<{found[1]}>{quote(unescape(found[2]))}</{found[1]}>", text)
    return encoded.replace("</ListVersionsResult>", "<EncodingType>url</EncodingType></ListVersionsResult>")


def _sequence(bucket: Any, prefix: str) -> list[Any]:
    """Every version of the keys under ``prefix``: keys in the order of their bytes, each one's newest first."""
    found: list[Any] = []
    for key in keys_under(bucket, prefix):
        versions = list(reversed(bucket.keys.getlist(key, [])))
        for place, version in enumerate(versions):
            version.is_latest = place == 0
        found += versions
    return found


def _after(found: list[Any], key: str, version_id: str | None) -> int:
    """Where the listing goes on: after that version of the key, or after the key."""
    for place, version in enumerate(found):
        if version_id and version.name == key and str(version.version_id) == version_id:
            return place + 1
    names = [version.name.encode() for version in found]
    return bisect_left(names, key.encode() + b"\0")


def _is_marker(version: Any) -> bool:
    from moto.s3.models import FakeDeleteMarker

    return isinstance(version, FakeDeleteMarker)
