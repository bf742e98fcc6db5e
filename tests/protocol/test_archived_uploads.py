"""Uploads that S3 does not read: those in an archive class are refused with a report, and are not retried for ever.

Whatever else S3 answers is not the uploader's: row and page stay, and the message fails, so that it is retried.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from colophon.problem import Misconfigured
from colophon.stores.inbox import report_key
from colophon.upload.keys import PostRef
from colophon.verbs.report import outcomes_in_post
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    ILLUSTRATED,
    LIVE,
    PICTURE,
    SITE,
    WITHDRAWAL,
    WITHDRAWAL_PICTURE,
    delete,
    put,
    refresh,
)

POST = PostRef(contents.CLINIC, "a-quiet-room")
ENGLISH, DRAWING = contents.edition("en", 2), contents.drawing(2)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, reporting=True)


def upload_all(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.queued.append(upload(world))
    world.run_until_quiet()


def set_class(world: World, key: str, storage_class: str) -> None:
    world.cloud.bucket(INBOX).keys[key].set_storage_class(storage_class)


def archived(key: str, content: bytes, storage_class: str = "GLACIER") -> Upload:
    def upload(world: World) -> Message:
        message = world.put(key, content)
        set_class(world, key, storage_class)
        return message

    return upload


def report_on(world: World, key: str) -> dict[str, Any]:
    answer = world.cloud.s3.get_object(Bucket=INBOX, Key=report_key(key))
    report: dict[str, Any] = json.loads(answer["Body"].read())
    return report


def shown(world: World) -> dict[str, bytes]:
    return {key: each.content for key, each in world.cloud.site().items() if not key.startswith("assets/")}


@contextmanager
def s3_answers(world: World, operation: str, status: int, code: str, version: str = "") -> Iterator[None]:
    """Within the block S3 answers each ``operation`` on the inbox, or on one ``version`` in it, with an error."""

    def refuse(request: Any, **_: Any) -> AWSResponse | None:
        if INBOX not in request.url or version not in request.url:
            return None
        from moto.core.botocore_stubber import MockRawResponse

        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        return AWSResponse(request.url, status, {}, MockRawResponse(body))

    name = f"before-send.s3.{operation}"
    world.cloud.s3.meta.events.register_first(name, refuse)
    try:
        yield
    finally:
        world.cloud.s3.meta.events.unregister(name, refuse)


@pytest.mark.parametrize(
    ("key", "content", "storage_class"),
    [
        (EN, ENGLISH, "GLACIER"),
        (EN, ENGLISH, "DEEP_ARCHIVE"),
        (PICTURE, DRAWING, "GLACIER"),
        (CLINIC, contents.clinic(2), "GLACIER"),
        (SITE, contents.site(2), "DEEP_ARCHIVE"),
    ],
    ids=["text", "text in the deep archive", "image", "clinic", "site"],
)
def test_an_archived_upload_is_refused_and_what_was_shown_stays(
    world: World, key: str, content: bytes, storage_class: str
) -> None:
    upload_all(world, *ILLUSTRATED)
    before = shown(world)
    upload_all(world, archived(key, content, storage_class))
    report = report_on(world, key)
    (problem,) = report["problems"]
    assert report["state"] == "refused"
    assert "archive class" in problem["what"]
    assert "STANDARD" in problem["fix"]
    assert "restore" in problem["fix"]
    assert shown(world) == before
    calls = len(world.transport.calls)
    upload_all(world, refresh())
    assert "GetObject" not in {call.operation for call in world.transport.calls[calls:]}, "it is not read again"


@pytest.mark.parametrize(
    ("key", "content"),
    [(EN, ENGLISH), (PICTURE, DRAWING), (CLINIC, contents.clinic(2))],
    ids=["text", "image", "clinic"],
)
def test_the_same_bytes_in_the_standard_class_repair_it(world: World, key: str, content: bytes) -> None:
    upload_all(world, *ILLUSTRATED, archived(key, content), put(key, content))
    assert report_on(world, key)["state"] == "live"
    upload_all(world, put(key, content))
    assert report_on(world, key)["state"] == "live"


@pytest.mark.parametrize("storage_class", ["GLACIER_IR", "INTELLIGENT_TIERING"])
def test_classes_that_are_read_at_once_are_taken(world: World, storage_class: str) -> None:
    upload_all(world, *LIVE, archived(EN, ENGLISH, storage_class))
    assert report_on(world, EN)["state"] == "live"


def test_an_archive_tier_shows_only_when_it_is_read(world: World) -> None:
    upload_all(world, *LIVE)
    message = archived(EN, ENGLISH, "INTELLIGENT_TIERING")(world)
    (newest, *_) = world.cloud.inbox()[EN]
    with s3_answers(world, "GetObject", 403, "InvalidObjectState", newest):
        upload_all(world, lambda _: message)
    assert "archive class" in report_on(world, EN)["problems"][0]["what"]


def test_a_withdrawal_in_an_archive_withdraws(world: World) -> None:
    upload_all(world, *BOTH, archived(WITHDRAWAL, contents.withdrawal()))
    assert report_on(world, EN)["state"] == "withdrawn"
    assert "archive class" in report_on(world, WITHDRAWAL)["problems"][0]["what"]


def test_a_published_text_that_is_archived_later_stays_published_and_fails_loudly(world: World) -> None:
    upload_all(world, *LIVE, put(EN, ENGLISH))
    before = shown(world)
    set_class(world, EN, "GLACIER")
    message = refresh(force=True)(world)
    with pytest.raises(Misconfigured, match="lifecycle rule"):
        world.handler_for(message)()
    assert shown(world) == before
    assert report_on(world, EN)["state"] == "live"


@pytest.mark.parametrize("takedown", [delete(PICTURE), put(WITHDRAWAL_PICTURE, contents.withdrawal())])
def test_a_published_image_that_is_archived_later_can_be_taken_down(world: World, takedown: Upload) -> None:
    upload_all(world, *ILLUSTRATED)
    files = [key for key, each in world.cloud.site().items() if key.startswith("images/")]
    set_class(world, PICTURE, "DEEP_ARCHIVE")
    upload_all(world, takedown)
    assert files
    assert {world.cloud.site()[key].metadata.get("kind") for key in files} == {"image"}


@pytest.mark.parametrize("key", [EN, PICTURE, CLINIC], ids=["text", "image", "clinic"])
@pytest.mark.parametrize("operation", ["GetObject", "ListObjectVersions"])
def test_what_s3_denies_is_no_outcome(world: World, key: str, operation: str) -> None:
    upload_all(world, *ILLUSTRATED)
    before, rows = shown(world), outcomes_in_post(world.index.read_post(POST)[0])
    new = {EN: contents.edition("en", 3, "room.png"), PICTURE: DRAWING, CLINIC: contents.clinic(2)}
    message = put(key, new[key])(world)
    if key == PICTURE:
        world.handler_for(message)()
        message = world.queued.pop()
    with s3_answers(world, operation, 403, "AccessDenied"), pytest.raises(ClientError, match="AccessDenied"):
        world.handler_for(message)()
    assert shown(world) == before
    assert outcomes_in_post(world.index.read_post(POST)[0]) == rows
    world.queued.append(message)
    world.run_until_quiet()
    assert report_on(world, key)["state"] == "live"
