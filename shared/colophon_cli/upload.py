"""``colophon upload``: upload what changed in a folder, and print the outcomes."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import StackName
from colophon_cli.outcomes import print_duplicates, print_hints, print_outcomes, render_counts
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.errors import Misused
from colophon_ops.outcomes import as_json_with_hints, count_states, needs_fixing, sort_by_key
from colophon_ops.readers import lost_text
from colophon_ops.target import find_target
from colophon_ops.upload import Deletion, UploadResult, upload

_DEFAULT_SECONDS = 60.0
_LISTED = 20
_VERSIONS_AFTER = timedelta(minutes=15)


def upload_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what is in the bucket but not in the folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    stack: StackName = "",
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds without a new outcome after which to stop waiting.")
    ] = _DEFAULT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Upload what changed, and print the outcomes.

    Deletes only with --delete, which lists the objects and the number of pages that readers lose, and asks. Exits with
    1 if something needs fixing, with 3 if an outcome did not arrive in time: run colophon status KEY later.

    In the first 15 minutes of a stack S3 may store a file without a version. Its report says so, and the same command
    sends it again.

    \b
    Examples:
      colophon upload inbox
      colophon upload inbox --stack colophon-staging
      colophon upload inbox --delete --yes --json
    """
    target = find_target(stack)
    print_line(err(), f"Uploading to {target.name}, bucket {target.inbox_bucket}")
    if early := early_text(target.created_at, datetime.now(UTC)):
        print_line(err(), (early, "yellow"))
    with progress("comparing") as bar:

        def confirm(deletion: Deletion) -> bool:
            bar.close()
            return yes or _confirm_delete(deletion)

        result = upload(
            inbox,
            target,
            delete=delete,
            confirm=confirm,
            seconds=wait,
            on_step=bar.at,
        )
    if as_json:
        _print_json(result)
    else:
        _print_result(result)
        print_hints(err(), result.outcomes)
    print_duplicates(err(), result.duplicates)
    if any(map(needs_fixing, result.outcomes)):
        raise typer.Exit(REFUSED)
    if result.pending:
        raise typer.Exit(UNAVAILABLE)


def early_text(created_at: datetime | None, now: datetime) -> str:
    """The warning for a stack that was created at ``created_at``, if S3 may not store versions yet; empty otherwise.

    Amazon S3 user guide, "Enabling versioning on buckets": wait 15 minutes before writing to the bucket.
    """
    age = now - created_at if created_at else _VERSIONS_AFTER
    if age >= _VERSIONS_AFTER:
        return ""
    what = (
        f"The stack is {age // timedelta(minutes=1)} minutes old: until it is 15, S3 may store files without versions."
    )
    return f"{what} Such a file is refused with a report, and the same command sends it again."


def _confirm_delete(deletion: Deletion) -> bool:
    keys = deletion.keys
    withdrawals = sum(key.endswith("withdrawal.yaml") for key in keys)
    for key in keys[:_LISTED]:
        print_line(err(), visible(key), indent=2)
    if len(keys) > _LISTED:
        print_line(err(), f"... and {len(keys) - _LISTED} more", indent=2)
    print_line(err(), f"{len(keys)} objects are in the bucket but not in the folder.")
    if deletion.lost:
        print_line(err(), (f"{lost_text(deletion.lost)}.", "bold red"))
    if withdrawals:
        print_line(
            err(), (f"{withdrawals} of them are withdrawals: what they withdraw would be shown again.", "bold red")
        )
    if not sys.stdin.isatty():
        raise Misused("Not a terminal: pass --yes to delete them.")
    return typer.confirm(f"Delete {len(keys)} objects?", err=True)


def _print_json(result: UploadResult) -> None:
    answer = {
        "sent": list(result.sent),
        "deleted": list(result.deleted),
        "alike": result.same,
        "outcomes": [as_json_with_hints(outcome) for outcome in sort_by_key(result.outcomes)],
        "unanswered": list(result.pending),
        "duplicates": [duplicate.as_json() for duplicate in result.duplicates],
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _print_result(result: UploadResult) -> None:
    console = out()
    print_outcomes(console, result.outcomes)
    for key in result.pending:
        print_line(console, ("no outcome yet  ", "yellow"), visible(key))
    print_line(console, f"{len(result.sent)} sent, {len(result.deleted)} deleted, {result.same} were already there.")
    if result.outcomes:
        print_line(console, *render_counts(count_states(result.outcomes)))
