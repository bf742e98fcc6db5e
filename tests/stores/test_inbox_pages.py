"""Listings of the inbox that take several pages: nothing beyond the first is lost, and nothing is read twice."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from botocore.response import StreamingBody

from colophon.problem import Refused
from colophon.stores.inbox import Inbox, report_key
from colophon.upload.versions import Version
from tests.stores.stubbed import Call, expecting

MOMENT = datetime(2026, 3, 10, tzinfo=UTC)
POST = "posts/a/b/"


class _Bucket:
    """A client that lists ``entries``, (key, version, deleted) in S3's order, ``size`` of them a page.

    It takes the place of S3's own client, because botocore's stub can't say in which order S3 listed the entries.
    """

    def __init__(self, *entries: tuple[str, str, bool], size: int = 2) -> None:
        self.entries, self.size = entries, size
        self.asked: list[dict[str, Any]] = []
        self.meta = self
        self.events = self

    def register(self, *_: object) -> None:
        """Nothing: the answers have their order already."""

    def list_object_versions(self, **asked: Any) -> dict[str, Any]:
        """One page."""
        self.asked.append(asked)
        prefix, size = asked.get("Prefix", ""), min(self.size, asked.get("MaxKeys", 1000))
        found = [entry for entry in self.entries if entry[0].startswith(prefix)]
        if key := asked.get("KeyMarker"):
            version = asked.get("VersionIdMarker")
            at = next((n for n, entry in enumerate(found) if version and entry[:2] == (key, version)), None)
            found = found[at + 1 :] if at is not None else [entry for entry in found if entry[0] > key]
        page = found[:size]
        answer: dict[str, Any] = {
            "Versions": [self._entry(entry) for entry in page if not entry[2]],
            "DeleteMarkers": [self._entry(entry) for entry in page if entry[2]],
            "VersionOrder": [deleted for _, _, deleted in page],
        }
        if len(found) > size:
            answer |= {"IsTruncated": True, "NextKeyMarker": page[-1][0], "NextVersionIdMarker": page[-1][1]}
        return answer

    @staticmethod
    def _entry(entry: tuple[str, str, bool]) -> dict[str, Any]:
        return {"Key": entry[0], "VersionId": entry[1], "ETag": f'"{entry[1]}"', "Size": 1, "LastModified": MOMENT}


def inbox(*entries: tuple[str, str, bool], size: int = 2) -> tuple[Inbox, _Bucket]:
    """An inbox with ``entries``."""
    bucket: Any = _Bucket(*entries, size=size)
    return Inbox(bucket, "inbox"), bucket


EN, JA = f"{POST}en.md", f"{POST}ja.md"
VERSIONS = ((EN, "e3", False), (EN, "e2", True), (EN, "e1", False), (JA, "j2", True), (JA, "j1", False))


def test_a_folder_has_the_versions_of_every_page() -> None:
    read, bucket = inbox(*VERSIONS, ("posts/a/c/en.md", "c1", False))
    folder = read.read_folder(POST)
    assert [version.id for version in folder.history_of(EN).versions] == ["e3", "e2", "e1"]
    assert [version.id for version in folder.history_of(JA).versions] == ["j2", "j1"]
    assert [version.deleted for version in folder.history_of(EN).versions] == [False, True, False]
    assert len(bucket.asked) == 3
    assert bucket.asked[2] == {"Bucket": "inbox", "Prefix": POST, "KeyMarker": EN, "VersionIdMarker": "e1"} or (
        bucket.asked[2]["VersionIdMarker"] == "j2"
    )


def test_the_newest_version_of_a_key_is_found_behind_keys_that_begin_like_it() -> None:
    read, _ = inbox((EN, "e1", True), (f"{EN}.withdrawal.yaml", "w1", False))
    newest = read.newest_version(f"{EN}.withdrawal.yaml")
    assert newest
    assert newest.id == "w1"
    assert read.newest_version("posts/a/b/e") is None


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 100])
def test_a_scan_sees_each_folder_whole_and_once(size: int) -> None:
    entries = (
        *VERSIONS,
        ("posts/a/c/en.md", "c1", False),
        *((f"reports/{n:03}.json", "r", False) for n in range(7)),
        ("site.yaml", "s1", False),
    )
    read, _ = inbox(*entries, size=size)
    after, seen = "", []
    for _ in range(20):
        batch = read.read_scan_batch(after, pages=1)
        seen += [(each.prefix, sum(len(one.versions) for one in each.histories.values())) for each in batch.folders]
        after = batch.after
        if not after:
            break
    assert seen == [(POST, 5), ("posts/a/c/", 1), ("site.", 1)]


def test_neighbours_are_taken_from_a_listing_only_where_it_shows_them_whole() -> None:
    entries = [(f"posts/a/{name}/en.md", f"{name}{n}", False) for name in "bcd" for n in (3, 2, 1)]
    read, _ = inbox(*entries, size=8)
    found = read.read_neighbours(["posts/a/b/", "posts/a/c/", "posts/a/d/"])
    assert {prefix: len(each.history_of(f"{prefix}en.md").versions) for prefix, each in found.items()} == {
        "posts/a/b/": 3,
        "posts/a/c/": 3,
    }


def test_a_page_of_newest_versions_says_where_to_go_on() -> None:
    read, _ = inbox(*VERSIONS, size=4)
    page = read.list_newest(POST, "", 1000)
    assert ([version.id for version in page.newest], page.count, page.after) == (["e3", "j2"], 4, JA)
    assert read.list_newest(POST, JA, 1000).after == ""


def test_keys_are_listed_page_by_page() -> None:
    asked = {"Bucket": "inbox", "Prefix": "posts/", "StartAfter": "", "MaxKeys": 2}
    more = {"Contents": [{"Key": "posts/a"}, {"Key": "posts/b"}], "IsTruncated": True}
    last = {"Contents": [{"Key": "posts/c"}], "IsTruncated": False}
    calls = (
        Call("list_objects_v2", asked, more),
        Call("list_objects_v2", asked | {"StartAfter": "posts/b"}, last),
    )
    with expecting("s3", *calls) as client:
        read = Inbox(client, "inbox")
        assert read.list_keys("posts/", "", 2).after == "posts/b"
        assert read.list_keys("posts/", "posts/b", 2).after == ""


def test_the_content_of_a_version_is_read_by_its_id() -> None:
    body = StreamingBody(BytesIO(b"words"), 5)
    call = Call("get_object", {"Bucket": "inbox", "Key": EN, "VersionId": "e2"}, {"Body": body})
    with expecting("s3", call) as client:
        assert Inbox(client, "inbox").read_content(Version(EN, "e2", size=5)) == b"words"


def test_a_report_is_put_on_the_condition_that_it_is_the_one_that_was_read() -> None:
    params = {"Bucket": "inbox", "Key": report_key(EN), "Body": b"{}", "ContentType": "application/json"}
    calls = (
        Call("put_object", params | {"IfNoneMatch": "*"}),
        Call("put_object", params | {"IfMatch": '"old"'}),
    )
    with expecting("s3", *calls) as client:
        Inbox(client, "inbox").put_report(EN, b"{}", "")
        Inbox(client, "inbox").put_report(EN, b"{}", '"old"')


def test_uploads_are_the_newest_versions_that_are_not_deleted_without_reports() -> None:
    """For commands: a key whose newest version is a deletion is no upload, however many it had before."""
    read, _ = inbox(*VERSIONS, (f"{POST}x.jpg", "x1", False), (f"reports/{EN}.json", "r1", False))
    assert [(version.key, version.id) for version in read.list_uploads("")] == [(EN, "e3"), (f"{POST}x.jpg", "x1")]


@pytest.mark.parametrize(
    ("encoding", "refused"),
    [
        *((name, False) for name in ("", "aws-chunked", "gzip", "identity, gzip")),
        *((name, True) for name in ("br", "BR", "gzip, br", "aws-chunked,deflate", " x-compress ")),
    ],
)
def test_an_upload_that_is_compressed_in_any_way_that_its_bytes_do_not_tell_is_refused(
    encoding: str, *, refused: bool
) -> None:
    body = StreamingBody(BytesIO(b"words"), 5)
    answer = {"Body": body, **({"ContentEncoding": encoding} if encoding else {})}
    asked = {"Bucket": "inbox", "Key": EN, "VersionId": "e3"}
    with expecting("s3", Call("get_object", asked, answer)) as client:
        version = Version(EN, "e3", "etag", 5)
        if refused:
            with pytest.raises(Refused):
                Inbox(client, "inbox").read_content(version)
        else:
            assert Inbox(client, "inbox").read_content(version) == b"words"
