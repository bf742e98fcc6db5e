"""``colophon check``: check uploads offline, by the cloud's rules."""

import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from colophon.upload.file_names import escape_name
from colophon_cli.check_watch import watch_and_check
from colophon_cli.exit_codes import REFUSED
from colophon_cli.file_fixes import make_fixes, print_fixes
from colophon_cli.options import parse_moment
from colophon_cli.outcomes import display_path, print_duplicates, print_hints, print_problems, render_counts
from colophon_cli.terminal import err, out, print_line, progress
from colophon_ops.check import InboxCheck, check
from colophon_ops.errors import Misused
from colophon_ops.fix.run import find_fixes, plan_fixes
from colophon_ops.missing import find_missing
from colophon_ops.outcomes import as_json_with_hints, count_states, needs_fixing


def check_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="An inbox, or folders or files in one.")],
    at: Annotated[
        str, typer.Option("--at", help="Check as of this timestamp (with its UTC offset). Default: now.")
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again at each change, until Ctrl-C. Then exits with 0.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First correct what is mechanical: shows a diff, and asks.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON, as in outcomes.json.")] = False,
) -> None:
    """Check uploads offline.

    Applies the cloud's own rules. Prints every problem with its file and line, the field, what is wrong and how to fix
    it, and every upload that waits for another one. Exits with 1 if something needs fixing.

    Warns of what differs between an English translation and ko.md beside it: numbers, units, images, links, what is
    missing or added. A program sees nothing of negation, meaning or tone. Says how many translations do not name the
    text that they were made from, and warns of reviews of another text: see colophon pin --help.

    Writes nothing, unless you pass --fix. That corrects what needs no knowledge of the text: encodings (UTF-16, CP949,
    Japanese Windows) to UTF-8, line ends, invisible characters and blanks where they break fields or Markdown, and
    names of files (Unicode's composed form, .yml, en_US.md, kr.md). It shows every change, asks, and saves each file as
    it was in .colophon/before-fix of the inbox, which is never uploaded. No sign that readers see is changed.

    \b
    Examples:
      colophon check inbox
      colophon check inbox/posts/my-clinic/my-post
      colophon check inbox/posts/my-clinic/my-post/en.md --json
      colophon check inbox --fix
      colophon check inbox --watch
    """
    if watch:
        if as_json or fix or yes:
            raise Misused("--watch only checks, and prints for people. Omit --json, --fix and --yes.")
        # Without --at, time passes while it watches.
        moment = parse_moment(at) if at else None
        watch_and_check(paths, lambda: moment or parse_moment(""))
        return
    if fix:
        _fix(paths, yes=yes)
    elif yes:
        raise Misused("--yes belongs to --fix: without it nothing is changed.")
    with progress("checking") as bar:
        checks = check(paths, now=parse_moment(at), on_step=bar.at)
    if as_json:
        _print_json(checks)
    else:
        _print_checks(checks)
        if not fix:
            _offer_fixes(paths, checks)
    if any(needs_fixing(outcome) for each in checks for outcome in each.outcomes):
        raise typer.Exit(REFUSED)


def _fix(paths: Sequence[Path], *, yes: bool) -> None:
    """Show the corrections on standard error, ask, and make them."""
    plan = plan_fixes(paths)
    print_fixes(plan.fixes, plan.unfixed)
    if not plan.fixes:
        print_line(err(), "There is nothing to correct by rule.")
        return
    make_fixes(plan.fixes, "Change them?", yes=yes)


def _offer_fixes(paths: Sequence[Path], checks: Iterable[InboxCheck]) -> None:
    """Name the command that corrects some of the files that were just found to have problems, if there are any."""
    fixes = [
        fix
        for each in checks
        for fix in find_fixes(each.root, [outcome.key for outcome in each.outcomes if outcome.problems])
    ]
    if not fixes:
        return
    is_one = len(fixes) == 1
    what = f"{len(fixes):,} file{'' if is_one else 's'} can be corrected by rule (encoding, blanks or name)"
    command = shlex.join(["colophon", "check", "--fix", *map(display_path, paths)])
    print_line(out(), f"{what}: {command} shows how, and asks.")


def _print_json(checks: Sequence[InboxCheck]) -> None:
    rows = [
        {**as_json_with_hints(outcome), "file": escape_name(str(each.root / outcome.key))}
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
    print_hints(err(), outcomes)
    print_line(console, *render_counts(count_states(outcomes)))
    needing_fixes = sum(map(needs_fixing, outcomes))
    if needing_fixes and any(find_missing(outcome.problems).others for outcome in outcomes):
        print_line(console, (f"{needing_fixes} to fix.", "bold red"))
    elif not any(outcome.problems for outcome in outcomes):
        print_line(console, ("Nothing to fix.", "green"))
