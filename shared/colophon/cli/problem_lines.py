"""Problems as a person mends them: file and line first, so that an editor can jump there."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from rich.console import Console

from colophon.cli.states import COLOURS
from colophon.cli.terminal import say, visible
from colophon.decision.outcome import Outcome
from colophon.problem import Problem

_COLOURS = {"error": "bold red", "waiting": "yellow", "warning": "cyan"}


def tell_problems(console: Console, root: Path, outcomes: Iterable[Outcome]) -> None:
    """Print every problem of ``outcomes``: where it is, what was seen, how to mend it. ``root`` is the inbox."""
    for outcome in outcomes:
        for problem in outcome.problems:
            file = shown_path(root / outcome.key)
            _tell(console, f"{file}:{problem.line}" if problem.line else file, problem)


def tell_report(console: Console, outcome: Outcome) -> None:
    """Print what became of one upload in full: its state, its address, every problem."""
    say(
        console,
        (visible(outcome.key), "bold"),
        "  ",
        (outcome.state, COLOURS[outcome.state]),
        f"  {outcome.url}".rstrip(),
    )
    for problem in outcome.problems:
        _tell(console, f"line {problem.line}" if problem.line else "", problem, indent=2)


def shown_path(path: Path) -> str:
    """``path`` as it would be typed here."""
    here = Path.cwd()
    return visible(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _tell(console: Console, place: str, problem: Problem, indent: int = 0) -> None:
    severity = (problem.severity, _COLOURS[problem.severity])
    pieces = [piece for piece in ((place, "bold"), severity, (visible(problem.field), "bold")) if piece[0]]
    say(console, *[*chain.from_iterable((("  ", ""), piece) for piece in pieces)][1:], indent=indent)
    say(console, visible(problem.what), indent=indent + 4)
    say(console, (f"→ {visible(problem.fix)}", "green"), indent=indent + 4)
