"""Outcomes as commands report them: sorted, counted, and encoded as the lines of outcomes.json."""

from collections import Counter
from collections.abc import Iterable
from json import JSONEncoder

from colophon.decision.rows import Outcome

# Made once: a build encodes very many.
_ENCODER = JSONEncoder(ensure_ascii=False)


def encode_outcome(outcome: Outcome) -> str:
    """``outcome`` as JSON on one line."""
    return _ENCODER.encode(outcome.as_json())


def as_json_with_hints(outcome: Outcome) -> dict[str, object]:
    """The form of ``outcomes.json`` and the member ``hints``, where there are any: that of ``--json`` output."""
    return {**outcome.as_json(), **outcome.hints_as_json()}


def sort_by_key(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """``outcomes`` sorted by key."""
    return sorted(outcomes, key=lambda outcome: outcome.key)


def present_outcomes(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those of ``outcomes`` whose key holds an upload now, sorted by key."""
    return sort_by_key(outcome for outcome in outcomes if outcome.version and outcome.state != "absent")


def needs_fixing(outcome: Outcome) -> bool:
    """Whether the uploader must fix something: it was refused, or it is published in spite of an error."""
    return outcome.state == "refused" or any(problem.severity == "error" for problem in outcome.problems)


def has_differences(outcome: Outcome) -> bool:
    """Whether a translation differs from its original in a way that readers see a mark of."""
    return any(problem.grade == "differs" for problem in outcome.problems)


def count_states(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many of ``outcomes`` are in each state."""
    return Counter(outcome.state for outcome in outcomes)
