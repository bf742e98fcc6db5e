"""The bell that S3 rings: once for each change, in S3's own form."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest

from colophon_emulator.stack import LocalStack

Rings = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def s3(stack: LocalStack) -> Any:
    return stack.client("s3")


def test_a_put_rings_with_its_version_and_its_etag(stack: LocalStack, s3: Any, rings: Rings) -> None:
    put = s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md", Body=b"seven!!")
    [record] = rings()
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == stack.inbox_bucket
    thing = record["s3"]["object"]
    assert (thing["versionId"], thing["eTag"], thing["size"]) == (put["VersionId"], put["ETag"].strip('"'), 7)


@pytest.mark.parametrize(
    "key",
    [
        "posts/clinic/post/" + unicodedata.normalize("NFD", "시술 사진.png"),
        "posts/clinic/post/" + unicodedata.normalize("NFC", "시술 사진.png"),
        "posts/clinic/post/rice-grain+pea (size) 100%.png",
    ],
)
def test_any_key_comes_back_from_its_encoding(stack: LocalStack, s3: Any, rings: Rings, key: str) -> None:
    s3.put_object(Bucket=stack.inbox_bucket, Key=key)
    encoded = rings()[0]["s3"]["object"]["key"]
    assert unquote_plus(encoded) == key
    assert encoded.startswith("posts/clinic/post/")
    assert encoded.isascii()
    assert " " not in encoded


def test_the_sequencer_of_a_key_rises(stack: LocalStack, s3: Any, rings: Rings) -> None:
    for _ in range(5):
        s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md")
    sequencers = [record["s3"]["object"]["sequencer"] for record in rings()]
    assert sequencers == sorted(set(sequencers), key=lambda text: int(text, 16))
    assert len(sequencers) == 5


def test_a_delete_rings_for_its_marker(stack: LocalStack, s3: Any, rings: Rings) -> None:
    s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md")
    marker = s3.delete_object(Bucket=stack.inbox_bucket, Key="posts/a.md")
    record = rings()[1]
    assert record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    assert record["s3"]["object"]["versionId"] == marker["VersionId"]


def test_a_delete_of_many_rings_for_each(stack: LocalStack, s3: Any, rings: Rings) -> None:
    keys = ["posts/a.md", "posts/b.md"]
    for key in keys:
        s3.put_object(Bucket=stack.inbox_bucket, Key=key)
    s3.delete_objects(Bucket=stack.inbox_bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    removed = [record for record in rings() if record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"]
    assert [record["s3"]["object"]["key"] for record in removed] == keys


def test_a_version_deleted_for_good_rings_as_deleted(stack: LocalStack, s3: Any, rings: Rings) -> None:
    old = s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md", Body=b"old")
    s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md", Body=b"new")
    s3.delete_object(Bucket=stack.inbox_bucket, Key="posts/a.md", VersionId=old["VersionId"])
    record = rings()[2]
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert record["s3"]["object"]["versionId"] == old["VersionId"]


def test_a_multipart_upload_rings_once(stack: LocalStack, s3: Any, rings: Rings) -> None:
    place = {"Bucket": stack.inbox_bucket, "Key": "posts/a.md"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    part = s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"only")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload=parts)
    assert [record["eventName"] for record in rings()] == ["ObjectCreated:CompleteMultipartUpload"]


def test_a_copy_rings_once(stack: LocalStack, s3: Any, rings: Rings) -> None:
    s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.md")
    source = {"Bucket": stack.inbox_bucket, "Key": "posts/a.md"}
    s3.copy_object(Bucket=stack.inbox_bucket, Key="posts/b.md", CopySource=source)
    assert [record["eventName"] for record in rings()] == ["ObjectCreated:Put", "ObjectCreated:Copy"]


def test_what_no_filter_names_does_not_ring(stack: LocalStack, s3: Any, rings: Rings) -> None:
    s3.put_object(Bucket=stack.inbox_bucket, Key="reports/a.md")
    s3.put_object(Bucket=stack.inbox_bucket, Key="posts/a.jpg")
    s3.delete_object(Bucket=stack.inbox_bucket, Key="posts/a.jpg")
    assert [record["s3"]["object"]["key"] for record in rings()] == ["posts/a.jpg"]


def test_s3_tries_the_bell_when_it_is_hung(stack: LocalStack) -> None:
    messages = stack.client("sqs").receive_message(QueueUrl=stack.outputs["Bell"], MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["Event"] for message in messages] == ["s3:TestEvent"]
