"""Say of a stray key what is to be said: its row, from which its report is made."""

from functools import partial

from colophon.decision.stray import decide_stray, no_stray
from colophon.upload.keys import Unknown, named
from colophon.upload.versions import Folder
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors


def answer_stray(key: str, doors: Doors) -> None:
    """Record what became of ``key``: token, look, record; there is nothing to swap."""
    until_landed(partial(_attempt, key, doors), key)


def answer_twins(folder: Folder, doors: Doors) -> None:
    """Say of every key in ``folder`` that another spelling counts in its place, and of that other no longer so."""
    for history in folder.histories.values():
        for twin in history.beside:
            if twin.newest:
                answer_stray(twin.newest.key, doors)
        if history.beside and history.newest:
            until_landed(partial(_forget, history.newest.key, doors), history.newest.key)


def _attempt(key: str, doors: Doors) -> None:
    known = doors.index.stray(key)
    row = decide_stray(known, doors.inbox.newest(key))
    if row.seen != known.seen:
        doors.index.record_stray(row)


def _forget(key: str, doors: Doors) -> None:
    known = doors.index.stray(key)
    if known.outcome and not isinstance(named(key), Unknown):
        doors.index.record_stray(no_stray(known))
