"""Which participant takes the next step: every order, every single fault, or as a seed draws."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TypeAlias

from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.scheduler import Pruned, Scheduler
from tests.protocol.harness.transport import Call

Step: TypeAlias = tuple[str, Fault]


@dataclass
class _Choice:
    """A point of a schedule: who took the step, who did in earlier schedules, who need not."""

    enabled: dict[str, Call]
    asleep: dict[str, Call]
    chosen: str = ""
    done: dict[str, Call] = field(default_factory=dict)

    def advance(self) -> bool:
        """Choose a participant that was not chosen here before; False if there is none."""
        if self.chosen:
            self.done[self.chosen] = self.enabled[self.chosen]
        rest = [name for name in self.enabled if name not in self.asleep and name not in self.done]
        self.chosen = rest[0] if rest else ""
        return bool(rest)

    def asleep_after(self) -> dict[str, Call]:
        """Who may sleep on: whose call makes the same before and after the chosen one."""
        call = self.enabled[self.chosen]
        return {name: other for name, other in (self.asleep | self.done).items() if other.commutes_with(call)}


def every_order(scheduler: Scheduler, *, reduced: bool = True) -> int:
    """Play every order of the parts' calls; return how many were played to their end.

    ``reduced``: of orders that differ only by neighbours that make the same either way round, one is played
    (sleep sets: Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996).
    """
    path: list[_Choice] = []
    runs = 0
    while True:
        depth = 0

        def choose(enabled: Mapping[str, Call]) -> Step:
            nonlocal depth
            if depth == len(path):
                fork = _Choice(dict(enabled), path[-1].asleep_after() if path and reduced else {})
                if not fork.advance():
                    raise Pruned
                path.append(fork)
            depth += 1
            return path[depth - 1].chosen, "go"

        try:
            scheduler.run(choose)
            runs += 1
        except Pruned:
            pass
        while path and not path[-1].advance():
            path.pop()
        if not path:
            return runs


def at_each_switch(scheduler: Scheduler, first: str, rest: Sequence[str]) -> int:
    """Let ``first`` take some steps, then the ``rest`` all of theirs, for every number of steps; return how many."""
    runs = 0
    while True:
        steps = count()

        def choose(enabled: Mapping[str, Call], steps: Iterator[int] = steps, cut: int = runs) -> Step:
            order = (first, *rest) if next(steps) < cut else (*rest, first)
            return first_enabled(order, enabled), "go"

        scheduler.run(choose)
        runs += 1
        if any(not step.startswith(f"{first}:") for step in scheduler.steps[: runs - 1]):
            return runs


def with_two_switches(scheduler: Scheduler, first: str, second: str) -> int:
    """Let ``first`` take some steps, then ``second`` some of its own, then the one to its end and the other to its;
    for every two numbers of steps. Return how many were played (context bounding: Musuvathi and Qadeer, 2007)."""
    runs = 0
    cut = again = 0
    while True:
        steps = count()

        def choose(
            enabled: Mapping[str, Call], steps: Iterator[int] = steps, cuts: tuple[int, int] = (cut, again)
        ) -> Step:
            step = next(steps)
            mine = step < cuts[0] or step >= sum(cuts)
            return first_enabled((first, second) if mine else (second, first), enabled), "go"

        scheduler.run(choose)
        runs += 1
        names = [step.partition(":")[0] for step in scheduler.steps]
        if names[:cut].count(first) < cut:
            return runs
        if names[cut : cut + again].count(second) < again:
            cut, again = cut + 1, 0
        again += 1


def random_order(scheduler: Scheduler, random: Random, faults: float) -> None:
    """One order, and its faults, as ``random`` draws them."""

    def choose(enabled: Mapping[str, Call]) -> Step:
        name = random.choice(sorted(enabled))
        faulty = enabled[name].operation != "Upload" and random.random() < faults
        return name, random.choice(faults_of(enabled[name])) if faulty else "go"

    scheduler.run(choose)


def first_enabled(order: Sequence[str], enabled: Mapping[str, Call]) -> str:
    """The first of ``order`` that can step."""
    return next(name for name in order if name in enabled)


def single_faults(
    scheduler: Scheduler, orders: Sequence[Sequence[str]], *, thorough: bool = False, of: str | None = None
) -> int:
    """In each of ``orders`` (who goes before whom), each fault at each call (``of`` one alone), once; return how many
    were played."""
    return sum(_with_one_fault(scheduler, order, thorough, of) for order in orders)


def _with_one_fault(scheduler: Scheduler, order: Sequence[str], thorough: bool, of: str | None) -> int:
    calls: list[tuple[str, Call]] = []

    def smoothly(enabled: Mapping[str, Call]) -> Step:
        name = first_enabled(order, enabled)
        calls.append((name, enabled[name]))
        return name, "go"

    scheduler.run(smoothly)
    positions = [(place, call) for place, (name, call) in enumerate(calls) if of in (None, name)]
    plans = [(place, fault) for place, call in positions for fault in _faults_that_matter(call, thorough)]
    for plan in plans:
        steps = count()

        def choose(enabled: Mapping[str, Call], plan: tuple[int, Fault] = plan, steps: Iterator[int] = steps) -> Step:
            return first_enabled(order, enabled), plan[1] if next(steps) == plan[0] else "go"

        scheduler.run(choose)
    return 1 + len(plans)


def _faults_that_matter(call: Call, thorough: bool) -> list[Fault]:
    """A crash after a read is one before the next call; a call that is made again after a refusal is as if it was not.

    A conflict of the table is met as a condition that fails.
    """
    if call.operation == "Upload":
        return []
    if thorough:
        return list(faults_of(call))
    matters: set[Fault] = {"crash before", "part"}
    if call.writes:
        matters |= {"crash after", "lost answer", "late"}
    if call.is_conditional:
        matters.add("conflict")
    return [fault for fault in faults_of(call) if fault in matters]
