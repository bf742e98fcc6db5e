"""``colophon verify``: compare the live site with a build of the inbox, and repair it on request."""

import json
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import LaneWait, StackName
from colophon_cli.terminal import err, out, print_line, progress, visible

if TYPE_CHECKING:
    from colophon_ops.target import Target
    from colophon_ops.verify.compare import VerifyResult

_DEFAULT_SECONDS = 300.0
_LISTED = 200


def verify_command(
    repair: Annotated[bool, typer.Option("--repair", help="Have made anew what differs, and verify again.")] = False,
    stack: StackName = "",
    wait: LaneWait = _DEFAULT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="The differences as JSON.")] = False,
) -> None:
    """Compare the live site with a build of the inbox.

    Every difference is named. Reads every version in the inbox, makes the whole site from it on this machine, and
    reads every object of the site bucket beside that: bytes (but for the revision), status, headers, cache tags; then
    what the index and the reports say of every upload, and what listings show of it; then, at the public address,
    whether the CDN still has an image or a page that was taken down. --repair has what differs made anew and the CDN
    forget it; what nothing in the inbox makes stays, and you are told how to take it away. Exits with 0 when all of it
    is the same, with 1 when something differs, with 2 when a row of the index can't be read, with 3 when AWS or the
    public address does not answer. What is just being uploaded may differ for some seconds.

    \b
    Examples:
      colophon verify
      colophon verify --repair
      colophon verify --json > differences.json
    """
    from colophon_ops.target import find_target

    target = find_target(stack)
    print_line(err(), f"Asking {target.name}")
    found = _verify(target, repair=repair, seconds=wait)
    _print_result(found, target.site_bucket, as_json=as_json)
    if found.differences:
        raise typer.Exit(REFUSED)
    if found.public_site_error:
        raise typer.Exit(UNAVAILABLE)


def _verify(target: "Target", *, repair: bool, seconds: float) -> "VerifyResult":
    from datetime import UTC, datetime

    from colophon.stores.decoder import Decoder
    from colophon_ops.verify.compare import open_verifier
    from colophon_ops.verify.repair import open_repair as open_repair

    with Decoder() as decoder, progress("reading") as bar:
        verifier = open_verifier(target, decoder)
        found = verifier.verify(datetime.now(UTC), bar.at)
        if not repair or not found.differences:
            return found
        print_line(err(), f"{len(found.differences):,} differences; having them made anew.")
        repairer = open_repair(target, verifier.inbox, verifier.index, seconds)
        repairer.run(found.differences, lambda done, total: bar.at(done, total, "making anew"))
        stale = [each.key for each in found.differences if each.what == "stale at the edge"]
        verifier.edge.await_purged(stale, seconds)
        return verifier.verify(datetime.now(UTC), bar.at)


def _print_result(found: "VerifyResult", bucket: str, *, as_json: bool) -> None:
    if found.public_site_error:
        print_line(err(), (f"{found.public_site_error} What the CDN keeps was not read.", "yellow"))
    if as_json:
        differences = [each.as_json() for each in found.differences]
        counts = {"objects": found.objects, "outcomes": found.outcomes, "unread": found.public_site_error}
        typer.echo(json.dumps({**counts, "differences": differences}, ensure_ascii=False, indent=2))
        return
    width = max((len(each.what) for each in found.differences), default=0)
    for each in found.differences[:_LISTED]:
        print_line(out(), (f"{each.what:{width}}  ", "yellow"), visible(each.key), f"  {visible(each.found)}")
    if len(found.differences) > _LISTED:
        print_line(out(), f"... and {len(found.differences) - _LISTED:,} more; --json lists them all.")
    _print_extras([each.key for each in found.differences if each.what == "extra"], bucket)
    compared = f"{found.objects:,} objects and {found.outcomes:,} uploads compared"
    print_line(out(), (f"{compared}: {len(found.differences):,} differences.", "bold"))


def _print_extras(keys: list[str], bucket: str) -> None:
    """Print commands that delete extra objects. No function may delete from the site, so that no bug can."""
    if not keys:
        return
    print_line(
        out(), "Nothing in the inbox makes what is extra, and no function deletes anything. Unless you know why it is"
    )
    print_line(out(), "there, take it away by hand; the CDN keeps it for as long as its Cache-Control says:")
    for key in keys[:_LISTED]:
        print_line(out(), f"  aws s3 rm {visible(shlex.quote(f's3://{bucket}/{key}'))}")
