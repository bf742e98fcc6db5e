"""``colophon check``: the cloud's own rules, offline."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from colophon.cli.failures import REFUSED, Misused

if TYPE_CHECKING:
    from colophon.cli.inbox_place import Place
    from colophon.decision.outcome import Outcome


class Judged(Struct, frozen=True):
    """What would become of the uploads in one inbox that were asked about, in the order of their keys."""

    root: Path
    outcomes: "tuple[Outcome, ...]"


def check(paths: Sequence[Path], *, now: datetime, jobs: int = 0) -> list[Judged]:
    """Judge everything at ``paths`` as the cloud would at ``now``, with the rest of its inbox around it.

    A path is an inbox, or a folder or file in one. Raises Misused for a path that is neither, or that holds nothing.
    """
    from colophon.cli.inbox_place import place_of

    by_root: dict[Path, list[Place]] = {}
    for path in paths:
        place = place_of(path)
        by_root.setdefault(place.root, []).append(place)
    judged = [_judged(root, places, now, jobs) for root, places in by_root.items()]
    if not any(each.outcomes for each in judged):
        raise Misused("There is no upload in " + ", ".join(map(str, paths)) + ".")
    return judged


def _judged(root: Path, places: "list[Place]", now: datetime, jobs: int) -> Judged:
    from colophon.cli.building import Work, jobs_for, make, parts_of
    from colophon.cli.crew import crew_of
    from colophon.cli.outcome_line import told
    from colophon.cli.terminal import progress

    plans = [
        replace(plan, posts=tuple(post for post in plan.posts if any(place.touches(post.folder) for place in places)))
        for plan in parts_of(root)
    ]
    with crew_of(jobs_for(plans, jobs)) as crew, progress("checking") as bar:
        all_made = list(make(Work(root, now), iter(plans), crew, bar.at))
    outcomes = told(outcome for made in all_made for outcome in made.outcomes)
    return Judged(root, tuple(each for each in outcomes if any(place.covers(each.key) for place in places)))


def check_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="An inbox, or folders or files in one.")],
    at: Annotated[str, typer.Option("--at", help="The moment to judge at, with its UTC offset. Default: now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The outcomes as JSON, as in outcomes.json.")] = False,
) -> None:
    """Say what would become of uploads, offline.

    By the cloud's own rules. Every problem is told with its file and line, the field, what was seen and how to mend
    it. What waits for another upload is shown too. Nothing is written. Exits with 1 when something has to be mended.

    \b
    Examples:
      colophon check inbox
      colophon check inbox/posts/my-clinic/my-post
      colophon check inbox/posts/my-clinic/my-post/en.md --json
    """
    from colophon.cli.moment import moment_or_now
    from colophon.cli.states import to_mend

    judged = check(paths, now=moment_or_now(at))
    if as_json:
        _print_json(judged)
    else:
        _tell(judged)
    if any(to_mend(outcome) for each in judged for outcome in each.outcomes):
        raise typer.Exit(REFUSED)


def _print_json(judged: Sequence[Judged]) -> None:
    import json

    rows = [{**outcome.as_json(), "file": str(each.root / outcome.key)} for each in judged for outcome in each.outcomes]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _tell(judged: Sequence[Judged]) -> None:
    from colophon.cli.problem_lines import tell_problems
    from colophon.cli.states import count, counted, to_mend
    from colophon.cli.terminal import out, say

    console = out()
    for each in judged:
        tell_problems(console, each.root, each.outcomes)
    outcomes = [outcome for each in judged for outcome in each.outcomes]
    say(console, *counted(count(outcomes)))
    mend = sum(map(to_mend, outcomes))
    if mend:
        say(console, (f"{mend} to mend.", "bold red"))
    elif not any(outcome.problems for outcome in outcomes):
        say(console, ("Nothing to mend.", "green"))
