"""``sweep``: once a minute enqueue what is due, and scan the inbox for uploads without an answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, is_clinic_up_to_date
from colophon.decision.code_version import code_version
from colophon.decision.earlier_address import EarlierAddress, are_claims_settled, posts_named_by
from colophon.decision.purging import clinic_tags_to_purge_again, merge_tags, post_tags_to_purge_again
from colophon.decision.redirects import pages_affected_by_claims
from colophon.decision.rows import PostRow
from colophon.decision.scan_counts import ScanCounts, count_waiting, is_unanswered
from colophon.decision.site import is_site_up_to_date
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.stray import stray_keys
from colophon.decision.sweep import (
    SCAN_INTERVAL,
    includes_all_listings,
    is_overdue,
    is_without_place,
    keys_not_up_to_date,
    purge_again_since,
    should_enqueue,
    should_start_scan,
)
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import groups_for
from colophon.metrics import Measures
from colophon.stores.inbox import Inbox, ScanBatch
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.row_encoding import DamagedRow, ScanCursor
from colophon.stores.table import ANY_N
from colophon.upload.keys import SITE_KEYS, ClinicFile, PageRef, PostRef, UnknownKey, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.upload.versions import Folder, Version
from colophon.verbs.inbox_scan import InboxScan
from colophon.verbs.listings import enqueue_listings, is_up_to_date
from colophon.verbs.skipping import Skips, read_or_skip
from colophon.verbs.stray_scan import scan_strays

# A thousand versions each. After so many the time that is left is looked at.
_PAGES_PER_READ = 2
_POSTS_PER_READ = 100
# A hundred thousand versions are no post's: to read on would take longer than the function runs.
_PAGES_PER_FOLDER = 100
# A sweep begins every minute: this one ends before the next, which would read the same.
_SECONDS_PER_BATCH = 40.0
# So many keys are named in one line of the log.
_KEYS_TOLD = 20
# What the last read of a batch may take, with all that follows from it.
_SECONDS_PER_READ = 30.0


class SweepQueues(Struct, frozen=True):
    """The queues for uploads, for listings, and for purges of the CDN."""

    intake: MessageQueue
    listings: MessageQueue
    purges: PurgeQueue


class SweepClients(Struct, frozen=True):
    """The clients of ``sweep``. ``warn`` gets a sentence about each thing that an operator should know."""

    inbox: Inbox
    index: Index
    listings: ListingIndex
    queues: SweepQueues
    now: Callable[[], datetime]
    warn: Callable[[str], None] = lambda _: None


FollowUp: TypeAlias = RefreshRequest | ListingGroup


def scan_next_batch(
    clients: SweepClients, now: datetime, skips: Skips, has_time: Callable[[], bool] = lambda: True
) -> ScanCounts:
    """Read on in the inbox while ``has_time`` and enqueue what is not up to date; then record where the batch ended.

    The code version is recorded with it: commands compare it with the version that made a page.
    """
    index = clients.index
    row = _read_cursor(index, skips)
    if not row.after and not should_start_scan(row.started_at, now):
        if row.code_version != code_version():
            index.record_scan_cursor(replace(row, code_version=code_version()))
        return ScanCounts(now - (row.started_at or now), skipped=skips.count)
    row = row if row.after else _begin(row, now)
    started_at = row.started_at or now
    since = purge_again_since(started_at, row.previous_started_at, now)
    every = row.all_listings_at == started_at
    counts = ScanCounts(now - started_at, is_running=True)
    scan = InboxScan(index, clients.listings, now, since, skips, has_time, all_listings=every, counts=counts)
    after = _scan_from(row.after, clients.inbox, scan, clients.queues)
    index.record_scan_cursor(replace(row, after=after, code_version=code_version()))
    return scan.counts


def _read_cursor(index: Index, skips: Skips) -> ScanCursor:
    """How far the scan has come. If that can't be read, a new one begins."""
    try:
        return index.read_scan_cursor()
    except DamagedRow as error:
        skips.add("the row of the scan", error)
        return ScanCursor(ANY_N)


def _begin(row: ScanCursor, now: datetime) -> ScanCursor:
    """The row of a scan that begins at ``now``, after the one of ``row``."""
    listed_at = now if includes_all_listings(row.all_listings_at, now) else row.all_listings_at
    return replace(row, started_at=now, previous_started_at=row.started_at, all_listings_at=listed_at)


def scan_whole_inbox(clients: SweepClients, now: datetime, since: datetime) -> None:
    """Scan the whole inbox at once, apart from the daily scan: for an operator's command, never for a function.

    What was removed after ``since`` is purged again, and every group of listings is enqueued.
    """
    scan = InboxScan(clients.index, clients.listings, now, since, Skips(clients.warn), all_listings=True)
    _scan_from("", clients.inbox, scan, clients.queues)


def _scan_from(after: str, inbox: Inbox, scan: InboxScan, queues: SweepQueues) -> str:
    """Read the inbox after the key ``after`` while there is time; the key to go on after, empty at the end."""
    while True:
        batch = inbox.read_scan_batch(after, _PAGES_PER_READ, most=_PAGES_PER_FOLDER)
        if batch.endless:
            scan.skips.add(batch.endless, ValueError("The folder has too many versions to be read."))
        _enqueue_follow_ups(batch, scan, queues)
        after = batch.after
        if not after or not scan.has_time():
            break
    if scan.null_keys:
        what = f"{len(scan.null_keys)} keys are stored without a version and must be uploaded again"
        scan.skips.warn(f"{what}: {', '.join(scan.null_keys[:_KEYS_TOLD])}")
    scan.counts.null_versions, scan.counts.skipped = len(scan.null_keys), scan.skips.count
    return after


def _enqueue_follow_ups(batch: ScanBatch, scan: InboxScan, queues: SweepQueues) -> None:
    tags: list[str] = []
    for folders in _folders_per_read(batch):
        for found in read_or_skip(folders, partial(_tags_and_null_keys, scan=scan), _prefix_of, scan.skips):
            tags += found[0]
            scan.null_keys += found[1]
    requests, groups = find_follow_ups(batch, scan)
    queues.intake.enqueue(requests)
    enqueue_listings(groups, queues.listings)
    queues.purges.send(merge_tags(tags))


def find_follow_ups(batch: ScanBatch, scan: InboxScan) -> tuple[list[RefreshRequest], list[ListingGroup]]:
    """What the rows of ``batch`` are behind with: uploads, and listings that no batch before has looked at."""
    follow_ups: dict[FollowUp, None] = {}
    for folders in _folders_per_read(batch):
        for follow_up in _follow_ups_or_skip(folders, scan):
            follow_ups |= dict.fromkeys(follow_up)
    requests = [follow_up for follow_up in follow_ups if isinstance(follow_up, RefreshRequest)]
    return requests, _groups_to_enqueue((each for each in follow_ups if isinstance(each, ListingGroup)), scan)


def _folders_per_read(batch: ScanBatch) -> Iterator[Sequence[Folder]]:
    """The folders of ``batch``, as many at a time as one read takes the rows of."""
    for start in range(0, len(batch.folders), _POSTS_PER_READ):
        yield batch.folders[start : start + _POSTS_PER_READ]


def _follow_ups_or_skip(folders: Sequence[Folder], scan: InboxScan) -> Iterator[list[FollowUp]]:
    """The follow-ups of ``folders``, without those of folders that can't be read; none if the site's row can't be."""
    try:
        _ = scan.site
    except DamagedRow as error:
        scan.skips.add("every folder", error)
        return
    yield from read_or_skip(folders, lambda some: list(_follow_ups(some, scan)), _prefix_of, scan.skips)


def _groups_to_enqueue(groups: Iterable[ListingGroup], scan: InboxScan) -> list[ListingGroup]:
    """Those of ``groups`` whose rows are not up to date, or all of them, each once in a batch."""
    new = sorted(set(groups) - scan.checked)
    scan.checked.update(new)
    if scan.all_listings:
        return new

    def find(some: Sequence[ListingGroup]) -> list[ListingGroup]:
        if not scan.has_time():
            return list(some)
        behind = [group for group in some if not is_up_to_date(group, scan.listings)]
        scan.counts.not_listed += len(behind)
        return behind

    return [group for one in new for found in read_or_skip([one], find, str, scan.skips) for group in found]


def _prefix_of(folder: Folder) -> str:
    return folder.prefix


def _tags_and_null_keys(folders: Sequence[Folder], scan: InboxScan) -> tuple[list[str], list[str]]:
    tags = [tag for folder in folders for tag in _tags_to_purge_again(folder, scan.since)]
    return tags, [key for folder in folders for key in folder.unversioned_keys]


def _tags_to_purge_again(folder: Folder, since: datetime) -> Iterator[str]:
    match folder.prefix.split("/"):
        case ["posts", clinic, post, ""]:
            yield from post_tags_to_purge_again(PostRef(clinic, post), folder, since)
        case ["clinics", clinic, ""]:
            yield from clinic_tags_to_purge_again(clinic, folder, since)


def _follow_ups(folders: Iterable[Folder], scan: InboxScan) -> Iterator[FollowUp]:
    posts = {post: folder for folder in folders if (post := _post_of_folder(folder))}
    rows = scan.index.read_posts(tuple(posts))
    for post, row in rows.items():
        yield from _post_follow_ups(posts[post], row, scan)
    earlier = {address for row in rows.values() for address in posts_named_by(row)}
    others = _read_posts(sorted(earlier - posts.keys()), scan)
    yield from _earlier_address_requests(others, scan)
    yield from _unsettled_claims(rows.values(), {**rows, **others}, scan)
    for folder in folders:
        match folder.prefix.split("/"):
            case ["clinics", name, ""]:
                yield from _clinic_follow_ups(name, folder, scan)
            case ["site."]:
                yield from _site_follow_ups(folder, scan)
        yield from _stray_requests(folder, scan)


def _post_of_folder(folder: Folder) -> PostRef | None:
    match folder.prefix.split("/"):
        case ["posts", clinic, name, ""] if not isinstance(parse_key(f"{folder.prefix}en.md"), UnknownKey):
            return PostRef(clinic, name)
    return None


def _post_snapshot(folder: Folder, row: PostRow, scan: InboxScan) -> PostSnapshot:
    clinic = scan.clinic(row.post.clinic)
    return PostSnapshot(folder=folder, contents={}, row=row, clinic=clinic, site=scan.site, now=scan.now)


def _post_follow_ups(folder: Folder, row: PostRow, scan: InboxScan) -> Iterator[FollowUp]:
    snapshot = _post_snapshot(folder, row, scan)
    scan.counts.waiting_over_a_day += count_waiting(snapshot, scan.now - SCAN_INTERVAL)
    for key in keys_not_up_to_date(snapshot):
        if is_without_place(key, snapshot) and _has_own_answer(folder.history_of(key).newest, scan):
            continue
        scan.counts.unanswered += is_unanswered(key, snapshot, scan.now)
        yield RefreshRequest(key)
    yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(row))
    for lang, page_row in row.pages.items():
        if page_row.entry_ref:
            yield from scan.entry_groups.find(lang, row.post.clinic, page_row.entry_ref.posted, row.post.post)
            if lang not in scan.site.ever_languages:
                # No row but the entry names such a language: the site never had it, or its row was lost.
                yield from groups_for(lang)


def _read_posts(posts: Sequence[PostRef], scan: InboxScan) -> dict[PostRef, PostRow]:
    found: dict[PostRef, PostRow] = {}
    for start in range(0, len(posts), _POSTS_PER_READ):
        found |= scan.index.read_posts(posts[start : start + _POSTS_PER_READ])
    return found


def _earlier_address_requests(rows: Mapping[PostRef, PostRow], scan: InboxScan) -> Iterator[RefreshRequest]:
    """Requests for earlier addresses. The inbox may never have held them; the posts that claim them name them."""
    for post, row in rows.items():
        yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(row))
        if not any(page_row.outcome.version for page_row in row.pages.values()):
            snapshot = _post_snapshot(Folder(post.folder, {}), row, scan)
            yield from map(RefreshRequest, keys_not_up_to_date(snapshot))


def _unsettled_claims(
    rows: Iterable[PostRow], known: Mapping[PostRef, PostRow], scan: InboxScan
) -> Iterator[RefreshRequest]:
    """Requests for pages whose claims are not as their addresses say: made, or waiting."""
    for row in rows:
        addresses = {
            str(post): EarlierAddress(known[post], scan.clinic_of_address(post, row.post))
            for post in posts_named_by(row)
        }
        for lang, page_row in row.pages.items():
            if not are_claims_settled(PageRef(row.post, lang), page_row, addresses):
                yield RefreshRequest(PageRef(row.post, lang).key)


def _clinic_follow_ups(name: str, folder: Folder, scan: InboxScan) -> Iterator[RefreshRequest | ListingGroup]:
    row = scan.clinic(name)
    if not isinstance(parse_key(ClinicFile(name).key), UnknownKey):
        snapshot = ClinicSnapshot(folder=folder, contents={}, row=row, site=scan.site, now=scan.now)
        if not is_clinic_up_to_date(snapshot):
            yield RefreshRequest(ClinicFile(name).key)
        for lang in row.langs:
            yield from groups_for(lang, name)


def _site_follow_ups(folder: Folder, scan: InboxScan) -> Iterator[RefreshRequest | ListingGroup]:
    if not is_site_up_to_date(scan.site, folder, scan.now):
        yield from (RefreshRequest(key) for key in SITE_KEYS if folder.history_of(key).ever_uploaded)
    if scan.site.ever_languages:
        yield from groups_for()
    for lang in scan.site.ever_languages:
        yield from groups_for(lang)


def _stray_requests(folder: Folder, scan: InboxScan) -> Iterator[RefreshRequest]:
    for key in stray_keys(folder):
        newest = folder.newest_version(key)
        if newest and not _has_own_answer(newest, scan):
            yield RefreshRequest(key)


def _has_own_answer(newest: Version | None, scan: InboxScan) -> bool:
    """Whether the key of ``newest`` has an item of its own that answers for this version."""
    return newest is not None and scan.index.read_stray(newest.key).newest_version == newest.id


# So many at once; the rest follows a minute later.
_MAX_DUE = 5000


def sweep(clients: SweepClients, seconds: float = _SECONDS_PER_BATCH + _SECONDS_PER_READ) -> Measures:
    """Enqueue all that is due now, find strays, and continue the day's scan of the inbox, within ``seconds``.

    Returns what it measured. Each of the three is done even if another fails; then raises the first error, after a
    warning about each of the others.
    """
    now, skips, counts, overdue = clients.now(), Skips(clients.warn), ScanCounts(), 0
    until = now + timedelta(seconds=min(_SECONDS_PER_BATCH, seconds - _SECONDS_PER_READ))
    failures: list[Exception] = []
    with _kept(failures):
        overdue = _enqueue_due(clients, now, skips)
    with _kept(failures):
        scan_strays(clients.inbox, clients.index, clients.queues.intake, now, skips)
    with _kept(failures):
        counts = scan_next_batch(clients, now, skips, lambda: clients.now() < until)
    for reason in _other_reasons(failures):
        clients.warn(f"Another part of the sweep failed. {reason}")
    if failures:
        raise failures[0]
    return {"Overdue": overdue, **counts.measures()}


@contextmanager
def _kept(failures: list[Exception]) -> Iterator[None]:
    """Add an exception of the block to ``failures`` and go on."""
    try:
        yield
    except Exception as failure:
        failures.append(failure)


def _other_reasons(failures: Sequence[Exception]) -> list[str]:
    """Why the sweep failed besides the first of ``failures``, each reason once."""
    return list(dict.fromkeys(f"{type(failure).__name__}: {failure}" for failure in failures))[1:]


def _enqueue_due(clients: SweepClients, now: datetime, skips: Skips) -> int:
    """Enqueue what is due at ``now``. Returns how much of it is overdue."""
    overdue, requests = 0, []
    for due_key in clients.index.read_due(now, lambda error: skips.add("what is due", error)):
        overdue += is_overdue(due_key, now)
        if should_enqueue(due_key, now):
            requests.append(RefreshRequest(due_key.key))
        if len(requests) == _MAX_DUE:
            break
    clients.queues.intake.enqueue(requests)
    return overdue
