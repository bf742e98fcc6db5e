"""Print outcomes: one line each, grouped by folder; problems with file and line first; counts by state."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from colophon.decision.rows import HINTS, Outcome, OutcomeState
from colophon.problem import Problem
from colophon_cli.terminal import display_width, print_line, visible
from colophon_ops.duplicates import DUPLICATE_FIX, Duplicate
from colophon_ops.missing import find_missing

if TYPE_CHECKING:
    from rich.console import Console  # Not before the processes of a build run: see terminal.

# In the order of counts: what needs attention comes last, where it is seen first.
COLOURS: Mapping[OutcomeState, str] = {
    "live": "green",
    "scheduled": "cyan",
    "withdrawn": "magenta",
    "superseded": "dim",
    "absent": "dim",
    "waiting": "yellow",
    "refused": "bold red",
}
_SEVERITIES = {"error": "bold red", "waiting": "yellow", "warning": "cyan"}
_HINT = "dim"
_STATE_WIDTH = max(map(len, COLOURS))
_WIDEST_NAME = 44


def render_counts(states: Mapping[str, int]) -> list[tuple[str, str]]:
    """``states`` as styled parts of a line such as ``71 uploads: 68 live, 3 waiting``."""
    total = sum(states.values())
    pieces = [(f"{total:,} upload{'' if total == 1 else 's'}" + (": " if total else ""), "bold")]
    named = [(f"{states[state]:,} {state}", colour) for state, colour in COLOURS.items() if states.get(state)]
    return pieces + list(chain.from_iterable(((", ", ""), piece) for piece in named))[1:]


def print_outcomes(console: "Console", outcomes: Iterable[Outcome]) -> None:
    """Print a line for each of ``outcomes``: its state, its name, and its address or its first problem."""
    for folder, group in groupby(sorted(outcomes, key=_place), key=lambda outcome: _place(outcome)[0]):
        members = list(group)
        if folder:
            print_line(console, (visible(folder), "bold"))
        width = min(_WIDEST_NAME, max(display_width(_name(member)) for member in members))
        for member in members:
            _print_outcome(console, member, width, indent=2 if folder else 0)


def _print_outcome(console: "Console", outcome: Outcome, width: int, indent: int) -> None:
    name = _name(outcome)
    gap = " " * max(0, width - display_width(name))
    state = (f"{outcome.state:<{_STATE_WIDTH}}", COLOURS[outcome.state])
    print_line(console, state, "  ", name, gap, "  ", *_detail(outcome), indent=indent)


def _detail(outcome: Outcome) -> list[tuple[str, str]]:
    if outcome.state == "live" and outcome.url:
        warnings = len(outcome.problems)
        warnings_text = f"  ({warnings} warning{'s' if warnings > 1 else ''})" if warnings else ""
        return [(outcome.url, "blue"), (warnings_text, "yellow")]
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


def print_problems(console: "Console", root: Path, outcomes: Iterable[Outcome]) -> None:
    """Print every problem of ``outcomes``: its location, what is wrong, how to fix it. ``root`` is the inbox.

    What a file still lacks, as one that was just made lacks nearly everything, is one line.
    """
    for outcome in outcomes:
        file, missing = display_path(root / outcome.key), find_missing(outcome.problems)
        if missing.fields:
            lacks = visible(", ".join(missing.fields))
            print_line(console, (file, "bold"), "  ", ("to fill in", _SEVERITIES["error"]), f"  {lacks}")
        for problem in missing.others:
            _print_problem(console, f"{file}:{problem.line}" if problem.line else file, problem)


def print_hints(console: "Console", outcomes: Iterable[Outcome]) -> None:
    """Print what uploads could say, with how many leave it out: a line or two, however many there are.

    Numbers that changed are another matter in each upload.
    """
    found = list(outcomes)
    edited = [(outcome, hint) for outcome in found for hint in outcome.all_hints() if hint.what == outcome.number_edits]
    for outcome, hint in edited:
        print_line(console, ("hint", _HINT), visible(f"  {outcome.key}: {hint.what}"))
    if edited:
        print_line(console, (f"→ {edited[0][1].fix}", "green"), indent=4)
    counts = Counter(name for outcome in found for name in outcome.hints)
    for name, (_, fix) in HINTS.items():
        if count := counts[name]:
            without = f"{count:,} upload{' has' if count == 1 else 's have'} no {name}."
            print_line(console, ("hint", _HINT), f"  {without} {fix}")


def print_report(console: "Console", outcome: Outcome) -> None:
    """Print the outcome of one upload in full: its state, its address, every problem."""
    print_line(
        console,
        (visible(outcome.key), "bold"),
        "  ",
        (outcome.state, COLOURS[outcome.state]),
        f"  {outcome.url}".rstrip(),
    )
    for problem in outcome.problems:
        _print_problem(console, f"line {problem.line}" if problem.line else "", problem, indent=2)
    for hint in outcome.all_hints():
        print_line(console, ("hint", _HINT), visible(f"  {hint.what} {hint.fix}"), indent=2)


def print_duplicates(console: "Console", duplicates: Iterable[Duplicate]) -> None:
    """Print what stands in two folders: which keys, and what to do."""
    found = list(duplicates)
    for duplicate in found:
        what = f"the same source.url ({duplicate.value})" if duplicate.value else "the same text"
        print_line(console, ("warning", _SEVERITIES["warning"]), visible(f"  These folders have {what}:"))
        for key in duplicate.keys:
            print_line(console, visible(key), indent=4)
    if found:
        print_line(console, (f"→ {DUPLICATE_FIX}", "green"), indent=4)


def display_path(path: Path) -> str:
    """``path``, relative to the working directory if it is below it."""
    here = Path.cwd()
    return visible(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _print_problem(console: "Console", place: str, problem: Problem, indent: int = 0) -> None:
    severity = (problem.severity, _SEVERITIES[problem.severity])
    pieces = [piece for piece in ((place, "bold"), severity, (visible(problem.field), "bold")) if piece[0]]
    print_line(console, *[*chain.from_iterable((("  ", ""), piece) for piece in pieces)][1:], indent=indent)
    print_line(console, visible(problem.what), indent=indent + 4)
    print_line(console, (f"→ {visible(problem.fix)}", "green"), indent=indent + 4)
