"""What is said of a key that names nothing Colophon publishes, or whose twin in another spelling counts."""

from dataclasses import dataclass

from colophon.decision.outcome import Outcome
from colophon.problem import Problem
from colophon.upload.keys import Unknown, named, nfc
from colophon.upload.versions import Version


@dataclass(frozen=True, slots=True)
class StrayRow:
    """The row of one stray key."""

    key: str
    n: int = 0
    seen: str = ""
    outcome: Outcome | None = None


def decide_stray(row: StrayRow, newest: Version | None, *, superseded: bool) -> StrayRow:
    """The row to keep for a stray key whose newest version is ``newest``."""
    seen = f"{newest.id if newest else ''} {superseded}"
    return StrayRow(row.key, row.n, seen, _outcome(row.key, newest, superseded))


def _outcome(key: str, newest: Version | None, superseded: bool) -> Outcome:
    if newest is None or newest.deleted:
        return Outcome(key, "absent", version=newest.id if newest else "")
    if superseded:
        return Outcome(key, "superseded", problems=(_twin(key),), version=newest.id)
    name = named(key)
    problems = (name.problem,) if isinstance(name, Unknown) else ()
    return Outcome(key, "refused", problems=problems, version=newest.id)


def _twin(key: str) -> Problem:
    what = "Another key spells the same name in Unicode's composed form (NFC); that one counts."
    return Problem(what, f"Delete this one. The one that counts is {nfc(key)}.", severity="warning")
