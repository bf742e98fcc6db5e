"""``sweep``: once a minute enqueue what is due, and scan the inbox for uploads without an answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, is_clinic_up_to_date
from colophon.decision.earlier_address import EarlierAddress, are_claims_settled, posts_named_by
from colophon.decision.history import is_made_by_other_code
from colophon.decision.identity import code_version
from colophon.decision.purging import clinic_tags_to_purge_again, merge_tags, post_tags_to_purge_again
from colophon.decision.redirects import pages_affected_by_claims
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.decision.site import is_site_up_to_date
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.sweep import is_without_place, keys_not_up_to_date, should_enqueue
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import groups_for
from colophon.stores.inbox import Inbox, ScanBatch
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.upload.keys import ClinicFile, PageRef, PostRef, SiteFile, SiteStyle, UnknownKey, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.upload.versions import Folder, Version
from colophon.verbs.listings import EntryGroups, enqueue_listings
from colophon.verbs.stray_scan import scan_strays

# A thousand versions each: ten million objects in a day, with a sweep a minute.
_PAGES_PER_BATCH = 12
_POSTS_PER_READ = 100
_SCAN_INTERVAL = timedelta(days=1)
# A scan may reach a folder early one day and late the next, so one interval is not enough.
_PURGE_AGAIN_WITHIN = 2 * _SCAN_INTERVAL


class SweepQueues(Struct, frozen=True):
    """The queues for uploads, for pages that other code made, for listings, and for purges of the CDN."""

    intake: MessageQueue
    slow: MessageQueue
    listings: MessageQueue
    purges: PurgeQueue


class _SlowRequest(Struct, frozen=True):
    """A request that today's uploads must not wait for."""

    request: RefreshRequest


@dataclass(slots=True)
class InboxScan:
    """What is shared by the follow-ups of one batch."""

    index: Index
    now: datetime
    since: datetime
    site: SiteRow
    clinics: dict[str, ClinicRow]
    entry_groups: EntryGroups = field(init=False)

    def __post_init__(self) -> None:
        self.entry_groups = EntryGroups(self.index)

    def clinic(self, name: str) -> ClinicRow:
        if name not in self.clinics:
            self.clinics[name] = self.index.read_clinic(name)[0]
        return self.clinics[name]

    def clinic_of_address(self, address: PostRef, claimant: PostRef) -> ClinicRow:
        """The clinic whose word a claim of ``claimant`` needs; an empty row if it is its own."""
        return ClinicRow(address.clinic) if address.clinic == claimant.clinic else self.clinic(address.clinic)


def scan_next_batch(inbox: Inbox, index: Index, queues: SweepQueues, now: datetime) -> None:
    """Read the next batch of the inbox and enqueue what is not up to date; then record where the batch ended.

    The code version is recorded with it: commands compare it with the version that made a page.
    """
    row = index.read_scan_cursor()
    if not row.after and row.started_at and now < row.started_at + _SCAN_INTERVAL:
        if row.code_version != code_version():
            index.record_scan_cursor(replace(row, code_version=code_version()))
        return
    if not row.after:
        row = replace(row, started_at=now)
    batch = inbox.read_scan_batch(row.after, _PAGES_PER_BATCH)
    _enqueue_follow_ups(batch, InboxScan(index, now, now - _PURGE_AGAIN_WITHIN, index.read_site(), {}), queues)
    index.record_scan_cursor(replace(row, after=batch.after, code_version=code_version()))


def scan_whole_inbox(inbox: Inbox, index: Index, queues: SweepQueues, now: datetime, since: datetime) -> None:
    """Scan the whole inbox at once, apart from the daily scan: for an operator's command, never for a function.

    What was removed after ``since`` is purged again.
    """
    scan, after, unfinished = InboxScan(index, now, since, index.read_site(), {}), "", True
    while unfinished:
        batch = inbox.read_scan_batch(after, _PAGES_PER_BATCH)
        _enqueue_follow_ups(batch, scan, queues)
        after = batch.after
        unfinished = bool(after)


def _enqueue_follow_ups(batch: ScanBatch, scan: InboxScan, queues: SweepQueues) -> None:
    follow_ups: dict[RefreshRequest | ListingGroup | _SlowRequest, None] = {}
    for start in range(0, len(batch.folders), _POSTS_PER_READ):
        follow_ups |= dict.fromkeys(_follow_ups(batch.folders[start : start + _POSTS_PER_READ], scan))
    queues.intake.enqueue([follow_up for follow_up in follow_ups if isinstance(follow_up, RefreshRequest)])
    queues.slow.enqueue([follow_up.request for follow_up in follow_ups if isinstance(follow_up, _SlowRequest)])
    enqueue_listings([follow_up for follow_up in follow_ups if isinstance(follow_up, ListingGroup)], queues.listings)
    queues.purges.send(merge_tags(tag for folder in batch.folders for tag in _tags_to_purge_again(folder, scan.since)))


def _tags_to_purge_again(folder: Folder, since: datetime) -> Iterator[str]:
    match folder.prefix.split("/"):
        case ["posts", clinic, post, ""]:
            yield from post_tags_to_purge_again(PostRef(clinic, post), folder, since)
        case ["clinics", clinic, ""]:
            yield from clinic_tags_to_purge_again(clinic, folder, since)


def _follow_ups(folders: Iterable[Folder], scan: InboxScan) -> Iterator[RefreshRequest | ListingGroup | _SlowRequest]:
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


def _post_follow_ups(
    folder: Folder, row: PostRow, scan: InboxScan
) -> Iterator[RefreshRequest | ListingGroup | _SlowRequest]:
    snapshot = _post_snapshot(folder, row, scan)
    yield from (
        _SlowRequest(RefreshRequest(key)) if _can_take_slow_lane(key, snapshot) else RefreshRequest(key)
        for key in keys_not_up_to_date(snapshot)
        if not (is_without_place(key, snapshot) and _has_own_answer(folder.history_of(key).newest, scan))
    )
    yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(row))
    for lang, page_row in row.pages.items():
        if page_row.entry_ref:
            yield from scan.entry_groups.find(lang, row.post.clinic, page_row.entry_ref.posted, row.post.post)


def _can_take_slow_lane(key: str, snapshot: PostSnapshot) -> bool:
    """Whether other code made the page. No withdrawal waits: one in the folder has its own request."""
    name = parse_key(key)
    made_by_other_code = isinstance(name, PageRef) and is_made_by_other_code(
        snapshot.row.pages.get(name.lang), code_version()
    )
    return made_by_other_code and snapshot.clinic.withdrawal is None


def _read_posts(posts: Sequence[PostRef], scan: InboxScan) -> dict[PostRef, PostRow]:
    found: dict[PostRef, PostRow] = {}
    for start in range(0, len(posts), _POSTS_PER_READ):
        found |= scan.index.read_posts(posts[start : start + _POSTS_PER_READ])
    return found


def _earlier_address_requests(
    rows: Mapping[PostRef, PostRow], scan: InboxScan
) -> Iterator[RefreshRequest | _SlowRequest]:
    """Requests for earlier addresses. The inbox may never have held them; the posts that claim them name them."""
    for post, row in rows.items():
        yield from (RefreshRequest(page.key) for page in pages_affected_by_claims(row))
        if not any(page_row.outcome.version for page_row in row.pages.values()):
            snapshot = _post_snapshot(Folder(post.folder, {}), row, scan)
            yield from (
                _SlowRequest(RefreshRequest(key)) if _can_take_slow_lane(key, snapshot) else RefreshRequest(key)
                for key in keys_not_up_to_date(snapshot)
            )


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
    if not is_site_up_to_date(scan.site, folder):
        yield from (
            RefreshRequest(key) for key in (SiteFile().key, SiteStyle().key) if folder.history_of(key).ever_uploaded
        )
    if scan.site.settings:
        yield from groups_for()
        for lang in scan.site.settings.languages:
            yield from groups_for(lang)


def _stray_requests(folder: Folder, scan: InboxScan) -> Iterator[RefreshRequest]:
    names = {key for key in folder.uploaded_keys() if isinstance(parse_key(key), UnknownKey)}
    for key in sorted({*names, *folder.shadowed_keys}):
        newest = folder.newest_version(key)
        if newest and not _has_own_answer(newest, scan):
            yield RefreshRequest(key)


def _has_own_answer(newest: Version | None, scan: InboxScan) -> bool:
    """Whether the key of ``newest`` has an item of its own that answers for this version."""
    return newest is not None and scan.index.read_stray(newest.key).newest_version == newest.id


# So many at once; the rest follows a minute later.
_MAX_DUE = 5000


class SweepClients(Struct, frozen=True):
    """The clients of ``sweep``."""

    inbox: Inbox
    index: Index
    queues: SweepQueues
    now: Callable[[], datetime]


def sweep(clients: SweepClients) -> None:
    """Enqueue all that is due now, find strays, and continue the day's scan of the inbox."""
    now = clients.now()
    due = (due_key.key for due_key in clients.index.read_due(now) if should_enqueue(due_key, now))
    clients.queues.intake.enqueue([RefreshRequest(key) for key in islice(due, _MAX_DUE)])
    scan_strays(clients.inbox, clients.index, clients.queues.intake, now)
    scan_next_batch(clients.inbox, clients.index, clients.queues, now)
