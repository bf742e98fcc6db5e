"""``colophon build``: the whole site from a folder, without AWS."""

import json
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from colophon.cli.failures import REFUSED
from colophon.problem import Problem, Refused


class Report(Struct, frozen=True):
    """What a build came to."""

    out: Path
    states: Counter[str]
    to_mend: int
    files: int
    seconds: float


def build(inbox: Path, out: Path, *, now: datetime, jobs: int = 0) -> Report:
    """Write the site that the inbox folder ``inbox`` makes at ``now`` to the folder ``out``, with outcomes.json in it.

    ``jobs`` processes share the work, 0: one for each core. Raises Misused for a folder that is not an inbox, and for
    an ``out`` that holds something other than an earlier build; Refused where that would give way to nothing, because
    the inbox has no valid site.yaml.
    """
    from colophon.cli.building import Work, make, parts_of
    from colophon.cli.crew import crew_of
    from colophon.cli.inbox_place import inbox_at
    from colophon.cli.outcome_line import as_line, told
    from colophon.cli.site_tree import claim, remove_all_but, write_outcomes
    from colophon.cli.states import count, to_mend
    from colophon.cli.terminal import progress
    from colophon.page.paths import FRONT_KEY

    began = time.monotonic()
    root = inbox_at(inbox)
    is_new = claim(out, root)
    if (out / FRONT_KEY).exists():
        _hold_on_to(out, root)
    states: Counter[str] = Counter()
    lines: list[tuple[str, str]] = []
    keys: set[str] = set()
    mend = 0
    with crew_of(jobs) as crew, progress("building") as bar:
        for made in make(Work(root, now, out), parts_of(root), crew, bar.at):
            outcomes = told(made.outcomes)
            states += count(outcomes)
            mend += sum(map(to_mend, outcomes))
            lines += ((outcome.key, as_line(outcome)) for outcome in outcomes)
            keys.update(made.keys)
    if not is_new:
        remove_all_but(out, keys)
    write_outcomes(out, (line for _, line in sorted(lines)))
    return Report(out, states, mend, len(keys), time.monotonic() - began)


def _hold_on_to(out: Path, inbox: Path) -> None:
    """Raises Refused where nothing could be shown any more: as in the cloud, what stands then stays."""
    from colophon.stores.inbox_folder import InboxFolder
    from colophon.verbs.build import build_site

    if build_site(InboxFolder(inbox)).settings is None:
        what = f"{inbox} has no valid site.yaml, without which there is no page. {out} stays as it is."
        raise Refused((Problem(what, f"colophon check {inbox} says what to mend."),))


def build_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the site goes; an earlier build there is replaced.")],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes to use. 0: one for each core.")] = 0,
    at: Annotated[str, typer.Option("--at", help="The moment to build for, with its UTC offset. Default: now.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when something was refused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was built as JSON.")] = False,
) -> None:
    """Build the whole site from a folder, without AWS.

    It is the same site, byte for byte, that the cloud makes of the same inbox; only an image that came back there has
    another address than before. What became of each upload stands in outcomes.json beside the pages. What was refused
    is left out; everything else is built all the same. Without a valid site.yaml an earlier build stays as it is.

    \b
    Examples:
      colophon build inbox --out site
      colophon build inbox --out site --at 2026-06-01T00:00:00+09:00
      colophon build inbox --out site --strict --json
    """
    from colophon.cli.moment import moment_or_now

    report = build(inbox, out, now=moment_or_now(at), jobs=jobs)
    if as_json:
        _print_json(report)
    else:
        _tell(report, inbox)
    if strict and report.to_mend:
        raise typer.Exit(REFUSED)


def _print_json(report: Report) -> None:
    typer.echo(
        json.dumps(
            {
                "out": str(report.out),
                "states": dict(sorted(report.states.items())),
                "to_mend": report.to_mend,
                "files": report.files,
                "seconds": round(report.seconds, 3),
            }
        )
    )


def _tell(report: Report, inbox: Path) -> None:
    from colophon.cli.states import counted
    from colophon.cli.terminal import out, say

    console = out()
    say(console, *counted(report.states))
    say(console, f"{report.files:,} files in {report.seconds:.1f} seconds: {report.out}")
    if report.to_mend:
        say(console, (f"Something is to be mended: colophon check {inbox}", "yellow"))
