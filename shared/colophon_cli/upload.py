"""``colophon upload``: what changed in a folder, and what became of it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import StackName
from colophon_cli.terminal import err, out, progress, say, visible
from colophon_ops.errors import Misused

if TYPE_CHECKING:
    from colophon_ops.upload import Uploaded

_USUAL_SECONDS = 60.0
_LISTED = 20


def upload_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what is in the bucket and not in the folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    stack: StackName = "",
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds without news to wait for answers.")
    ] = _USUAL_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="What became of each upload, as JSON.")] = False,
) -> None:
    """Upload what changed, and say what became of each.

    Nothing is deleted without --delete, which counts first and asks. Exits with 1 when something has to be mended,
    with 3 when an answer has not come in time: colophon status KEY will have it later.

    \b
    Examples:
      colophon upload inbox
      colophon upload inbox --stack colophon-staging
      colophon upload inbox --delete --yes --json
    """
    from colophon_ops.outcomes import to_mend
    from colophon_ops.target import target_of
    from colophon_ops.upload import upload

    target = target_of(stack)
    say(err(), f"Uploading to {target.name}, bucket {target.inbox_bucket}")
    with progress("uploading") as bar:
        done = upload(
            inbox,
            target,
            delete=delete,
            confirm=lambda keys: yes or _agreed(keys),
            seconds=wait,
            on_step=bar.at,
        )
    if as_json:
        _print_json(done)
    else:
        _tell(done)
    if any(map(to_mend, done.outcomes)):
        raise typer.Exit(REFUSED)
    if done.unanswered:
        raise typer.Exit(UNAVAILABLE)


def _agreed(keys: list[str]) -> bool:
    orders = sum(key.endswith("withdrawal.yaml") for key in keys)
    for key in keys[:_LISTED]:
        say(err(), visible(key), indent=2)
    if len(keys) > _LISTED:
        say(err(), f"... and {len(keys) - _LISTED} more", indent=2)
    say(err(), f"{len(keys)} objects are in the bucket and not in the folder.")
    if orders:
        say(err(), (f"{orders} of them are withdrawals: what they withdraw would be shown again.", "bold red"))
    if not sys.stdin.isatty():
        raise Misused("Nobody is here to ask. Add --yes to delete them.")
    return typer.confirm(f"Delete {len(keys)} objects?", err=True)


def _print_json(done: "Uploaded") -> None:
    from colophon_ops.outcomes import in_order

    answer = {
        "sent": list(done.sent),
        "deleted": list(done.deleted),
        "alike": done.alike,
        "outcomes": [outcome.as_json() for outcome in in_order(done.outcomes)],
        "unanswered": list(done.unanswered),
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell(done: "Uploaded") -> None:
    from colophon_cli.outcomes import counted, tell_outcomes
    from colophon_ops.outcomes import count

    console = out()
    tell_outcomes(console, done.outcomes)
    for key in done.unanswered:
        say(console, ("no answer yet  ", "yellow"), visible(key))
    say(console, f"{len(done.sent)} sent, {len(done.deleted)} deleted, {done.alike} were there already.")
    if done.outcomes:
        say(console, *counted(count(done.outcomes)))
