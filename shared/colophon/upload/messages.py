"""Queue messages that ask to refresh a key. They carry no content and no decision: the receiver reads the inbox."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct

from colophon.trace import NO_TRACE, Trace, merge_traces, read_fields, trace_fields


class UnreadableMessageError(ValueError):
    """A message of unknown form. Uploaders can't cause it, so an operator inspects it in the dead-letter queue."""


class RefreshRequest(Struct, frozen=True):
    """Refresh ``key``, an inbox key or, with ``is_folder``, a folder: then everything in it that sorts after ``after``.

    ``with_images`` includes images, which a change of text alone does not touch. ``force`` works even if the row says
    that nothing changed, and reads the current objects from the site instead of trusting the row. ``rebuild_files``
    encodes image files again and replaces files whose bytes differ.
    """

    key: str
    is_folder: bool = False
    after: str = ""
    with_images: bool = False
    force: bool = False
    rebuild_files: bool = False


def parse_messages(body: str) -> tuple[RefreshRequest, ...]:
    """The requests in the message ``body``, in order, without duplicates. Keys are URL-decoded and otherwise raw.

    Accepts S3 event notifications, whose keys are form-encoded ("+" is a space; Amazon S3 user guide, "Event message
    structure"); S3's test event, which has no request; and our own ``{"rings": [{"key": ...}]}``, whose keys are not
    encoded and where a key that ends in a slash is a folder.

    Raises UnreadableMessageError for everything else.
    """
    message_body = _parse_body(body)
    if "rings" in message_body:
        requests = [
            _parse_request(_require_object(message, 'an entry of "rings"'))
            for message in _require_list(message_body["rings"], "rings")
        ]
    elif "Records" in message_body:
        records = _require_list(message_body["Records"], "Records")
        requests = [RefreshRequest(_record_key(_require_object(record, "a record"))) for record in records]
    elif message_body.get("Event") == "s3:TestEvent":
        requests = []
    else:
        raise UnreadableMessageError(
            f'neither an S3 event nor a message with "rings": fields {sorted(message_body)[:10]}'
        )
    return tuple(dict.fromkeys(requests))


def parse_trace(body: str) -> Trace:
    """The uploads that the message ``body`` follows from: those of an S3 event, or those that our own message names.

    A message of unknown form has none, and is not an error here: ``parse_messages`` says what is wrong with it.
    """
    try:
        message_body = _parse_body(body)
        records = message_body.get("Records")
        return merge_traces(_record_traces(records)) if isinstance(records, list) else read_fields(message_body)
    except (UnreadableMessageError, ValueError, TypeError, AttributeError, KeyError):
        return NO_TRACE


def encode_message(request: RefreshRequest, trace: Trace = NO_TRACE) -> str:
    """The message body for ``request``. It is ASCII: SQS rejects some characters that a key may contain."""
    options: dict[str, str | bool] = {}
    if request.after:
        options["after"] = request.after
    if request.with_images:
        options["images"] = True
    if request.force:
        options["fresh"] = True
    if request.rebuild_files:
        options["anew"] = True
    return json.dumps({"rings": [{"key": request.key, **options}], **trace_fields(trace)})


def _parse_body(body: str) -> Mapping[str, Any]:
    try:
        return _require_object(json.loads(body), "the body")
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableMessageError(
            f"the body of {len(body)} characters is not JSON: {type(error).__name__}"
        ) from error


def _parse_request(message: Mapping[str, Any]) -> RefreshRequest:
    key = _require_key(message)
    flags = (bool(message.get(name)) for name in ("images", "fresh", "anew"))
    return RefreshRequest(key, key.endswith("/"), str(message.get("after", "")), *flags)


def _record_traces(records: list[Any]) -> Iterator[Trace]:
    """The versions of an S3 event's records. Only a versioned bucket has a version id, and only it is Colophon's."""
    for record in records:
        if version := record["s3"]["object"].get("versionId"):
            yield Trace((str(version),), datetime.fromisoformat(record["eventTime"]).timestamp())


def _record_key(record: Mapping[str, Any]) -> str:
    if record.get("eventSource") != "aws:s3":
        raise UnreadableMessageError(f"a record comes from {record.get('eventSource')!r:.80}, not from aws:s3")
    s3_object = _require_object(_require_object(record.get("s3"), "s3").get("object"), "s3.object")
    try:
        return unquote_plus(_require_key(s3_object), errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableMessageError("a key's escapes are not UTF-8") from error


def _require_key(container: Mapping[str, Any]) -> str:
    key = container.get("key")
    if not isinstance(key, str) or not key:
        raise UnreadableMessageError("a key is missing or is not text")
    if any("\ud800" <= character <= "\udfff" for character in key):
        raise UnreadableMessageError("a key contains half of a surrogate pair")
    return key


def _require_object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableMessageError(f"{name} is not a JSON object")
    return value


def _require_list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise UnreadableMessageError(f"{name} is not a list")
    return value
