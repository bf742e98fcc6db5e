"""Problems as a person mends them: file and line first, so that an editor can jump there."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from colophon.cli.terminal import say, visible
from colophon.decision.outcome import Outcome
from colophon.problem import Problem

_COLOURS = {"error": "bold red", "waiting": "yellow", "warning": "cyan"}


def tell_problems(console: Console, root: Path, outcomes: Iterable[Outcome]) -> None:
    """Print every problem of ``outcomes``: where it is, what was seen, how to mend it. ``root`` is the inbox."""
    for outcome in outcomes:
        for problem in outcome.problems:
            _tell(console, shown_path(root / outcome.key), problem)


def shown_path(path: Path) -> str:
    """``path`` as it would be typed here."""
    here = Path.cwd()
    return visible(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _tell(console: Console, file: str, problem: Problem) -> None:
    place = f"{file}:{problem.line}" if problem.line else file
    field = f"  {visible(problem.field)}" if problem.field else ""
    say(console, (place, "bold"), "  ", (problem.severity, _COLOURS[problem.severity]), (field, "bold"))
    say(console, visible(problem.what), indent=4)
    say(console, (f"→ {visible(problem.fix)}", "green"), indent=4)
