"""A storm of a few seconds, and that its checks see what they are for. Ten minutes: ``make storm``."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.emulated.storm import Storm, open_storm
from tests.emulated.tombstone_journal import Reappearance
from tests.protocol.harness import contents
from tests.rotating_seeds import seeds_of_the_day

SECONDS = 4.0
POST = f"posts/{contents.CLINIC}/a/"
PAGE = f"en/{contents.CLINIC}/a/index.html"
WITHDRAWAL = f"{POST}withdrawal.yaml"


def test_after_a_storm_the_site_is_as_the_model_says_and_nothing_withdrawn_was_readable(tmp_path: Path) -> None:
    (seed,) = seeds_of_the_day(1, of=1000)
    with open_storm(seed, SECONDS, (timedelta(seconds=1), timedelta(seconds=2))) as storm:
        storm.run()
        storm.republish(tmp_path)
        assert storm.find_differences() == []
        assert storm.journal.reappeared == []
        assert storm.counts["uploads"] > 5
        assert storm.counts["reads"] > 0


@pytest.fixture(scope="module")
def quiet() -> Iterator[Storm]:
    """A stack without a storm, with one withdrawn page."""
    with open_storm(0, 0.0) as storm:
        first = {"site.yaml": contents.site(1), f"clinics/{contents.CLINIC}/clinic.yaml": contents.clinic(1)}
        for key, content in (first | {f"{POST}en.md": contents.edition("en", 1)}).items():
            put(storm, key, content)
        storm.stack.dispatcher.run_until_idle()
        assert PAGE in keys(storm)
        put(storm, WITHDRAWAL, contents.withdrawal())
        storm.stack.dispatcher.run_until_idle()
        yield storm


def put(storm: Storm, key: str, content: bytes) -> None:
    storm.stack.client("s3").put_object(Bucket=storm.stack.inbox_bucket, Key=key, Body=content)


def keys(storm: Storm) -> set[str]:
    found = storm.stack.client("s3").list_objects_v2(Bucket=storm.stack.site_bucket)["Contents"]
    return {each["Key"] for each in found}


def read_after_replacing_the_tombstone(storm: Storm) -> list[Reappearance]:
    """What the checks say when a body is put at the page's address by hand, and read."""
    s3, place = storm.stack.client("s3"), {"Bucket": storm.stack.site_bucket, "Key": PAGE}
    tombstone = s3.get_object(**place)
    kept = {name: tombstone[name] for name in ("ContentType", "CacheControl", "Metadata")}
    body = tombstone["Body"].read()
    storm.journal.reappeared.clear()
    s3.put_object(**place, Body=b"<h1>Text en 1</h1>", ContentType="text/html", IfMatch=tombstone["ETag"])
    try:
        storm.read(storm.connect(), PAGE)
        return list(storm.journal.reappeared)
    finally:
        s3.put_object(**place, Body=body, IfMatch=s3.head_object(**place)["ETag"], **kept)


def test_a_body_in_the_place_of_a_tombstone_is_noticed_when_it_is_put_and_when_it_is_read(quiet: Storm) -> None:
    wanted = [Reappearance(PAGE, WITHDRAWAL, "put"), Reappearance(PAGE, WITHDRAWAL, "read")]
    assert read_after_replacing_the_tombstone(quiet) == wanted


def test_a_tombstone_that_differs_from_the_model_is_noticed(quiet: Storm) -> None:
    assert quiet.find_differences() == []
    s3, place = quiet.stack.client("s3"), {"Bucket": quiet.stack.site_bucket, "Key": PAGE}
    tombstone = s3.get_object(**place)
    kept = {name: tombstone[name] for name in ("ContentType", "CacheControl")}
    changed = {**tombstone["Metadata"], "status": "404"}
    body = tombstone["Body"].read()
    s3.put_object(**place, Body=body, Metadata=changed, IfMatch=tombstone["ETag"], **kept)
    assert [key for key, *_ in quiet.find_differences()] == [PAGE]
    s3.put_object(**place, Body=body, Metadata=tombstone["Metadata"], IfMatch=tombstone["ETag"], **kept)


def test_what_was_reinstated_or_held_until_now_may_be_read(quiet: Storm) -> None:
    quiet.stack.client("s3").delete_object(Bucket=quiet.stack.inbox_bucket, Key=WITHDRAWAL)
    assert read_after_replacing_the_tombstone(quiet) == []
    end = datetime.now(UTC) + timedelta(seconds=4)
    put(quiet, WITHDRAWAL, contents.withdrawal("hold", until=end.isoformat()).replace(b"2026-05-01", began(end)))
    quiet.stack.dispatcher.run_until_idle()
    assert [each.where for each in read_after_replacing_the_tombstone(quiet)] == ["put", "read"]
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()) + 0.1)
    assert read_after_replacing_the_tombstone(quiet) == []


def began(end: datetime) -> bytes:
    """A day before a hold ends: it lasts at most 30 days."""
    return f"{end.date() - timedelta(days=1)}".encode()
