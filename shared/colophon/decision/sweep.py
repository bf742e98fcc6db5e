"""What ``sweep`` looks for: dates that are due, and keys whose rows are not up to date."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from colophon.decision.image import is_image_up_to_date
from colophon.decision.room import has_place
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.withdrawals import withdrawal_inputs_id
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, parse_key

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
SCAN_INTERVAL = _DAY
# What a row does not show is an object of the site that was lost or changed by hand.
_ALL_LISTINGS_INTERVAL = 7 * _DAY
# What is not done after so long needs more than its turn.
SOON = timedelta(minutes=10)


class DueKey(Struct, frozen=True, order=True):
    """At ``at`` (UTC) the decision about the inbox key ``key`` may change without an upload."""

    at: datetime
    key: str


class DueChanges(Struct, frozen=True):
    """The due keys that are removed and added when a row is recorded."""

    removed: tuple[DueKey, ...] = ()
    added: tuple[DueKey, ...] = ()


def due_changes(changes: Iterable[tuple[str, datetime | None, datetime | None]]) -> DueChanges:
    """``changes`` are keys, each with the moment that it was due at before and the one it is due at now."""
    changed = [change for change in changes if change[1] != change[2]]
    removed = tuple(DueKey(before, key) for key, before, _ in changed if before)
    return DueChanges(removed, tuple(DueKey(after, key) for key, _, after in changed if after))


def should_enqueue(due: DueKey, now: datetime) -> bool:
    """Whether the sweep at ``now`` requests a refresh of ``due``; there is one sweep a minute.

    The due key is removed once it was refreshed. Until then it is requested after 0, 1, 2, 4, 8 ... minutes: a lost
    message is made up for, and a key that can't be refreshed does not fill the queue.
    """
    minutes = (now - due.at) // _MINUTE
    return minutes >= 0 and minutes & (minutes - 1) == 0


def should_start_scan(started_at: datetime | None, now: datetime) -> bool:
    """Whether the next scan of the inbox begins at ``now``; the last one began at ``started_at``, and has ended."""
    return started_at is None or now >= started_at + SCAN_INTERVAL


def includes_all_listings(last: datetime | None, now: datetime) -> bool:
    """Whether a scan that begins at ``now`` enqueues every group of listings, whatever their rows say."""
    return last is None or now >= last + _ALL_LISTINGS_INTERVAL


def purge_again_since(started_at: datetime, previous: datetime | None, now: datetime) -> datetime:
    """A scan that began at ``started_at`` purges again what was taken down after this moment.

    Every folder was last visited after ``previous``, when the scan before began, so that nothing is left out however
    long a scan takes. A day more is for a second purge that was lost as well. Without ``previous``, as in a row of
    older code, the scan before is taken to have been as long as this one is old.
    """
    return (previous or started_at - max(now - started_at, SCAN_INTERVAL)) - _DAY


def is_overdue(due: DueKey, now: datetime) -> bool:
    """Whether ``due`` has been requested several times, and is still not refreshed."""
    return now - due.at > SOON


def keys_not_up_to_date(snapshot: PostSnapshot) -> Iterator[str]:
    """The inbox keys of a post whose rows are not up to date, pages and images that only the row knows included.

    A stray key is never one of them: its row is not the post's.
    """
    keys = {*snapshot.folder.uploaded_keys(), *(PageRef(snapshot.post, lang).key for lang in snapshot.row.known_langs)}
    keys |= {ImageRef(snapshot.post, name).key for name in snapshot.row.images}
    return (key for key in sorted(keys) if not _is_up_to_date(key, snapshot))


def is_without_place(key: str, snapshot: PostSnapshot) -> bool:
    """Whether ``key`` waits for a row, so that its answer is in an item of its own."""
    name = parse_key(key)
    return isinstance(name, PageRef | ImageRef) and not has_place(name, snapshot)


def _is_up_to_date(key: str, snapshot: PostSnapshot) -> bool:
    match parse_key(key):
        case PageRef() as page:
            return is_page_up_to_date(page, snapshot)
        case ImageRef() as image:
            return is_image_up_to_date(image, snapshot)
        case PostWithdrawal() | PageWithdrawal() | ImageWithdrawal():
            known = snapshot.row.withdrawals.get(key.removeprefix(snapshot.post.folder))
            return known is not None and known.inputs_id == withdrawal_inputs_id(key, snapshot)
    return True
