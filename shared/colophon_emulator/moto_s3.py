"""S3's event notifications as S3 sends them, in place of moto's.

moto leaves out version ids and sequencers, writes ``/`` as ``%2F``, is silent about delete markers and rings twice
for a multipart upload. Source of the form: "Event message structure" in the Amazon S3 User Guide.


ListObjectVersions as S3 answers it: each key's versions newest first, delete markers in one sequence with the rest.

moto lists the two kinds in two groups and orders by the millisecond, so a put, a delete and a put at once come out in
an order that never was. Source of the order: ListObjectVersions in the Amazon S3 API Reference.

"""

import json
import re
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import quote, quote_plus

from colophon_emulator.account import REGION
from colophon_emulator.lock import replaced

MARKER_CREATED = "s3:ObjectRemoved:DeleteMarkerCreated"
_PUT = "s3:ObjectCreated:Put"
_DELETED = "s3:ObjectRemoved:Delete"
_CALLER = "AIDALOCALEMULATION"


@contextmanager
def true_s3_events() -> Iterator[None]:
    """For the time of the block every change of an object rings the queues of its bucket once, in S3's own form."""
    from moto.s3 import notifications
    from moto.s3.models import S3Backend

    ring = _Ring()
    with ExitStack() as patches:
        patches.enter_context(replaced(notifications, "send_event", ring.instead_of_moto))
        patches.enter_context(replaced(S3Backend, "delete_object", _ringing_delete(S3Backend.delete_object, ring)))
        yield


class _Ring:
    def __init__(self) -> None:
        self._last_sequencer = 0
        self._lock = threading.Lock()

    def instead_of_moto(self, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        name = str(getattr(event_name, "value", event_name))
        half_of_a_multipart = name == _PUT and key.multipart is not None
        told_by_the_delete_itself = name == _DELETED and bucket.is_versioned
        if not half_of_a_multipart and not told_by_the_delete_itself:
            is_there = name.startswith("s3:ObjectCreated:")
            self.send(name, bucket, key.name, str(key.version_id), _contents(key) if is_there else {})

    def send(self, name: str, bucket: Any, key: str, version_id: str, contents: dict[str, Any]) -> None:
        """One message to each queue whose events and filters fit, as S3 sends one for each configuration."""
        from moto.sqs.models import sqs_backends

        configuration = bucket.notification_configuration
        for target in configuration.queue if configuration is not None else ():
            if not target.matches(name, key):
                continue
            thing = {"key": quote_plus(key, safe="/"), **contents, "sequencer": self._sequencer()}
            if bucket.is_versioned:
                thing["versionId"] = version_id
            _, _, _, region, account, queue = target.arn.split(":")
            body = json.dumps({"Records": [_record(name, bucket, target.id, thing)]})
            sqs_backends[account][region].send_message(queue_name=queue, message_body=body)

    def _sequencer(self) -> str:
        with self._lock:
            self._last_sequencer = max(self._last_sequencer + 1, time.time_ns())
            return f"{self._last_sequencer:018X}"


def _contents(key: Any) -> dict[str, Any]:
    return {"size": key.size, "eTag": key.etag.strip('"')}


def _record(name: str, bucket: Any, configuration_id: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": name.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{_CALLER}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "LOCALREQUEST", "x-amz-id-2": "local"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket.name, "ownerIdentity": {"principalId": _CALLER}, "arn": bucket.arn},
            "object": thing,
        },
    }


def _ringing_delete(delete: Any, ring: _Ring) -> Any:
    def delete_object(
        backend: Any, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        there = {str(version.version_id) for version in bucket.keys.getlist(key_name, [])}
        done, answer = delete(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        if bucket.is_versioned and answer.get("delete-marker") and version_id is None:
            ring.send(MARKER_CREATED, bucket, key_name, str(answer["version-id"]), {})
        elif bucket.is_versioned and version_id in there:
            ring.send(_DELETED, bucket, key_name, str(version_id), {})
        return done, answer

    return delete_object


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


def keys_under(bucket: Any, prefix: str) -> list[str]:
    """The keys of ``bucket`` that begin with ``prefix``, in the order of their bytes."""
    ordered: list[str] | None = getattr(bucket.keys, "ordered", None)
    if ordered is None:
        return sorted((key for key in bucket.keys if key.startswith(prefix)), key=str.encode)
    # The order of code points is that of their bytes in UTF-8.
    start = end = bisect_left(ordered, prefix)
    while end < len(ordered) and ordered[end].startswith(prefix):
        end += 1
    return ordered[start:end]


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
