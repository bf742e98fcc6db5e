"""Buckets whose versioning is suspended: what is stored there has the version id ``null``.

S3 may store such versions for up to fifteen minutes after versioning was switched on for the first time, too ("Enabling
versioning on buckets" in the Amazon S3 User Guide). A PUT replaces the key's ``null`` version and keeps all others; a
deletion puts a ``null`` delete marker there ("Working with objects in a versioning-suspended bucket"). moto instead
forgets every version of the key.
"""

from functools import wraps
from typing import Any

from moto.s3 import notifications

_NULL = "null"


def is_suspended(bucket: Any) -> bool:
    """Whether the bucket was versioned, and stores ``null`` versions now."""
    return bool(bucket.versioning_status == "Suspended")


def put_object_in_suspended(moto_put: Any) -> Any:
    """``moto_put`` with S3's behaviour in a suspended bucket."""

    @wraps(moto_put)
    def put_object(backend: Any, bucket_name: str, key_name: str, *values: Any, **others: Any) -> Any:
        bucket = backend.get_bucket(bucket_name)
        if not is_suspended(bucket):
            return moto_put(backend, bucket_name, key_name, *values, **others)
        bucket.versioning_status = "Enabled"
        try:
            stored = moto_put(backend, bucket_name, key_name, *values, **{**others, "disable_notification": True})
        finally:
            bucket.versioning_status = "Suspended"
        _replace_null_version(bucket, key_name, stored)
        notifications.send_event(
            backend.account_id, notifications.S3NotificationEvent.OBJECT_CREATED_PUT_EVENT, bucket, stored
        )
        return stored

    return put_object


def delete_object_in_suspended(moto_delete: Any) -> Any:
    """``moto_delete`` with S3's behaviour in a suspended bucket."""

    @wraps(moto_delete)
    def delete_object(
        backend: Any, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        if not is_suspended(bucket):
            return moto_delete(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        bucket.versioning_status = "Enabled"
        try:
            done, answer = moto_delete(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        finally:
            bucket.versioning_status = "Suspended"
        if done and version_id is None:
            _replace_null_version(bucket, key_name, bucket.keys[key_name])
            answer["version-id"] = _NULL
        return done, answer

    return delete_object


def _replace_null_version(bucket: Any, key_name: str, newest: Any) -> None:
    newest._version_id = _NULL
    kept = [each for each in bucket.keys.getlist(key_name) if each is newest or str(each.version_id) != _NULL]
    bucket.keys.setlist(key_name, kept)
