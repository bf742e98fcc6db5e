"""What one minute of ``sweep`` does, and what it records for the next: with an inbox and an index of a few values."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.code_version import code_version
from colophon.decision.rows import SiteRow
from colophon.decision.stray import StrayRow
from colophon.decision.stray_scan import PrefixState, StrayScan, minute_of, prefix_id
from colophon.decision.sweep import DueKey
from colophon.stores.inbox import NewestPage, RootPage, ScanBatch
from colophon.stores.row_encoding import ScanCursor
from colophon.upload.messages import RefreshRequest
from colophon.upload.versions import Version, build_folder, null_version_id
from colophon.verbs.skipping import Skips
from colophon.verbs.stray_scan import scan_strays
from colophon.verbs.sweep import SweepClients, SweepQueues, scan_next_batch, sweep

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class FakeStores:
    """The inbox, the index and the queues of one minute, in memory."""

    def __init__(self) -> None:
        self.cursor, self.strays = ScanCursor(), StrayScan()
        self.recorded: list[ScanCursor] = []
        self.batches: dict[str, ScanBatch] = {}
        self.due: list[DueKey] = []
        self.root = RootPage((), 0, "")
        self.pages: dict[str, NewestPage] = {}
        self.read: list[tuple[str, str, int]] = []
        self.requests: list[RefreshRequest] = []
        self.told: list[str] = []

    def read_scan_cursor(self) -> ScanCursor:
        return self.cursor

    def record_scan_cursor(self, row: ScanCursor) -> None:
        self.recorded.append(row)

    def read_scan_batch(self, after: str, pages: int, *, most: int) -> ScanBatch:
        return self.batches.get(after, ScanBatch((), ""))

    def read_site(self) -> SiteRow:
        return SiteRow()

    def read_posts(self, posts: Sequence[object]) -> dict[Any, Any]:
        return {}

    def read_stray(self, name: str) -> StrayRow:
        return StrayRow(name)

    def read_strays(self, names: Sequence[str]) -> dict[str, StrayRow]:
        return {name: StrayRow(name) for name in names}

    def read_due(self, now: datetime, skip: object) -> Iterator[DueKey]:
        return iter(self.due)

    def read_stray_scan(self) -> StrayScan:
        return self.strays

    def record_stray_scan(self, scan: StrayScan) -> None:
        self.strays = scan

    def list_root(self, after: str, limit: int) -> RootPage:
        return self.root

    def list_newest(self, prefix: str, after: str, limit: int) -> NewestPage:
        self.read.append((prefix, after, limit))
        return self.pages.get(prefix, NewestPage((), 0, ""))

    def enqueue(self, requests: Sequence[RefreshRequest]) -> None:
        self.requests += requests

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        """No listing and no purge matters here."""

    def clients(self) -> SweepClients:
        own: Any = self
        return SweepClients(own, own, own, SweepQueues(own, own, own), lambda: NOW, self.told.append)


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
