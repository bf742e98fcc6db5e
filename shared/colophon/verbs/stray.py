"""Keys that name nothing that Colophon publishes, and names in a spelling that another one supersedes.

Their rows are what the report function writes their reports from. There is nothing to swap: token, look, record.
"""

from functools import partial

from colophon.decision.stray import clear_stray, decide_stray
from colophon.upload.keys import UnknownKey, parse_key
from colophon.upload.versions import Folder
from colophon.verbs.answers import outcome_answer
from colophon.verbs.clients import ImageClients
from colophon.verbs.swap import retry_on_conflict


def update_stray(key: str, clients: ImageClients, *, force: bool = False) -> None:
    """Bring the row of ``key`` to what the inbox says of it. ``force``: whatever the row says, in this code's words."""
    retry_on_conflict(partial(_attempt_stray, key, clients, force=force), key)


def update_shadowed_keys(folder: Folder, clients: ImageClients) -> None:
    """Record each key in ``folder`` that another spelling of its name supersedes; clear the record of the other.

    Two spellings of one name normalise to the same NFC text (Unicode Standard Annex #15).
    """
    for history in folder.histories.values():
        for spelling in history.other_spellings:
            if spelling.newest:
                update_stray(spelling.newest.key, clients)
        if history.other_spellings and history.newest:
            retry_on_conflict(partial(_clear_stray, history.newest.key, clients), history.newest.key)


def _attempt_stray(key: str, clients: ImageClients, *, force: bool) -> None:
    known = clients.index.read_stray(key)
    row = decide_stray(known, clients.inbox.newest_version(key))
    if row.newest_version != known.newest_version or (force and row != known):
        clients.index.record_stray(row)
        if row.outcome:
            clients.answered(outcome_answer(known.outcome, row.outcome))


def _clear_stray(key: str, clients: ImageClients) -> None:
    known = clients.index.read_stray(key)
    # One that waits for a place in its post's item says so until it has one.
    if known.outcome and known.outcome.state in ("superseded", "absent") and not isinstance(parse_key(key), UnknownKey):
        clients.index.record_stray(clear_stray(known))
