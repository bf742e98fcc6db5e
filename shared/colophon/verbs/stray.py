"""Say of a stray key what is to be said: its row, from which its report is made."""

from functools import partial

from colophon.decision.stray import decide_stray
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors


def answer_stray(key: str, doors: Doors, twin: str = "") -> None:
    """Record what became of ``key``: token, look, record; there is nothing to swap.

    ``twin`` is the id of the version that counts in its place, if one does.
    """
    until_landed(partial(_attempt, key, twin, doors), key)


def _attempt(key: str, twin: str, doors: Doors) -> None:
    known = doors.index.stray(key)
    row = decide_stray(known, doors.inbox.newest(key), twin)
    if row.seen != known.seen:
        doors.index.record_stray(row)
