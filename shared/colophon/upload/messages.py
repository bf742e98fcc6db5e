"""Doorbells: queue messages that name what to look at and decide nothing."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct


class UnreadableEnvelopeError(ValueError):
    """A message that is no doorbell. No uploader sent it, so it is ours to look at in the dead-letter queue."""


class Ring(Struct, frozen=True):
    """Look at ``key``: an inbox key or, where ``folder``, all that lies under it, after the key ``after``.

    ``images`` asks for the images too, which a change of texts alone does not touch. ``fresh`` asks to look even if the
    row says that nothing changed, and to take from the site itself, not from the row, what stands there. ``anew`` asks
    to make the files of images again, and to put them where other bytes stand.
    """

    key: str
    folder: bool = False
    after: str = ""
    images: bool = False
    fresh: bool = False
    anew: bool = False


def rings_in(body: str) -> tuple[Ring, ...]:
    """What the message ``body`` rings for, each ring once, in order; keys are decoded once and otherwise raw.

    Reads S3 event notifications, whose keys are form-encoded ("+" is a space), S3's test event (it names nothing)
    and our own ``{"rings": [{"key": ...}]}``, whose keys are plain; there a key that ends in a slash is a folder.
    Source: Amazon S3 user guide, "Event message structure".

    Raises UnreadableEnvelopeError for everything else.
    """
    envelope = _parsed(body)
    if "rings" in envelope:
        rings = [_own_ring(_mapping(ring, "a ring")) for ring in _list(envelope["rings"], "rings")]
    elif "Records" in envelope:
        records = _list(envelope["Records"], "Records")
        rings = [Ring(_key_of_record(_mapping(record, "a record"))) for record in records]
    elif envelope.get("Event") == "s3:TestEvent":
        rings = []
    else:
        raise UnreadableEnvelopeError(f"neither an S3 event nor rings: fields {sorted(envelope)[:10]}")
    return tuple(dict.fromkeys(rings))


def ring_body(ring: Ring) -> str:
    """The message that rings for ``ring``; ASCII, because SQS refuses some characters that a key may hold."""
    extra: dict[str, str | bool] = {}
    if ring.after:
        extra["after"] = ring.after
    if ring.images:
        extra["images"] = True
    if ring.fresh:
        extra["fresh"] = True
    if ring.anew:
        extra["anew"] = True
    return json.dumps({"rings": [{"key": ring.key, **extra}]})


def _parsed(body: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(body), "the body")
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableEnvelopeError(
            f"the body of {len(body)} characters is not JSON: {type(error).__name__}"
        ) from error


def _own_ring(ring: Mapping[str, Any]) -> Ring:
    key = _key(ring)
    asked = (bool(ring.get(name)) for name in ("images", "fresh", "anew"))
    return Ring(key, key.endswith("/"), str(ring.get("after", "")), *asked)


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
