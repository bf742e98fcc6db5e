"""``colophon copy-inbox`` on two buckets: what is copied, in which order, and what an interruption leaves."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.s3.models import s3_backends

from colophon.problem import Unavailable
from colophon_emulator.moto_s3 import patch_version_listing
from colophon_ops.copy_inbox import REPLACED, CopyResult, copy_inbox
from colophon_ops.errors import Misused

OLD, NEW = "the-old-inbox", "the-new-inbox"
POST = "posts/dalbit/coughs/"
WITHDRAWAL, IMAGE, EN = f"{POST}withdrawal.yaml", f"{POST}throat.png", f"{POST}en.md"
CLINIC = "clinics/dalbit/clinic.yaml"
# Each key's contents from the oldest on; None is a deletion.
HISTORY: list[tuple[str, bytes | None]] = [
    ("site.yaml", b"site 1"),
    (CLINIC, b"clinic"),
    (EN, b"text 1"),
    (IMAGE, b"image"),
    (EN, b"text 2"),
    (WITHDRAWAL, b"kind: gone"),
    (WITHDRAWAL, None),
    (EN, b"text 2"),
    (EN, None),
    (EN, None),
    (EN, b"text 1"),
    ("site.yaml", b"site 2"),
    (f"{POST}목.png", b"composed"),
    ("notes.txt", b"a stray"),
    ("zebra/notes.txt", b"another"),
    (f"reports/{EN}.json", b"{}"),
]


@pytest.fixture(scope="module")
def _account() -> Iterator[Any]:
    with mock_aws(), patch_version_listing():
        client = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        for bucket in (OLD, NEW):
            client.create_bucket(Bucket=bucket)
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def s3(_account: Any) -> Any:
    for bucket in (OLD, NEW):
        stored(bucket).clear()
        s3_backends["123456789012"]["aws"].buckets[bucket].versioning_status = "Enabled"
    for key, content in HISTORY:
        write(_account, OLD, key, content)
    return _account


def write(s3: Any, bucket: str, key: str, content: bytes | None) -> None:
    if content is None:
        s3.delete_object(Bucket=bucket, Key=key)
    else:
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def stored(bucket: str) -> Any:
    return s3_backends["123456789012"]["aws"].buckets[bucket].keys


def contents(bucket: str) -> dict[str, list[bytes | None]]:
    """What the bucket holds of each key, the oldest first; None is a delete marker."""
    return {key: [getattr(version, "value", None) for version in stored(bucket).getlist(key)] for key in stored(bucket)}


def expected() -> dict[str, list[bytes | None]]:
    found: dict[str, list[bytes | None]] = {}
    for key, content in HISTORY:
        if not key.startswith("reports/"):
            found.setdefault(key, []).append(content)
    return found


def watched(
    s3: Any, refuse: Callable[[int], Exception | None] = lambda _: None
) -> tuple[list[str], Callable[[], None]]:
    """The keys written to the new bucket, in their order. ``refuse`` gives the error of the write with a number."""
    seen: list[str] = []

    def observe(params: Any, model: Any, **_: Any) -> None:
        if model.name in ("CopyObject", "PutObject", "DeleteObject") and NEW in params["url"]:
            if error := refuse(len(seen)):
                raise error
            seen.append(unquote(urlsplit(params["url"]).path).removeprefix(f"/{NEW}").removeprefix("/"))

    s3.meta.events.register("before-call.s3", observe)
    return seen, lambda: s3.meta.events.unregister("before-call.s3", observe)


def test_every_version_and_deletion_is_copied_in_its_keys_order_but_no_report(s3: Any) -> None:
    done: list[tuple[int, int, str]] = []
    result = copy_inbox(OLD, NEW, s3, lambda *step: done.append(step))
    assert contents(NEW) == expected()
    assert result == CopyResult(len(HISTORY) - 1, 0, ())
    assert done[-1] == (len(HISTORY) - 1, len(HISTORY) - 1, "copying")
    assert {step[2] for step in done} == {"comparing", "copying"}


def test_withdrawals_come_first_and_the_sites_own_files_last(s3: Any) -> None:
    def wait(params: Any, **_: Any) -> None:
        # Without an order the site's files would pass these.
        time.sleep(0.03 if "coughs" in params["url"] else 0)

    s3.meta.events.register("before-call.s3", wait)
    seen, stop = watched(s3)
    copy_inbox(OLD, NEW, s3)
    stop()
    s3.meta.events.unregister("before-call.s3", wait)
    assert seen[:2] == [WITHDRAWAL, WITHDRAWAL]
    assert seen[-2:] == ["site.yaml", "site.yaml"]


def test_interrupted_anywhere_it_goes_on_where_it_was(s3: Any) -> None:
    for number in range(0, len(HISTORY) - 1, 4):
        stored(NEW).clear()
        _, stop = watched(s3, lambda seen, number=number: OSError("cut off") if seen == number else None)
        with pytest.raises(OSError, match="cut off"):
            copy_inbox(OLD, NEW, s3)
        stop()
        present = sum(map(len, contents(NEW).values()))
        result = copy_inbox(OLD, NEW, s3)
        assert contents(NEW) == expected()
        assert (result.copied, result.present) == (len(HISTORY) - 1 - present, present)


def test_a_later_run_copies_what_came_since(s3: Any) -> None:
    copy_inbox(OLD, NEW, s3)
    assert copy_inbox(OLD, NEW, s3).copied == 0
    write(s3, OLD, EN, b"text 3")
    write(s3, OLD, WITHDRAWAL, b"kind: gone")
    assert copy_inbox(OLD, NEW, s3).copied == 2
    assert (contents(NEW)[EN][-1], contents(NEW)[WITHDRAWAL][-1]) == (b"text 3", b"kind: gone")


def test_a_version_that_a_repeated_call_made_twice_is_no_obstacle(s3: Any) -> None:
    _, stop = watched(s3, lambda seen: OSError("cut off") if seen == 9 else None)
    with pytest.raises(OSError, match="cut off"):
        copy_inbox(OLD, NEW, s3)
    stop()
    for key, versions in contents(NEW).items():
        write(s3, NEW, key, versions[-1])
    copy_inbox(OLD, NEW, s3)
    assert {key: [one for one, _ in groupby(found)] for key, found in contents(NEW).items()} == {
        key: [one for one, _ in groupby(found)] for key, found in expected().items()
    }
    assert copy_inbox(OLD, NEW, s3).copied == 0


OTHERS = [
    ("posts/dalbit/other/en.md", b"?"),
    (EN, b"text 9"),
    (CLINIC, b"record"),
    ("aa", b"?"),
    ("zz", b"?"),
    ("site.yaml", b"?"),
]


@pytest.mark.parametrize(("key", "content"), OTHERS)
def test_a_bucket_with_anything_else_is_refused_and_not_written_to(s3: Any, key: str, content: bytes | None) -> None:
    write(s3, NEW, key, content)
    before = contents(NEW)
    with pytest.raises(Misused, match=f"does not hold the beginning of a copy of {OLD}: {key}"):
        copy_inbox(OLD, NEW, s3)
    assert contents(NEW) == before


def test_a_key_of_which_only_the_deletion_is_left_is_copied(s3: Any) -> None:
    """So ``colophon erase`` leaves it."""
    key = f"{POST}erased.md"
    version = s3.put_object(Bucket=OLD, Key=key, Body=b"text")["VersionId"]
    s3.delete_object(Bucket=OLD, Key=key)
    s3.delete_object(Bucket=OLD, Key=key, VersionId=version)
    copy_inbox(OLD, NEW, s3)
    assert contents(NEW)[key] == contents(OLD)[key] == [None]
    assert copy_inbox(OLD, NEW, s3).copied == 0


def test_what_the_new_stack_reports_is_no_upload(s3: Any) -> None:
    write(s3, NEW, f"reports/{EN}.json", b"{}")
    assert copy_inbox(OLD, NEW, s3).copied == len(HISTORY) - 1


def test_a_bucket_that_is_not_versioned_is_refused(s3: Any) -> None:
    with pytest.raises(Misused, match="into itself"):
        copy_inbox(OLD, OLD, s3)
    s3.create_bucket(Bucket="plain")
    with pytest.raises(Misused, match="The bucket plain is not versioned"):
        copy_inbox(OLD, "plain", s3)
    with pytest.raises(Misused, match="The bucket plain was never versioned"):
        copy_inbox("plain", NEW, s3)


def test_a_bucket_that_keeps_no_versions_yet_stops_the_copy_and_is_no_obstacle_later(s3: Any) -> None:
    bucket = s3_backends["123456789012"]["aws"].buckets[NEW]

    def answer_first(parsed: Any, **_: Any) -> None:
        if parsed.get("Status"):
            asked.append(parsed)
            bucket.versioning_status = None if len(asked) == 2 else bucket.versioning_status

    asked: list[Any] = []
    s3.meta.events.register("after-call.s3.GetBucketVersioning", answer_first)
    with pytest.raises(Unavailable, match=r"without a version.*run the command again"):
        copy_inbox(OLD, NEW, s3)
    s3.meta.events.unregister("after-call.s3.GetBucketVersioning", answer_first)
    bucket.versioning_status = "Enabled"
    assert any(str(each.version_id) == "null" for key in stored(NEW) for each in stored(NEW).getlist(key))
    copy_inbox(OLD, NEW, s3)
    versioned = {
        key: [getattr(each, "value", None) for each in stored(NEW).getlist(key) if str(each.version_id) != "null"]
        for key in stored(NEW)
    }
    assert versioned == expected()


def test_what_can_not_be_read_is_left_out_and_listed_but_a_withdrawal_still_withdraws(s3: Any) -> None:
    write(s3, OLD, WITHDRAWAL, b"kind: legal")
    write(s3, OLD, f"{IMAGE}.withdrawal.yaml", b"kind: legal")
    stored(OLD).getlist(IMAGE)[-1]._version_id = "null"
    stored(OLD).getlist(EN)[0].set_storage_class("GLACIER")
    stored(OLD).getlist(WITHDRAWAL)[-1].set_storage_class("DEEP_ARCHIVE")
    stored(OLD).getlist(f"{IMAGE}.withdrawal.yaml")[-1]._version_id = "null"
    for _ in range(2):
        result = copy_inbox(OLD, NEW, s3)
        assert {(each.version.key, each.needs_upload) for each in result.left_out} == {(IMAGE, True), (EN, True)}
    assert result.copied == 0
    assert IMAGE not in contents(NEW)
    assert contents(NEW)[EN] == expected()[EN][1:]
    assert contents(NEW)[WITHDRAWAL] == [b"kind: gone", None, b""]
    assert contents(NEW)[f"{IMAGE}.withdrawal.yaml"] == [b"kind: legal"]


def test_what_turns_out_to_be_archived_is_left_out_and_the_copy_goes_on(s3: Any) -> None:
    stored(OLD).getlist(EN)[0].set_storage_class("INTELLIGENT_TIERING")
    archived = ClientError({"Error": {"Code": "InvalidObjectState", "Message": "no"}}, "CopyObject")
    first = stored(OLD).getlist(EN)[0].version_id

    def refuse(params: Any, **_: Any) -> None:
        if first in params["headers"].get("x-amz-copy-source", ""):
            raise archived

    s3.meta.events.register("before-call.s3.CopyObject", refuse)
    for copied in (len(HISTORY) - 2, 0):
        result = copy_inbox(OLD, NEW, s3)
        assert result.copied == copied
    s3.meta.events.unregister("before-call.s3.CopyObject", refuse)
    assert contents(NEW)[EN] == expected()[EN][1:]


def test_headers_that_decide_about_an_upload_are_copied(s3: Any) -> None:
    s3.put_object(Bucket=OLD, Key=EN, Body=b"?", ContentEncoding="br")
    copy_inbox(OLD, NEW, s3)
    assert s3.head_object(Bucket=NEW, Key=EN)["ContentEncoding"] == "br"


def embargoed(publish_at: str, title: str) -> bytes:
    return (
        f"---\ntitle: {title}\npublish_at: {publish_at}\n"
        "source: {channel: blog, url: 'https://blog.naver.com/sorae_note/1', posted: 2026-01-15, title: 기침}\n"
        'translation: {at: "2026-02-01T09:00:00+09:00", system: sample-mt 1}\n---\n\nWords.\n'
    ).encode()


def test_texts_replaced_or_deleted_before_they_were_due_are_left_out_and_listed(s3: Any) -> None:
    key = "posts/dalbit/news/en.md"
    early, late = "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z"
    history = [
        (embargoed(early, "Replaced"), datetime(2026, 2, 10, tzinfo=UTC)),
        (embargoed(early, "Replaced"), datetime(2026, 2, 11, tzinfo=UTC)),
        (embargoed(late, "Shown"), datetime(2026, 2, 20, tzinfo=UTC)),
        (embargoed(early, "Refused ones replace nothing"), datetime(2026, 2, 21, tzinfo=UTC)),
        (b"refused", datetime(2026, 2, 22, tzinfo=UTC)),
        (embargoed(late, "Shown too"), datetime(2026, 3, 2, tzinfo=UTC)),
        (embargoed("2026-03-09T00:00:00Z", "Deleted"), datetime(2026, 3, 3, tzinfo=UTC)),
        (None, datetime(2026, 3, 4, tzinfo=UTC)),
        (embargoed("2036-01-01T00:00:00Z", "Still to come"), datetime(2026, 3, 5, tzinfo=UTC)),
        (embargoed("2036-01-01T00:00:00Z", "Still to come"), datetime(2026, 3, 6, tzinfo=UTC)),
    ]
    for content, moment in history:
        write(s3, OLD, key, content)
        stored(OLD).getlist(key)[-1].last_modified = moment.replace(tzinfo=None)
    result = copy_inbox(OLD, NEW, s3)
    assert [(each.version.key, each.reason) for each in result.left_out] == [(key, REPLACED)] * 3
    assert not any(each.needs_upload for each in result.left_out)
    kept = [content for content, _ in history if content not in (history[0][0], history[6][0])]
    assert contents(NEW)[key] == kept
