"""What sweep asks: which dates are due, and which uploads have no answer yet."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from colophon.decision.image import is_image_up_to_date
from colophon.decision.snapshot import PostSnapshot, is_page_up_to_date
from colophon.decision.withdrawals import withdrawal_inputs_id
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, parse_key

_MINUTE = timedelta(minutes=1)


class DueKey(Struct, frozen=True, order=True):
    """At ``at`` (UTC) whatever the inbox key ``key`` names is to be looked at again, though nobody uploads anything."""

    at: datetime
    key: str


class DueChanges(Struct, frozen=True):
    """How the rows of what is due change with a record: ``over`` leave, ``due`` come."""

    removed: tuple[DueKey, ...] = ()
    added: tuple[DueKey, ...] = ()


def due_changes(changes: Iterable[tuple[str, datetime | None, datetime | None]]) -> DueChanges:
    """The changes for each key of ``moves`` whose moment was the second and becomes the third."""
    changed = [move for move in changes if move[1] != move[2]]
    over = tuple(DueKey(before, key) for key, before, _ in changed if before)
    return DueChanges(over, tuple(DueKey(after, key) for key, _, after in changed if after))


def should_enqueue(due: DueKey, now: datetime) -> bool:
    """Whether a sweep at ``now``, one of a sweep a minute, rings for ``due``.

    Its row leaves when it has been answered for. Until then it is rung for after 0, 1, 2, 4, 8 ... minutes: a lost ring
    is made good, and what can't be answered does not fill the queue.
    """
    minutes = (now - due.at) // _MINUTE
    return minutes >= 0 and minutes & (minutes - 1) == 0


def keys_not_up_to_date(snapshot: PostSnapshot) -> Iterator[str]:
    """The inbox keys of the post in ``look`` that somebody should be rung for, pages and images known to its row too.

    A key that names nothing is not among them: its row is not the post's.
    """
    keys = {*snapshot.folder.uploaded_keys(), *(PageRef(snapshot.post, lang).key for lang in snapshot.row.known_langs)}
    keys |= {ImageRef(snapshot.post, name).key for name in snapshot.row.images}
    return (key for key in sorted(keys) if not _is_up_to_date(key, snapshot))


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
