"""``colophon check``: the cloud's own rules, offline."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import moment_or_now
from colophon_cli.terminal import out, progress, say

if TYPE_CHECKING:
    from colophon_ops.check import Judged


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
    from colophon_ops.check import check
    from colophon_ops.outcomes import to_mend

    with progress("checking") as bar:
        judged = check(paths, now=moment_or_now(at), on_step=bar.at)
    if as_json:
        _print_json(judged)
    else:
        _tell(judged)
    if any(to_mend(outcome) for each in judged for outcome in each.outcomes):
        raise typer.Exit(REFUSED)


def _print_json(judged: "Sequence[Judged]") -> None:
    rows = [{**outcome.as_json(), "file": str(each.root / outcome.key)} for each in judged for outcome in each.outcomes]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _tell(judged: "Sequence[Judged]") -> None:
    from colophon_cli.outcomes import counted, tell_problems
    from colophon_ops.outcomes import count, to_mend

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
