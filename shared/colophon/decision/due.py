"""What is due at a moment: kept beside the row that says so, in one transaction, so that one never lacks the other."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

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
