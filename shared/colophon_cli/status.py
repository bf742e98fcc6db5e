"""``colophon status``: print the outcomes of uploads, and what needs attention."""

import json
from typing import Annotated

import typer

from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import StackName
from colophon_cli.outcomes import print_outcomes, print_report, render_counts
from colophon_cli.page_history import print_page_history
from colophon_cli.terminal import err, out, print_line
from colophon_ops.inbox_path import find_key
from colophon_ops.outcomes import as_json_with_hints, count_states, needs_fixing
from colophon_ops.status import Status, status
from colophon_ops.target import find_target

_LISTED = 50


def status_command(
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]", help="The key of an upload or of a folder of the inbox, or its path on this machine."
        ),
    ] = "",
    stack: StackName = "",
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the result as JSON, with outcomes as in outcomes.json, and their hints."),
    ] = False,
) -> None:
    """Print the outcomes of uploads, or of one.

    Without KEY: counts, the uploads that need attention, and how many editions another version of Colophon than the
    deployed one published or judged. With KEY: its report. For one edition or a post's folder,
    also what each page is made from and its history: every version published since the index was created, when, and
    what changed; and whether a text changed numbers without a correction. With KEY it exits with 1 if something there
    needs fixing.

    \b
    Examples:
      colophon status
      colophon status posts/my-clinic/my-post/en.md
      colophon status posts/my-clinic --json
    """
    target = find_target(stack)
    print_line(err(), f"Reading from {target.name}")
    found = status(target, find_key(key))
    if as_json:
        _print_json(found)
    else:
        _print_reports(found) if key else _print_counts(found)
    if key and any(map(needs_fixing, found.outcomes)):
        raise typer.Exit(REFUSED)


def _print_json(found: Status) -> None:
    answer = {
        "outcomes": [as_json_with_hints(outcome) for outcome in found.outcomes],
        "dead_letters": dict(found.dead_letters),
        "stale": found.stale,
        "pages": [history.as_json() for history in found.pages],
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _print_counts(found: Status) -> None:
    console = out()
    present = [outcome for outcome in found.outcomes if outcome.state != "absent"]
    open_outcomes = [outcome for outcome in present if needs_fixing(outcome) or outcome.state == "waiting"]
    print_outcomes(console, open_outcomes[:_LISTED])
    if len(open_outcomes) > _LISTED:
        print_line(console, f"... and {len(open_outcomes) - _LISTED} more; --json lists them all.")
    print_line(console, *render_counts(count_states(present)))
    if found.stale:
        editions = f"{found.stale:,} edition{'' if found.stale == 1 else 's'}"
        what = "published or judged by another version of Colophon, its templates or notices than is deployed"
        print_line(console, f"{editions} {what}: run colophon republish --stale.")
    for queue, letters in found.dead_letters.items():
        print_line(
            console,
            ("TROUBLE  ", "bold white on red"),
            f"{queue} holds {letters} dead letters: run colophon redrive.",
        )


def _print_reports(found: Status) -> None:
    console, histories = out(), {history.page.key: history for history in found.pages}
    for outcome in found.outcomes:
        print_report(console, outcome)
        if outcome.key in histories:
            print_page_history(console, histories[outcome.key])
