"""``colophon status``: what became of uploads, and who has to do something."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import StackName
from colophon_cli.terminal import err, out, say

if TYPE_CHECKING:
    from colophon_ops.status import Status

_LISTED = 50


def status_command(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="An upload's key, a folder of the inbox, or its path here.")
    ] = "",
    stack: StackName = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="The answer as JSON, its outcomes as in outcomes.json.")
    ] = False,
) -> None:
    """Say what became of uploads, or of one.

    Without KEY, counts, and those that need somebody; with KEY, its report in words. Of one edition, or of a post's
    folder, it also tells what each page is made from, and its history: every version that was published since the
    index was last begun, when, and what changed. With KEY it exits with 1 when something there has to be mended.

    \b
    Examples:
      colophon status
      colophon status posts/my-clinic/my-post/en.md
      colophon status posts/my-clinic --json
    """
    from colophon_ops.outcomes import to_mend
    from colophon_ops.status import status
    from colophon_ops.target import target_of

    target = target_of(stack)
    say(err(), f"Asking {target.name}")
    found = status(target, _as_key(key))
    if as_json:
        _print_json(found)
    else:
        _tell_reports(found) if key else _tell_counts(found)
    if key and any(map(to_mend, found.outcomes)):
        raise typer.Exit(REFUSED)


def _as_key(text: str) -> str:
    """A path on this machine, as shells complete it, stands for its key in the inbox that it lies in."""
    from colophon_ops.inbox_path import place_of

    if text.startswith(("posts/", "clinics/", "site.")) or not text or not Path(text).exists():
        return text
    return place_of(Path(text)).key


def _print_json(found: "Status") -> None:
    answer = {
        "outcomes": [outcome.as_json() for outcome in found.outcomes],
        "dead_letters": dict(found.dead_letters),
        "pages": [story.as_json() for story in found.pages],
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell_counts(found: "Status") -> None:
    from colophon_cli.outcomes import counted, tell_outcomes
    from colophon_ops.outcomes import count, to_mend

    console = out()
    present = [outcome for outcome in found.outcomes if outcome.state != "absent"]
    needy = [outcome for outcome in present if to_mend(outcome) or outcome.state == "waiting"]
    tell_outcomes(console, needy[:_LISTED])
    if len(needy) > _LISTED:
        say(console, f"... and {len(needy) - _LISTED} more; --json lists them all.")
    say(console, *counted(count(present)))
    for queue, letters in found.dead_letters.items():
        say(
            console,
            ("TROUBLE  ", "bold white on red"),
            f"{queue} holds {letters} that were given up on: colophon redrive.",
        )


def _tell_reports(found: "Status") -> None:
    from colophon_cli.outcomes import tell_report
    from colophon_cli.page_history import tell_story

    console, stories = out(), {story.page.key: story for story in found.pages}
    for outcome in found.outcomes:
        tell_report(console, outcome)
        if outcome.key in stories:
            tell_story(console, stories[outcome.key])
