"""Queue messages: which inbox keys a doorbell names, and doorbells of our own."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from colophon.upload.limits import RING_BYTES, RING_KEYS


class UnreadableEnvelopeError(ValueError):
    """A message that is no doorbell. No uploader sent it, so it is ours to look at in the dead-letter queue."""


def keys_rung(body: str) -> tuple[str, ...]:
    """The inbox keys that the message ``body`` names, decoded once and otherwise raw, each once, in order.

    Reads S3 event notifications, whose keys are form-encoded ("+" is a space), S3's test event (it names nothing)
    and our own ``{"rings": [{"key": ...}]}``, whose keys are plain.
    Source: Amazon S3 user guide, "Event message structure".

    Raises UnreadableEnvelopeError for everything else.
    """
    envelope = _parsed(body)
    if "rings" in envelope:
        keys = [_key(_mapping(ring, "a ring")) for ring in _list(envelope["rings"], "rings")]
    elif "Records" in envelope:
        keys = [_key_of_record(_mapping(record, "a record")) for record in _list(envelope["Records"], "Records")]
    elif envelope.get("Event") == "s3:TestEvent":
        keys = []
    else:
        raise UnreadableEnvelopeError(f"neither an S3 event nor rings: fields {sorted(envelope)[:10]}")
    return tuple(dict.fromkeys(keys))


def ring_bodies(keys: Iterable[str]) -> list[str]:
    """Message bodies that ring for ``keys``, each key once; no body is longer than what a queue takes."""
    bodies: list[str] = []
    rings: list[str] = []
    size = 0
    for key in dict.fromkeys(keys):
        # ASCII only: SQS refuses some characters that a key may hold, but never their JSON escapes.
        ring = json.dumps({"key": key})
        if rings and (len(rings) == RING_KEYS or size + len(ring) > RING_BYTES):
            bodies.append(_body(rings))
            rings, size = [], 0
        rings.append(ring)
        size += len(ring) + 2
    return [*bodies, _body(rings)] if rings else bodies


def _body(rings: list[str]) -> str:
    return '{"rings": [' + ", ".join(rings) + "]}"


def _parsed(body: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(body), "the body")
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableEnvelopeError(
            f"the body of {len(body)} characters is not JSON: {type(error).__name__}"
        ) from error


def _key_of_record(record: Mapping[str, Any]) -> str:
    if record.get("eventSource") != "aws:s3":
        raise UnreadableEnvelopeError(f"a record comes from {record.get('eventSource')!r:.80}, not from aws:s3")
    stored = _mapping(_mapping(record.get("s3"), "s3").get("object"), "s3.object")
    try:
        return unquote_plus(_key(stored), errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableEnvelopeError("a key's escapes are not UTF-8") from error


def _key(holder: Mapping[str, Any]) -> str:
    key = holder.get("key")
    if not isinstance(key, str) or not key:
        raise UnreadableEnvelopeError("a key is missing or is not text")
    if any("\ud800" <= character <= "\udfff" for character in key):
        raise UnreadableEnvelopeError("a key holds half a character")
    return key


def _mapping(found: object, name: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise UnreadableEnvelopeError(f"{name} is not a JSON object")
    return found


def _list(found: object, name: str) -> list[Any]:
    if not isinstance(found, list):
        raise UnreadableEnvelopeError(f"{name} is not a list")
    return found
