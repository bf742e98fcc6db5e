"""What this process has played: schedules, steps, faults by the calls that they struck, and checks by invariant."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of what was played. ``faults`` by kind and call, ``calls`` that were steps, ``events`` of the world."""

    schedules: int = 0
    steps: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    invariants: Counter[str] = field(default_factory=Counter)

    def count_step(self, operation: str, fault: str) -> None:
        """A step of a handler: a call, and what went wrong with it ("go": nothing)."""
        self.steps += 1
        self.calls[operation] += 1
        if fault != "go":
            self.faults[fault, operation] += 1

    def add(self, other: "Tally") -> None:
        self.schedules += other.schedules
        self.steps += other.steps
        for mine, more in (
            (self.calls, other.calls),
            (self.events, other.events),
            (self.invariants, other.invariants),
        ):
            mine.update(more)
        self.faults.update(other.faults)

    def clear(self) -> None:
        """Begin again with nothing."""
        self.schedules = self.steps = 0
        for counts in (self.calls, self.events, self.invariants):
            counts.clear()
        self.faults.clear()


PLAYED = Tally()
