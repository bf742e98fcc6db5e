"""What sweep asks: which dates are due, and which uploads have no answer yet."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from colophon.decision.image import is_image_settled
from colophon.decision.snapshot import Look, is_page_settled
from colophon.decision.withdrawals import order_seen
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named

_MINUTE = timedelta(minutes=1)


class Due(Struct, frozen=True, order=True):
    """At ``at`` (UTC) whatever the inbox key ``key`` names is to be looked at again, though nobody uploads anything."""

    at: datetime
    key: str


class Agenda(Struct, frozen=True):
    """How the rows of what is due change with a record: ``over`` leave, ``due`` come."""

    over: tuple[Due, ...] = ()
    due: tuple[Due, ...] = ()


def agenda(moves: Iterable[tuple[str, datetime | None, datetime | None]]) -> Agenda:
    """The changes for each key of ``moves`` whose moment was the second and becomes the third."""
    changed = [move for move in moves if move[1] != move[2]]
    over = tuple(Due(before, key) for key, before, _ in changed if before)
    return Agenda(over, tuple(Due(after, key) for key, _, after in changed if after))


def is_rung(due: Due, now: datetime) -> bool:
    """Whether a sweep at ``now``, one of a sweep a minute, rings for ``due``.

    Its row leaves when it has been answered for. Until then it is rung for after 0, 1, 2, 4, 8 ... minutes: a lost ring
    is made good, and what can't be answered does not fill the queue.
    """
    minutes = (now - due.at) // _MINUTE
    return minutes >= 0 and minutes & (minutes - 1) == 0


def unanswered(look: Look) -> Iterator[str]:
    """The inbox keys of the post in ``look`` that somebody should be rung for, pages and images known to its row too.

    A key that names nothing is not among them: its row is not the post's.
    """
    keys = {*look.folder.uploaded(), *(PageRef(look.post, lang).key for lang in look.row.known_langs)}
    keys |= {ImageRef(look.post, name).key for name in look.row.images}
    return (key for key in sorted(keys) if not _is_answered(key, look))


def _is_answered(key: str, look: Look) -> bool:
    match named(key):
        case PageRef() as page:
            return is_page_settled(page, look)
        case ImageRef() as image:
            return is_image_settled(image, look)
        case PostWithdrawal() | PageWithdrawal() | ImageWithdrawal():
            known = look.row.orders.get(key.removeprefix(look.post.folder))
            return known is not None and known.seen == order_seen(key, look)
    return True
