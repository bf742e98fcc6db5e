"""S3's event notifications: one for each change, in S3's own form."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest

from colophon_emulator.stack import EmulatedStack

ReadEvents = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def s3(stack: EmulatedStack) -> Any:
    return stack.client("s3")


def test_a_put_notifies_with_its_version_and_etag(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    put = s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md", Body=b"seven!!")
    [record] = read_events()
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == stack.outputs["InboxBucket"]
    described = record["s3"]["object"]
    assert (described["versionId"], described["eTag"], described["size"]) == (
        put["VersionId"],
        put["ETag"].strip('"'),
        7,
    )


@pytest.mark.parametrize(
    "key",
    [
        "posts/clinic/post/" + unicodedata.normalize("NFD", "시술 사진.png"),
        "posts/clinic/post/" + unicodedata.normalize("NFC", "시술 사진.png"),
        "posts/clinic/post/rice-grain+pea (size) 100%.png",
    ],
)
def test_any_key_can_be_decoded(stack: EmulatedStack, s3: Any, read_events: ReadEvents, key: str) -> None:
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key=key)
    encoded = read_events()[0]["s3"]["object"]["key"]
    assert unquote_plus(encoded) == key
    assert encoded.startswith("posts/clinic/post/")
    assert encoded.isascii()
    assert " " not in encoded


def test_the_sequencer_of_a_key_increases(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    for _ in range(5):
        s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md")
    sequencers = [record["s3"]["object"]["sequencer"] for record in read_events()]
    assert sequencers == sorted(set(sequencers), key=lambda text: int(text, 16))
    assert len(sequencers) == 5


def test_a_delete_notifies_of_its_marker(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md")
    marker = s3.delete_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md")
    record = read_events()[1]
    assert record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    assert record["s3"]["object"]["versionId"] == marker["VersionId"]


def test_a_delete_of_many_notifies_of_each(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    keys = ["posts/a.md", "posts/b.md"]
    for key in keys:
        s3.put_object(Bucket=stack.outputs["InboxBucket"], Key=key)
    s3.delete_objects(Bucket=stack.outputs["InboxBucket"], Delete={"Objects": [{"Key": key} for key in keys]})
    removed = [record for record in read_events() if record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"]
    assert [record["s3"]["object"]["key"] for record in removed] == keys


def test_a_deleted_version_notifies_as_delete(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    old = s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md", Body=b"old")
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md", Body=b"new")
    s3.delete_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md", VersionId=old["VersionId"])
    record = read_events()[2]
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert record["s3"]["object"]["versionId"] == old["VersionId"]


def test_a_multipart_upload_notifies_once(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    place = {"Bucket": stack.outputs["InboxBucket"], "Key": "posts/a.md"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    part = s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"only")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload=parts)
    assert [record["eventName"] for record in read_events()] == ["ObjectCreated:CompleteMultipartUpload"]


def test_a_copy_notifies_once(stack: EmulatedStack, s3: Any, read_events: ReadEvents) -> None:
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.md")
    source = {"Bucket": stack.outputs["InboxBucket"], "Key": "posts/a.md"}
    s3.copy_object(Bucket=stack.outputs["InboxBucket"], Key="posts/b.md", CopySource=source)
    assert [record["eventName"] for record in read_events()] == ["ObjectCreated:Put", "ObjectCreated:Copy"]


def test_a_change_that_no_filter_matches_does_not_notify(
    stack: EmulatedStack, s3: Any, read_events: ReadEvents
) -> None:
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="reports/a.md")
    s3.put_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.jpg")
    s3.delete_object(Bucket=stack.outputs["InboxBucket"], Key="posts/a.jpg")
    assert [record["s3"]["object"]["key"] for record in read_events()] == ["posts/a.jpg"]


def test_s3_sends_a_test_event_when_notifications_are_configured(stack: EmulatedStack) -> None:
    messages = stack.client("sqs").receive_message(QueueUrl=stack.outputs["Events"], MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["Event"] for message in messages] == ["s3:TestEvent"]
