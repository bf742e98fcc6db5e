"""What one minute of ``sweep`` does, and what it records for the next: with an inbox and an index of a few values."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.code_version import code_version
from colophon.decision.stray_scan import PrefixState, StrayScan, minute_of, prefix_id
from colophon.decision.sweep import DueKey
from colophon.stores.inbox import NewestPage, RootPage, ScanBatch
from colophon.stores.row_encoding import ScanCursor
from colophon.upload.versions import Version, build_folder, null_version_id
from colophon.verbs.skipping import Skips
from colophon.verbs.stray_scan import scan_strays
from colophon.verbs.sweep import scan_next_batch, sweep
from tests.verbs.fake_stores import NOW, FakeStores

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_a_scan_that_begins_remembers_when_the_one_before_began() -> None:
    """What was taken down since that one is purged again: with an older moment ever more would be."""
    stores = FakeStores()
    stores.cursor = ScanCursor(3, started_at=NOW - DAY, previous_started_at=NOW - 2 * DAY)
    scan_next_batch(stores.clients(), NOW, Skips())
    (row,) = stores.recorded
    assert (row.started_at, row.previous_started_at, row.after) == (NOW, NOW - DAY, "")


@pytest.mark.parametrize("code", ["", "another", code_version()])
def test_between_two_scans_the_row_says_which_code_runs(code: str) -> None:
    """Commands compare it with the version that made a page: without it they would know a day later."""
    stores = FakeStores()
    stores.cursor = ScanCursor(3, started_at=NOW - DAY / 2, code_version=code)
    counts = scan_next_batch(stores.clients(), NOW, Skips())
    assert stores.recorded == ([] if code == code_version() else [replace(stores.cursor, code_version=code_version())])
    assert (counts.age, counts.is_running) == (DAY / 2, False)


def unversioned(key: str) -> Version:
    return Version(key, null_version_id("etag", NOW), "etag", 5, last_modified=NOW)


def test_keys_without_a_version_are_told_of_all_batches_of_a_minute() -> None:
    stores = FakeStores()
    first, second = (build_folder(key, [unversioned(key)]) for key in ("posts/notes.txt", "posts/other.txt"))
    stores.batches = {"": ScanBatch((first,), "posts/notes.txt"), "posts/notes.txt": ScanBatch((second,), "")}
    skips = Skips(stores.told.append)
    counts = scan_next_batch(stores.clients(), NOW, skips)
    assert counts.null_versions == 2
    assert [told for told in stores.told if "posts/notes.txt" in told and "posts/other.txt" in told]
    assert [row.after for row in stores.recorded] == [""]


@pytest.mark.parametrize(("count", "requested"), [(0, 0), (4999, 4999), (5000, 5000), (5600, 5000)])
def test_so_many_due_keys_are_requested_at_once_and_the_others_a_minute_later(count: int, requested: int) -> None:
    stores = FakeStores()
    stores.cursor = ScanCursor(3, started_at=NOW - DAY / 2, code_version=code_version())
    stores.due = [DueKey(NOW - MINUTE, f"posts/a/p{number}/en.md") for number in range(count)]
    assert sweep(stores.clients())["Overdue"] == 0
    assert len(stores.requests) == requested


PREFIXES = ("a/", "b/", "c/")
LATER = minute_of(NOW) + 60


def scanned(stores: FakeStores, limit: int = 10) -> list[str]:
    own: Any = stores
    scan_strays(own, own, own, NOW, limit=limit)
    return [request.key for request in stores.requests]


def page(count: int, *keys: str, after: str = "") -> NewestPage:
    return NewestPage(tuple(Version(key, "v1", "etag", 1) for key in keys), count, after)


def test_a_minute_reads_as_many_versions_as_it_may() -> None:
    stores = FakeStores()
    stores.root = RootPage((), 0, "", PREFIXES)
    stores.pages = {"a/": page(7, "a/x"), "b/": page(3, "b/x"), "c/": page(1, "c/x")}
    assert scanned(stores) == ["a/x", "b/x"]
    assert stores.read == [("a/", "", 10), ("b/", "", 3)]
    stores.requests.clear()
    assert scanned(stores)[:1] == ["c/x"], "the others have been due for less long"


@pytest.mark.parametrize(
    ("begun", "more", "is_forgotten"), [("", "", True), ("b", "", False), ("", "z", False), ("b", "z", False)]
)
def test_a_prefix_is_forgotten_once_the_whole_root_was_listed_without_it(
    begun: str, more: str, *, is_forgotten: bool
) -> None:
    """A part of a listing says nothing of the other part, in which it may be."""
    stores = FakeStores()
    known = {prefix_id("gone/"): PrefixState(3, 60, LATER), prefix_id(""): PrefixState(after=begun)}
    stores.strays = StrayScan(1, known)
    stores.root = RootPage((), 1, more, ("a/",))
    scanned(stores)
    assert (prefix_id("gone/") not in stores.strays.prefixes) == is_forgotten


def test_a_directory_marker_below_the_reports_is_no_stray() -> None:
    stores = FakeStores()
    stores.root = RootPage((), 0, "", ("reports/",))
    stores.pages = {"reports/": page(2, "reports/posts/", "reports/mine.txt")}
    assert scanned(stores) == ["reports/mine.txt"]
