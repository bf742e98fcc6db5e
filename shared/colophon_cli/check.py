"""``colophon check``: check uploads offline, by the cloud's rules."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from colophon.upload.file_names import escape_name
from colophon_cli.check_watch import watch_and_check
from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import parse_moment
from colophon_cli.outcomes import print_duplicates, print_problems, render_counts
from colophon_cli.terminal import out, print_line, progress
from colophon_ops.check import InboxCheck, check
from colophon_ops.errors import Misused
from colophon_ops.outcomes import count_states, needs_fixing


def check_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="An inbox, or folders or files in one.")],
    at: Annotated[
        str, typer.Option("--at", help="Check as of this timestamp (with its UTC offset). Default: now.")
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again at each change, until Ctrl-C. Then exits with 0.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON, as in outcomes.json.")] = False,
) -> None:
    """Check uploads offline.

    Applies the cloud's own rules. Prints every problem with its file and line, the field, what is wrong and how to fix
    it, and every upload that waits for another one. Writes nothing. Exits with 1 if something needs fixing.

    \b
    Examples:
      colophon check inbox
      colophon check inbox/posts/my-clinic/my-post
      colophon check inbox/posts/my-clinic/my-post/en.md --json
      colophon check inbox --watch
    """
    if watch:
        if as_json:
            raise Misused("--watch prints for people. Omit --json, or run colophon check --json again at each change.")
        # Without --at, time passes while it watches.
        moment = parse_moment(at) if at else None
        watch_and_check(paths, lambda: moment or parse_moment(""))
        return
    with progress("checking") as bar:
        checks = check(paths, now=parse_moment(at), on_step=bar.at)
    if as_json:
        _print_json(checks)
    else:
        _print_checks(checks)
    if any(needs_fixing(outcome) for each in checks for outcome in each.outcomes):
        raise typer.Exit(REFUSED)


def _print_json(checks: Sequence[InboxCheck]) -> None:
    rows = [
        {**outcome.as_json(), "file": escape_name(str(each.root / outcome.key))}
        for each in checks
        for outcome in each.outcomes
    ]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _print_checks(checks: Sequence[InboxCheck]) -> None:
    console = out()
    for each in checks:
        print_problems(console, each.root, each.outcomes)
        print_duplicates(console, each.duplicates)
    outcomes = [outcome for each in checks for outcome in each.outcomes]
    print_line(console, *render_counts(count_states(outcomes)))
    needing_fixes = sum(map(needs_fixing, outcomes))
    if needing_fixes:
        print_line(console, (f"{needing_fixes} to fix.", "bold red"))
    elif not any(outcome.problems for outcome in outcomes):
        print_line(console, ("Nothing to fix.", "green"))
