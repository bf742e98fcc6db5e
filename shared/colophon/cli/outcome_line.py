"""An outcome as a line of outcomes.json: the same whoever writes it."""

from collections.abc import Iterable
from json import JSONEncoder

from colophon.decision.outcome import Outcome

# Made once: a build writes very many lines.
_ENCODER = JSONEncoder(ensure_ascii=False)


def as_line(outcome: Outcome) -> str:
    """``outcome`` as JSON on one line."""
    return _ENCODER.encode(outcome.as_json())


def in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """``outcomes`` in the order of their keys."""
    return sorted(outcomes, key=lambda outcome: outcome.key)


def told(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those of ``outcomes`` whose key holds an upload now, in order."""
    return in_order(outcome for outcome in outcomes if outcome.version and outcome.state != "absent")
