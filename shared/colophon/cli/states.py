"""The states of an upload on the screen: their colours, their order, and how many there are of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from colophon.decision.outcome import Outcome, State

# In this order they are counted out: what is well first, what somebody must do last, where the eye ends.
COLOURS: Mapping[State, str] = {
    "live": "green",
    "scheduled": "cyan",
    "withdrawn": "magenta",
    "superseded": "dim",
    "absent": "dim",
    "waiting": "yellow",
    "refused": "bold red",
}


def to_mend(outcome: Outcome) -> bool:
    """Whether the uploader has something to mend: it was refused, or it counts in spite of what is wrong with it."""
    return outcome.state == "refused" or any(problem.severity == "error" for problem in outcome.problems)


def counted(states: Mapping[str, int]) -> list[tuple[str, str]]:
    """``states`` as pieces of a line: ``71 uploads: 68 live, 3 waiting``, each with its colour."""
    total = sum(states.values())
    pieces = [(f"{total:,} upload{'' if total == 1 else 's'}" + (": " if total else ""), "bold")]
    named = [(f"{states[state]:,} {state}", colour) for state, colour in COLOURS.items() if states.get(state)]
    return pieces + list(chain.from_iterable(((", ", ""), piece) for piece in named))[1:]


def count(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many of ``outcomes`` are in each state."""
    return Counter(outcome.state for outcome in outcomes)
