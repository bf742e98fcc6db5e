"""``colophon verify``: compare the live site with a build of the inbox, and repair it on request."""

import json
import shlex
from datetime import UTC, datetime
from typing import Annotated

import typer

from colophon.settings import decoder_environment
from colophon.stores.decoder import Decoder
from colophon_cli.exit_codes import REFUSED, UNAVAILABLE
from colophon_cli.options import LaneWait, StackName
from colophon_cli.outcomes import print_duplicates
from colophon_cli.terminal import err, out, print_line, progress, visible
from colophon_ops.target import Target, find_target
from colophon_ops.verify.compare import VerifyResult, open_verifier
from colophon_ops.verify.repair import open_repair

_DEFAULT_SECONDS = 300.0
_LISTED = 200


def verify_command(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild everything that differs, then verify again.")
    ] = False,
    stack: StackName = "",
    wait: LaneWait = _DEFAULT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
) -> None:
    """Compare the live site with a build of the inbox.

    Builds the whole site on this machine from every version in the inbox, and prints every difference from the live
    site: content (except the revision), status, headers and cache tags of every object in the site bucket; the
    outcome of every upload in the index and in its report; the listing entries; the rows of the index, which may be
    behind what they were made from, or have lost a tag, a size of an image or a date; and, at the public address,
    images and pages that were taken down but are still cached by the CDN. Where one row follows from another, only
    that one is named. Not compared: the history of pages, which nothing else knows; the index's notes of claims to
    earlier addresses, without which the daily scan finds them; and how far scans have come.

    --repair rebuilds everything that differs and purges it from the CDN. Objects that nothing in the inbox makes stay;
    the commands that delete them are printed. A date that the index has lost stays lost: the daily scan does within a
    day after it what is due. Exits with 0 if there is no difference, with 1 if there is one, with 2
    if a row of the index is unreadable, with 3 if AWS or the public address does not respond. What is being uploaded
    at the moment may differ for some seconds.

    \b
    Examples:
      colophon verify
      colophon verify --repair
      colophon verify --json > differences.json
    """
    target = find_target(stack)
    print_line(err(), f"Reading from {target.name}")
    found = _verify(target, repair=repair, seconds=wait)
    _print_result(found, target.site_bucket, as_json=as_json)
    print_duplicates(err(), found.duplicates)
    if found.differences:
        raise typer.Exit(REFUSED)
    if found.public_site_error:
        raise typer.Exit(UNAVAILABLE)


def _verify(target: Target, *, repair: bool, seconds: float) -> VerifyResult:
    with Decoder(decoder_environment()) as decoder, progress("reading") as bar:
        verifier = open_verifier(target, decoder)
        found = verifier.verify(datetime.now(UTC), bar.at)
        if not repair or not found.differences:
            return found
        print_line(err(), f"{len(found.differences):,} differences; repairing.")
        repairer = open_repair(target, verifier.index, seconds)
        repairer.run(found.differences, lambda done, total: bar.at(done, total, "repairing"))
        stale = [each.key for each in found.differences if each.what == "stale at the edge"]
        verifier.edge.await_purged(stale, seconds)
        return verifier.verify(datetime.now(UTC), bar.at)


def _print_result(found: VerifyResult, bucket: str, *, as_json: bool) -> None:
    if found.public_site_error:
        print_line(err(), (f"{found.public_site_error} The CDN's cache was not checked.", "yellow"))
    if as_json:
        differences = [each.as_json() for each in found.differences]
        counts = {"objects": found.objects, "outcomes": found.outcomes, "unread": found.public_site_error}
        duplicates = [each.as_json() for each in found.duplicates]
        answer = {**counts, "differences": differences, "duplicates": duplicates}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
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
        out(),
        "Nothing in the inbox makes the extra objects, and no function deletes from the site. If they are not needed,",
    )
    print_line(out(), "delete them by hand. The CDN caches them for as long as their Cache-Control says:")
    for key in keys[:_LISTED]:
        print_line(out(), f"  aws s3 rm {visible(shlex.quote(f's3://{bucket}/{key}'))}")
