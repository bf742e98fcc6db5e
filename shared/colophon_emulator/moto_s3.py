"""S3's event notifications and version listings as S3 sends them, where moto's differ.

Notifications: moto leaves out version ids and sequencers, writes ``/`` as ``%2F``, sends nothing for delete markers
and two events for a multipart upload. Source: "Event message structure" in the Amazon S3 User Guide.

ListObjectVersions: S3 lists each key's versions newest first, delete markers in the same sequence. moto lists versions
and markers as two groups and sorts by the millisecond, so a put, a delete and a put within one millisecond come out in
the wrong order. Source: ListObjectVersions in the Amazon S3 API Reference.
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
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, quote_plus

from moto.backends import get_backend
from moto.s3 import notifications
from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response
from moto.sqs.models import sqs_backends

from colophon_emulator.account import REGION
from colophon_emulator.lock import patch
from colophon_emulator.null_versions import delete_object_in_suspended, put_object_in_suspended

_MARKER_CREATED = "s3:ObjectRemoved:DeleteMarkerCreated"
_PUT = "s3:ObjectCreated:Put"
_DELETED = "s3:ObjectRemoved:Delete"
# Of what S3 sends to a topic ("Event message structure").
_SUBJECT = "Amazon S3 Notification"
_CALLER = "AIDALOCALEMULATION"
_ENTRY = re.compile(r"<(Version|DeleteMarker)>.*?</\1>", re.DOTALL)
_PREFIX = re.compile(r"<Prefix>(.*?)</Prefix>", re.DOTALL)
_COMMON = re.compile(r"<CommonPrefixes>.*?</CommonPrefixes>", re.DOTALL)
_NAMES = re.compile(r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>(.*?)</\1>", re.DOTALL)
_KEY = re.compile(r"<Key>(.*?)</Key>", re.DOTALL)
_VERSION_ID = re.compile(r"<VersionId>(.*?)</VersionId>")


@contextmanager
def patch_event_notifications() -> Iterator[None]:
    """Within the block, send one notification in S3's own form for every change of an object."""
    notifier = _Notifier()
    delete = _notify_after_delete(delete_object_in_suspended(S3Backend.delete_object), notifier)
    with ExitStack() as patches:
        patches.enter_context(patch(S3Backend, "put_object", put_object_in_suspended(S3Backend.put_object)))
        patches.enter_context(patch(notifications, "send_event", notifier.replace_moto_event))
        patches.enter_context(patch(S3Backend, "delete_object", delete))
        yield


class _Notifier:
    def __init__(self) -> None:
        self._last_sequencer = 0
        self._lock = threading.Lock()

    def replace_moto_event(self, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        """Called by moto instead of its own ``send_event``."""
        name = str(getattr(event_name, "value", event_name))
        is_multipart_put = name == _PUT and key.multipart is not None
        is_sent_by_delete = name == _DELETED and bucket.is_versioned
        if not is_multipart_put and not is_sent_by_delete:
            created = name.startswith("s3:ObjectCreated:")
            self.send(name, bucket, key.name, str(key.version_id), _describe_content(key) if created else {})

    def send(self, name: str, bucket: Any, key: str, version_id: str, content: dict[str, Any]) -> None:
        """Send one message for each notification configuration whose events and filters match."""
        configuration = bucket.notification_configuration
        for target in (*configuration.queue, *configuration.topic) if configuration is not None else ():
            if not target.matches(name, key):
                continue
            described = {"key": quote_plus(key, safe="/"), **content, "sequencer": self._next_sequencer()}
            if bucket.is_versioned:
                described["versionId"] = version_id
            body = json.dumps({"Records": [_event_record(name, bucket, target.id, described)]})
            _send(target.arn, body)

    def _next_sequencer(self) -> str:
        with self._lock:
            self._last_sequencer = max(self._last_sequencer + 1, time.time_ns())
            return f"{self._last_sequencer:018X}"


def _send(arn: str, body: str) -> None:
    _, _, service, region, account, name = arn.split(":")
    if service == "sns":
        # moto imports the service when it is first asked for.
        get_backend("sns")[account][region].publish(body, arn, subject=_SUBJECT)
    else:
        sqs_backends[account][region].send_message(queue_name=name, message_body=body)


def _describe_content(key: Any) -> dict[str, Any]:
    return {"size": key.size, "eTag": key.etag.strip('"')}


def _event_record(name: str, bucket: Any, configuration_id: str, described: dict[str, Any]) -> dict[str, Any]:
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
            "object": described,
        },
    }


def _notify_after_delete(moto_delete: Any, notifier: _Notifier) -> Any:
    def delete_object(
        backend: Any, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        before = {str(version.version_id) for version in bucket.keys.getlist(key_name, [])}
        done, answer = moto_delete(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        if answer.get("delete-marker") and version_id is None:
            notifier.send(_MARKER_CREATED, bucket, key_name, str(answer["version-id"]), {})
        elif bucket.is_versioned and version_id in before:
            notifier.send(_DELETED, bucket, key_name, str(version_id), {})
        return done, answer

    return delete_object


@contextmanager
def patch_version_listing() -> Iterator[None]:
    """Within the block, answer ListObjectVersions in S3's order, and mark keys as deleted that never existed."""
    response = _render_in_order(S3Response.list_object_versions)
    with ExitStack() as patches:
        patches.enter_context(patch(S3Backend, "_set_delete_marker", _set_delete_marker))
        patches.enter_context(patch(S3Backend, "list_object_versions", _list_in_order))
        patches.enter_context(patch(S3Response, "list_object_versions", response))
        yield


def _set_delete_marker(backend: S3Backend, bucket_name: str, key_name: str) -> FakeDeleteMarker:
    """In a versioned bucket S3 makes a marker of any key; moto makes none if the key has no version."""
    keys = backend.get_bucket(bucket_name).keys
    named: Any = keys.get(key_name) or SimpleNamespace(name=key_name)
    marker = FakeDeleteMarker(key=named)
    keys[key_name] = marker
    return marker


def _list_in_order(
    backend: Any,
    bucket_name: str,
    delimiter: str | None = None,
    key_marker: str | None = None,
    max_keys: int | None = 1000,
    prefix: str = "",
    version_id_marker: str | None = None,
) -> Any:
    """The versions, common prefixes and delete markers of one page, and the markers of the next."""
    versions = _list_versions(backend.get_bucket(bucket_name), prefix)
    if key_marker:
        versions = versions[_position_after(versions, key_marker, version_id_marker) :]
    if delimiter:
        return _list_with_prefixes(versions, prefix, delimiter, key_marker or "", max_keys)
    page = versions if max_keys is None else versions[:max_keys]
    is_truncated = len(page) < len(versions) and bool(page)
    marker = (page[-1].name, page[-1].version_id) if is_truncated else (None, None)
    delete_markers = [version for version in page if _is_delete_marker(version)]
    return [version for version in page if not _is_delete_marker(version)], [], delete_markers, *marker


def _list_with_prefixes(versions: list[Any], prefix: str, delimiter: str, marker: str, max_keys: int | None) -> Any:
    """``versions`` with those rolled up whose key has ``delimiter`` after ``prefix``: each common prefix counts once.

    A marker that is a common prefix stands for all of its keys.
    """
    found: dict[Any, Any] = {}
    for version in versions:
        start, there, _ = version.name[len(prefix) :].partition(delimiter)
        common = f"{prefix}{start}{there}"
        if not there:
            found[version.name, str(version.version_id)] = version
        elif not (marker.startswith(common) and marker.endswith(delimiter)):
            found[common] = common
    page = list(found.values())[:max_keys]
    keys = [each for each in page if not isinstance(each, str)]
    last = page[-1] if page and len(page) < len(found) else None
    ends = (None, None) if last is None else (last, None) if isinstance(last, str) else (last.name, last.version_id)
    delete_markers = [key for key in keys if _is_delete_marker(key)]
    shown = [key for key in keys if not _is_delete_marker(key)]
    return shown, [each for each in page if isinstance(each, str)], delete_markers, *ends


def _render_in_order(moto_render: Any) -> Any:
    """moto's XML with the two groups merged into one sequence."""

    def list_object_versions(response: Any) -> Any:
        status, headers, body = moto_render(response)
        text = body.decode() if isinstance(body, bytes) else body
        entries = [match.group() for match in _ENTRY.finditer(text)]
        if status == 200 and any(entry.startswith("<DeleteMarker>") for entry in entries):
            prefix = unescape("".join(_PREFIX.findall(_COMMON.sub("", text))[:1]))
            versions = _list_versions(response.backend.get_bucket(response.bucket_name), prefix)
            # With the key: the id of every unversioned object is "null".
            places = {(each.name, str(each.version_id)): place for place, each in enumerate(versions)}
            in_order = iter(sorted(entries, key=lambda entry: places[_key_and_version(entry)]))
            text = _ENTRY.sub(lambda _: next(in_order), text)
        if status == 200 and "url" in (response.querystring.get("encoding-type") or []):
            text = _encode_keys(text)
        return status, headers, text

    return list_object_versions


def _key_and_version(entry: str) -> tuple[str, str]:
    return unescape(_KEY.findall(entry)[0]), _VERSION_ID.findall(entry)[0]


def _encode_keys(text: str) -> str:
    """The listing with URL-encoded keys, on request: XML 1.0 can't hold every character that a key may contain."""
    encoded = _NAMES.sub(lambda found: f"<{found[1]}>{quote(unescape(found[2]))}</{found[1]}>", text)
    return encoded.replace("</ListVersionsResult>", "<EncodingType>url</EncodingType></ListVersionsResult>")


def _list_versions(bucket: Any, prefix: str) -> list[Any]:
    """Every version of the keys under ``prefix``: keys in the order of their bytes, each key's newest first."""
    found: list[Any] = []
    for key in list_keys(bucket, prefix):
        versions = list(reversed(bucket.keys.getlist(key, [])))
        for position, version in enumerate(versions):
            version.is_latest = position == 0
        found += versions
    return found


def list_keys(bucket: Any, prefix: str) -> list[str]:
    """The keys of ``bucket`` that begin with ``prefix``, in the order of their bytes."""
    sorted_keys: list[str] | None = getattr(bucket.keys, "sorted_keys", None)  # set by moto_speed.keep_keys_sorted
    if sorted_keys is None:
        return sorted((key for key in bucket.keys if key.startswith(prefix)), key=str.encode)
    # Code points sort like their bytes in UTF-8.
    start = end = bisect_left(sorted_keys, prefix)
    while end < len(sorted_keys) and sorted_keys[end].startswith(prefix):
        end += 1
    return sorted_keys[start:end]


def _position_after(versions: list[Any], key: str, version_id: str | None) -> int:
    """Where the next page begins: after that version of the key, or after the key."""
    for position, version in enumerate(versions):
        if version_id and version.name == key and str(version.version_id) == version_id:
            return position + 1
    names = [version.name.encode() for version in versions]
    return bisect_left(names, key.encode() + b"\0")


def _is_delete_marker(version: Any) -> bool:
    return isinstance(version, FakeDeleteMarker)
