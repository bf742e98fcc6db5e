"""Find keys without an answer where S3 sends no notification: in the root and under prefixes that name nothing.

Each minute one listing of the root, then at most a thousand versions under prefixes that are due. There is nothing to
swap: the requests go to ``publish``, which records each key's row; where the reading ended is recorded last, so that a
crash repeats it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from colophon.decision.stray_scan import (
    ROOT,
    PrefixState,
    StrayScan,
    after_page,
    due_prefixes,
    keep_states,
    minute_of,
)
from colophon.stores.inbox import Inbox, RootPage, is_cut_report
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.row_encoding import DamagedRow
from colophon.stores.table import ANY_N
from colophon.upload.keys import NOTIFIED_PREFIXES, REPORTS, UnknownKey, parse_key, reported_key
from colophon.upload.messages import RefreshRequest
from colophon.upload.versions import Version
from colophon.verbs.skipping import Skips, read_or_skip

_VERSIONS_PER_MINUTE = 1000
# Each prefix takes one listing at least, and so does each doubtful report.
_LISTINGS_PER_MINUTE = 100


def scan_strays(
    inbox: Inbox,
    index: Index,
    intake: MessageQueue,
    now: datetime,
    skips: Skips | None = None,
    limit: int = _VERSIONS_PER_MINUTE,
) -> None:
    """Enqueue a request for each key outside the notified prefixes that no row answers for. Raises Conflict.

    Lists at most ``limit`` entries of the root, and reads as many versions under prefixes. What can't be read is added
    to ``skips``.
    """
    skips = skips or Skips()
    scan, minute = _read_state(index, skips), minute_of(now)
    root_state = scan.state_of(ROOT)
    root = inbox.list_root(root_state.after, limit)
    reading = _Reading(inbox, index, scan, minute, skips, limit)
    reading.read_root(root, root_state)
    for prefix in due_prefixes(scan, (each for each in root.prefixes if each not in NOTIFIED_PREFIXES), minute):
        reading.read_prefix(prefix)
    intake.enqueue([RefreshRequest(key) for key in reading.unanswered])
    is_whole = not root_state.after and not root.after
    changed = keep_states(scan, reading.states, root.prefixes, is_whole=is_whole)
    if changed != scan:
        index.record_stray_scan(changed)


def _read_state(index: Index, skips: Skips) -> StrayScan:
    """How far the prefixes were read. If that can't be read, they are read from the beginning."""
    try:
        return index.read_stray_scan()
    except DamagedRow as error:
        skips.add("the row of the prefixes", error)
        return StrayScan(ANY_N)


@dataclass(slots=True)
class _Reading:
    """One minute's reading, and what it may still read."""

    inbox: Inbox
    index: Index
    scan: StrayScan
    minute: int
    skips: Skips
    versions: int
    listings: int = _LISTINGS_PER_MINUTE
    unanswered: list[str] = field(default_factory=list)
    states: dict[str, PrefixState] = field(default_factory=dict)

    def read_root(self, root: RootPage, state: PrefixState) -> None:
        is_unchanged = not state.after and not root.after and root.count == state.versions
        if not is_unchanged or state.is_due(self.minute):
            self._add_unanswered(root.newest)
            self.states[ROOT] = after_page(state, root.count, root.after, self.minute)

    def read_prefix(self, prefix: str) -> None:
        """Read ``prefix`` as far as this minute's limits allow."""
        if self.versions <= 0 or self.listings <= 0:
            return
        state = self.scan.state_of(prefix)
        page = self.inbox.list_newest(prefix, state.after, self.versions)
        self.versions -= page.count
        self.listings -= 1
        self._add_unanswered(page.newest, in_reports=prefix == REPORTS)
        self.states[prefix] = after_page(state, page.count, page.after, self.minute)

    def _add_unanswered(self, versions: Sequence[Version], *, in_reports: bool = False) -> None:
        """Note those of ``versions``, each the newest of its key, that no row answers for."""

        def find(some: Sequence[Version]) -> list[str]:
            return list(self._find_unanswered(self._without_reports(some) if in_reports else some))

        for found in read_or_skip(versions, find, lambda version: version.key, self.skips):
            self.unanswered += found

    def _find_unanswered(self, versions: Iterable[Version]) -> Iterator[str]:
        newest = {version.key: version.id for version in versions if _may_be_stray(version.key)}
        rows = self.index.read_strays(tuple(newest))
        yield from (key for key, version in newest.items() if rows[key].newest_version != version)

    def _without_reports(self, versions: Iterable[Version]) -> Iterator[Version]:
        """Those of ``versions`` that people uploaded. A report on a key exists only if the key ever did."""
        doubtful: dict[str, Version] = {}
        for version in versions:
            key = reported_key(version.key)
            if not key:
                yield version
            elif not key.startswith(NOTIFIED_PREFIXES) and not is_cut_report(version.key):
                doubtful[key] = version
        for key, row in self.index.read_strays(tuple(doubtful)).items():
            if not row.n and self.listings > 0:
                self.listings -= 1
                if not any(version.key == key for version in self.inbox.list_newest(key, "", 1).newest):
                    yield doubtful[key]


def _may_be_stray(key: str) -> bool:
    return isinstance(parse_key(key), UnknownKey) or (key.startswith(REPORTS) and not key.endswith("/"))
