"""ListObjectVersions in S3's order, which the inbox reader depends on."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from colophon.stores.inbox import Inbox
from colophon_emulator.moto_s3 import patch_version_listing
from colophon_emulator.stack import EmulatedStack

BUCKET = "an-inbox"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(), patch_version_listing():
        client = boto3.client("s3", "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


def put(s3: Any, key: str, content: bytes = b"") -> str:
    return str(s3.put_object(Bucket=BUCKET, Key=key, Body=content)["VersionId"])


def delete(s3: Any, key: str) -> str:
    return str(s3.delete_object(Bucket=BUCKET, Key=key)["VersionId"])


def test_put_delete_and_put_at_once_are_listed_newest_first(s3: Any) -> None:
    first, marker, third = put(s3, "a", b"1"), delete(s3, "a"), put(s3, "a", b"3")
    history = Inbox(s3, BUCKET).read_folder("a").history_of("a")
    assert [version.id for version in history.versions] == [third, marker, first]
    assert [version.deleted for version in history.versions] == [False, True, False]


def test_versions_of_one_millisecond_keep_their_order(s3: Any) -> None:
    ids = [put(s3, "a", str(number).encode()) if number % 3 else delete(s3, "a") for number in range(1, 30)]
    history = Inbox(s3, BUCKET).read_folder("a").history_of("a")
    assert [version.id for version in history.versions] == ids[::-1]


def test_only_the_newest_of_a_key_is_the_latest(s3: Any) -> None:
    put(s3, "a"), put(s3, "a", b"2"), put(s3, "b"), delete(s3, "b")
    answer = s3.list_object_versions(Bucket=BUCKET)
    assert [(entry["Key"], entry["IsLatest"]) for entry in answer["Versions"]] == [
        ("a", True),
        ("a", False),
        ("b", False),
    ]
    assert [(entry["Key"], entry["IsLatest"]) for entry in answer["DeleteMarkers"]] == [("b", True)]


def test_pages_of_a_listing_join_without_a_gap_or_a_repeat(s3: Any) -> None:
    ids = {key: [put(s3, key), delete(s3, key), put(s3, key, b"2")] for key in ("p/ㄱ.png", "p/a b+c.png", "p/z", "q")}
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, Prefix="p/", PaginationConfig={"PageSize": 2}
    )
    listed = [entry for page in pages for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))]
    expected = sorted(version_id for key, of in ids.items() if key != "q" for version_id in of)
    assert sorted(entry["VersionId"] for entry in listed) == expected
    keys = list(dict.fromkeys(entry["Key"] for entry in listed))
    assert keys == sorted(keys, key=str.encode)


def test_a_suspended_bucket_stores_null_versions_beside_the_others(stack: EmulatedStack) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["InboxBucket"]
    first = s3.put_object(Bucket=bucket, Key="posts/a", Body=b"1")["VersionId"]
    s3.put_object(Bucket=bucket, Key="posts/b", Body=b"1")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    for content in (b"2", b"3"):
        s3.put_object(Bucket=bucket, Key="posts/a", Body=content)
    s3.delete_object(Bucket=bucket, Key="posts/b")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    last = s3.put_object(Bucket=bucket, Key="posts/a", Body=b"4")["VersionId"]
    listed = s3.list_object_versions(Bucket=bucket)
    assert [each["VersionId"] for each in listed["Versions"] if each["Key"] == "posts/a"] == [last, "null", first]
    assert [(each["Key"], each["VersionId"]) for each in listed["DeleteMarkers"]] == [("posts/b", "null")]
    contents = {
        version: s3.get_object(Bucket=bucket, Key="posts/a", VersionId=version)["Body"].read()
        for version in (first, "null", last)
    }
    assert contents == {first: b"1", "null": b"3", last: b"4"}


def test_a_suspended_bucket_notifies_of_every_change_without_a_version_id(
    stack: EmulatedStack, read_events: Callable[[], list[dict[str, Any]]]
) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["InboxBucket"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="posts/a.md")
    s3.delete_object(Bucket=bucket, Key="posts/a.md")
    events = read_events()
    assert [event["eventName"] for event in events] == ["ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"]
    assert not any("versionId" in event["s3"]["object"] for event in events)
