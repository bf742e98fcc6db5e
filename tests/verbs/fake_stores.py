"""What a minute of ``sweep`` reads and sends, in memory."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from colophon.decision.rows import SiteRow
from colophon.decision.stray import StrayRow
from colophon.decision.stray_scan import StrayScan
from colophon.decision.sweep import DueKey
from colophon.stores.inbox import NewestPage, RootPage, ScanBatch
from colophon.stores.row_encoding import ScanCursor
from colophon.upload.messages import RefreshRequest
from colophon.verbs.sweep import SweepClients, SweepQueues

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


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
