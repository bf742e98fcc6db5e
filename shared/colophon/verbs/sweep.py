"""``sweep``: ring for what is due, then for what nobody has answered for. It decides nothing."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from msgspec import Struct

from colophon.decision.sweep import is_rung
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.upload.messages import Ring
from colophon.verbs.go_round import Queues, go_round

# So many at once: what is beyond them is rung for a minute later.
_MOST = 5000


class SweepDoors(Struct, frozen=True):
    """What ``sweep`` works through."""

    inbox: Inbox
    index: Index
    queues: Queues
    now: Callable[[], datetime]


def sweep(doors: SweepDoors) -> None:
    """Ring for all that is due now, and go on with the day's round of the inbox."""
    now = doors.now()
    due = (one.key for one in doors.index.due(now) if is_rung(one, now))
    doors.queues.intake.ring([Ring(key) for key in islice(due, _MOST)])
    go_round(doors.inbox, doors.index, doors.queues, now)
