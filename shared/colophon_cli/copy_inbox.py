"""``colophon copy-inbox``: copy an inbox with its history into another bucket."""

import json
from typing import Annotated

import typer

from colophon_cli.exit_codes import REFUSED
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.copy_inbox import CopyResult, copy_inbox, open_s3

_LISTED = 50


def copy_inbox_command(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name of the inbox bucket to copy.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name of the new stack's inbox bucket, still empty.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Copy an inbox with its history into another bucket.

    For a site that moves to another account, region or stack. Copies every version of every upload, the oldest first,
    and every deletion, so that withdrawals, corrections and addresses that moved count as before. Reports are left to
    the new stack. The site's own files come last: until then nothing is shown, and then everything at once.

    A copy is dated today. So texts that were replaced before their publish_at, which readers never saw, are left out
    and listed. The history that colophon status prints begins with the copy, and so does the day after which an image
    counts as unused.

    If interrupted, run it again: it resumes. Later it copies what was uploaded to OLD since. The credentials need
    s3:GetBucketVersioning and s3:ListBucketVersions on both buckets, s3:GetObjectVersion on OLD, s3:GetObjectVersion,
    s3:PutObject and s3:DeleteObject on NEW. Exits with 1 if something has to be uploaded again.

    \b
    Examples:
      colophon copy-inbox colophon-inbox-0a1b2c3d-... colophon-inbox-4e5f6a7b-...
      colophon copy-inbox OLD NEW --json > copied.json
    """
    with progress("comparing") as bar:
        result = copy_inbox(old, new, open_s3(), bar.at)
    if as_json:
        _print_json(result)
    else:
        _print_result(result)
        print_line(err(), "If the site's address changes, upload site.yaml with the new one. Then run colophon verify.")
    if any(found.needs_upload for found in result.left_out):
        raise typer.Exit(REFUSED)


def _print_json(result: CopyResult) -> None:
    left_out = [found.as_json() for found in result.left_out]
    answer = {"copied": result.copied, "present": result.present, "left_out": left_out}
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _print_result(result: CopyResult) -> None:
    console = out()
    for found in result.left_out[:_LISTED]:
        moment = found.version.last_modified
        uploaded = f", uploaded {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
        print_line(console, ("left out  ", "yellow"), visible(found.version.key), f" {found.version.id}{uploaded}")
        print_line(console, found.reason, indent=4)
    if len(result.left_out) > _LISTED:
        print_line(console, f"... and {len(result.left_out) - _LISTED} more; --json lists them all.")
    there = f", {result.present:,} were there already" if result.present else ""
    print_line(console, f"{result.copied:,} versions copied{there}, {len(result.left_out):,} left out.")
