"""Say of a stray key what is to be said: its row, from which its report is made."""

from functools import partial

from colophon.decision.stray import decide_stray
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors


def answer_stray(key: str, doors: Doors, *, superseded: bool = False) -> None:
    """Record what became of ``key``: token, look, record; there is nothing to swap."""
    until_landed(partial(_attempt, key, superseded, doors), key)


def _attempt(key: str, superseded: bool, doors: Doors) -> None:
    known = doors.index.stray(key)
    row = decide_stray(known, doors.inbox.newest(key), superseded=superseded)
    if row.seen != known.seen:
        doors.index.record_stray(row)
