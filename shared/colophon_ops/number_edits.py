"""Which numbers an upload changed: only the report on it says so, as a hint."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Hint, Outcome
from colophon.stores.inbox import Inbox

_THREADS = 8
_PAUSE = 0.5


class _ReportHints(Struct, frozen=True):
    version: str = ""
    hints: tuple[Hint, ...] = ()


def add_number_edits(outcome: Outcome, inbox: Inbox) -> Outcome:
    """``outcome`` with what its report says of numbers that changed, if it is on this version."""
    return _read_number_edits(outcome, inbox) or outcome


def await_number_edits(outcomes: Sequence[Outcome], inbox: Inbox, seconds: float) -> list[Outcome]:
    """``outcomes``, each that replaced a version with what its report says of numbers.

    A report is written after its row. Gives up on those without one ``seconds`` after the last that came.
    """
    found = {outcome.key: outcome for outcome in outcomes}
    missing = [outcome for outcome in outcomes if outcome.replaced_version]
    last = time.monotonic()
    with ThreadPoolExecutor(_THREADS) as threads:
        while missing:
            read = [each for each in threads.map(lambda each: _read_number_edits(each, inbox), missing) if each]
            found |= {outcome.key: outcome for outcome in read}
            arrived = {outcome.key for outcome in read}
            missing = [outcome for outcome in missing if outcome.key not in arrived]
            last = time.monotonic() if arrived else last
            if time.monotonic() - last > seconds:
                break
            if missing:
                time.sleep(_PAUSE)
    return list(found.values())


def _read_number_edits(outcome: Outcome, inbox: Inbox) -> Outcome | None:
    """None if there is no report on this version."""
    if not outcome.replaced_version:
        return None
    content = inbox.read_report(outcome.key)
    report = msgspec.json.decode(content, type=_ReportHints) if content else _ReportHints()
    if report.version != outcome.version:
        return None
    edits = (hint.what for hint in report.hints if hint.field == "corrections")
    return replace(outcome, number_edits=next(edits, ""))
