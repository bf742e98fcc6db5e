"""What became of uploads, one line each, gathered by folder."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console

from colophon.cli.states import COLOURS
from colophon.cli.terminal import say, visible
from colophon.decision.outcome import Outcome

# The address to show for an outcome's url: the site's own, or where the site is served while it is being worked on.
Address: TypeAlias = Callable[[str], str]
_STATE_WIDTH = max(map(len, COLOURS))
_WIDEST_NAME = 44


def tell_outcomes(console: Console, outcomes: Iterable[Outcome], address: Address = str) -> None:
    """Print a line for each of ``outcomes``: its state, its name, and its address or what is the matter with it."""
    for folder, group in groupby(sorted(outcomes, key=_place), key=lambda outcome: _place(outcome)[0]):
        members = list(group)
        if folder:
            say(console, (visible(folder), "bold"))
        width = min(_WIDEST_NAME, max(cell_len(_name(member)) for member in members))
        for member in members:
            _tell(console, member, width, address, indent=2 if folder else 0)


def _tell(console: Console, outcome: Outcome, width: int, address: Address, indent: int) -> None:
    name = _name(outcome)
    gap = " " * max(0, width - cell_len(name))
    state = (f"{outcome.state:<{_STATE_WIDTH}}", COLOURS[outcome.state])
    say(console, state, "  ", name, gap, "  ", *_detail(outcome, address), indent=indent)


def _detail(outcome: Outcome, address: Address) -> list[tuple[str, str]]:
    if outcome.state == "live" and outcome.url:
        warnings = len(outcome.problems)
        noted = f"  ({warnings} warning{'s' if warnings > 1 else ''})" if warnings else ""
        return [(address(outcome.url), "blue"), (noted, "yellow")]
    if not outcome.problems:
        return []
    first = outcome.problems[0]
    where = f"line {first.line}: " if first.line else ""
    more = f"  (and {len(outcome.problems) - 1} more)" if len(outcome.problems) > 1 else ""
    return [(where + visible(first.what), ""), (more, "dim")]


def _place(outcome: Outcome) -> tuple[str, str]:
    folder, slash, name = outcome.key.rpartition("/")
    return folder + slash, name


def _name(outcome: Outcome) -> str:
    return visible(_place(outcome)[1])
