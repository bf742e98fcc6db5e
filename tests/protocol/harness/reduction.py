"""The shortest schedule that can be found from a failing one by leaving out steps.

Delta debugging (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002): leave out half of the
steps, then a quarter, down to one, as long as the same invariant is violated. A play itself leaves out the steps that
can't be taken any more, and ends at the violation.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.schedule import Advance, Handle, Schedule, Start, Step, Upload
from tests.protocol.harness.tally import PLAYED

MOST_PLAYS = 300
FOLDER = Path("build/schedules")
Steps = tuple[Step, ...]
Play = Callable[[Schedule], Schedule]


def invariant_of(violation: str) -> str:
    """What is violated: ``I3``, or the name of an exception."""
    return violation.partition(":")[0]


def reduce(found: Schedule, play_alone: Play, most: int = MOST_PLAYS) -> Schedule:
    """The shortest schedule that violates the same invariant as ``found``, after at most ``most`` plays."""
    plays = count(1)
    shortest = play_alone(found)
    if invariant_of(shortest.violation) != invariant_of(found.violation) or not found.violation:
        return found
    size = len(shortest.steps)
    while size:
        candidates = _simplified(shortest.steps) if size == 1 else iter(())
        for steps in (*_left_out(shortest.steps, size), *candidates):
            if next(plays) >= most:
                return shortest
            played = play_alone(replace(found, steps=steps))
            if invariant_of(played.violation) == invariant_of(found.violation) and _is_simpler(played, shortest):
                shortest = played
                break
        else:
            size //= 2
    return shortest


def _left_out(steps: Steps, size: int) -> Iterator[Steps]:
    """``steps`` without ``size`` of them, from the end: the last ones depend on the first."""
    for end in range(len(steps), 0, -size):
        yield steps[: max(0, end - size)] + steps[end:]


def _simplified(steps: Steps) -> Iterator[Steps]:
    """``steps`` with one fault, the other messages of one batch, or all but one of some uploads left out."""
    for place, step in enumerate(steps):
        simpler: list[Step] = []
        if isinstance(step, Advance | Handle) and step.fault != "go":
            simpler = [replace(step, fault="go")]
        elif isinstance(step, Start | Handle) and len(step.messages) > 1:
            simpler = [replace(step, messages=step.messages[:1])]
        elif isinstance(step, Upload) and len(step.changes) > 1:
            simpler = [Upload((change,)) for change in step.changes]
        for each in simpler:
            yield (*steps[:place], each, *steps[place + 1 :])


def _is_simpler(one: Schedule, other: Schedule) -> bool:
    return _weight(one) < _weight(other)


def _weight(schedule: Schedule) -> tuple[int, int]:
    faults = sum(isinstance(step, Advance | Handle) and step.fault != "go" for step in schedule.steps)
    batches = sum(len(step.messages) for step in schedule.steps if isinstance(step, Start | Handle))
    changes = sum(len(step.changes) for step in schedule.steps if isinstance(step, Upload))
    return len(schedule.steps), faults + batches + changes


class SeededSchedule(Protocol):
    """What a seed draws, which can be played once."""

    def run(self) -> None: ...

    def schedule(self, violation: str = "") -> Schedule: ...


def find_violation(seeded: SeededSchedule) -> str:
    """Play ``seeded``; the first line of what it violates, without its seed, or nothing."""
    try:
        seeded.run()
    except Violation as violation:
        return str(violation).splitlines()[0].partition(": ")[2]
    return ""


def run_or_reduce(name: str, seeded: SeededSchedule, play_alone: Play) -> None:
    """Play ``seeded``. Raises Violation with its steps, and with the shortest schedule found, which it writes."""
    try:
        seeded.run()
    except Violation as violation:
        first = str(violation).splitlines()[0].partition(": ")[2]
        raise Violation(f"{violation}\n{save_shortest(name, seeded.schedule(first), play_alone)}") from None


def save_shortest(name: str, found: Schedule, play_alone: Play, folder: Path = FOLDER, most: int = MOST_PLAYS) -> str:
    """Reduce ``found``, write it to ``<folder>/<name>.json``, and say what it is and how it is played."""
    counted = deepcopy(PLAYED)
    shortest = reduce(found, play_alone, most)
    # What was played to find it is not what was asked for.
    PLAYED.clear()
    PLAYED.add(counted)
    path = folder / f"{name}.json"
    shortest.write(path)
    lines = [f"{len(shortest.steps)} of {len(found.steps)} steps are left: {shortest.violation}"]
    lines += [str(step) for step in shortest.steps]
    return "\n  ".join([*lines, f"It plays alone: python -m tests.protocol.simulate --play {path}"])
