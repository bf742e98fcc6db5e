"""What the scan of the inbox counts for the operator. It costs no read: the scan has the folders and the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from colophon.decision.rows import ImageRow, Outcome, PageRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.sweep import SOON
from colophon.metrics import Measures

Row = PageRow | ImageRow | WithdrawalRow


@dataclass(slots=True)
class ScanCounts:
    """What a batch of the scan found. ``age`` is the time since the scan began: the next one begins a day later.

    ``unanswered`` are uploads whose rows are not up to date, without those that only other code made;
    ``waiting_over_a_day`` are uploads that have waited so long for another one; ``null_versions`` are keys whose newest
    version S3 stored without a version: the same upload has to be made again; ``not_listed`` are groups of listings
    whose rows are behind the pages they show; ``skipped`` are folders and rows that can't be read.
    """

    age: timedelta = timedelta()
    is_running: bool = False
    unanswered: int = 0
    waiting_over_a_day: int = 0
    null_versions: int = 0
    not_listed: int = 0
    skipped: int = 0

    def measures(self) -> Measures:
        """What an operator is told each minute; what a scan counts only while one is running."""
        always: Measures = {"ScanAge": self.age.total_seconds(), "Skipped": self.skipped}
        if not self.is_running:
            return always
        return {
            **always,
            "Unanswered": self.unanswered,
            "WaitingOverADay": self.waiting_over_a_day,
            "NullVersions": self.null_versions,
            "LiveButNotListed": self.not_listed,
        }


def is_unanswered(key: str, snapshot: PostSnapshot, now: datetime) -> bool:
    """Whether the newest version of ``key`` has no outcome although it was uploaded a while ago."""
    newest = snapshot.folder.history_of(key).newest
    if newest is None or newest.last_modified is None or now - newest.last_modified <= SOON:
        return False
    outcome = _outcome_of(key, snapshot)
    return outcome is None or outcome.version != newest.id


def count_waiting(snapshot: PostSnapshot, since: datetime) -> int:
    """How many files of a post wait for another upload, and were uploaded before ``since``."""
    outcomes = (row.outcome for rows in (snapshot.row.pages, snapshot.row.images) for row in rows.values())
    waiting = (outcome for outcome in outcomes if outcome.state == "waiting")
    newest = (snapshot.folder.history_of(outcome.key).newest for outcome in waiting)
    return sum(bool(each and each.last_modified and each.last_modified < since) for each in newest)


def _outcome_of(key: str, snapshot: PostSnapshot) -> Outcome | None:
    rows: tuple[Mapping[str, Row], ...] = (snapshot.row.pages, snapshot.row.images, snapshot.row.withdrawals)
    return next((row.outcome for each in rows for row in each.values() if row.outcome.key == key), None)
