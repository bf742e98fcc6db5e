"""S3's event notifications as S3 sends them, in place of moto's.

moto leaves out version ids and sequencers, writes ``/`` as ``%2F``, is silent about delete markers and rings twice
for a multipart upload. Source of the form: "Event message structure" in the Amazon S3 User Guide.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from colophon_emulator.lock import replaced
from colophon_emulator.names import REGION

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
