"""``colophon build``: build the whole site from a folder, without AWS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import parse_moment
from colophon_cli.terminal import out, print_line, progress

if TYPE_CHECKING:
    from colophon_ops.build.build import BuildReport


def build_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the site goes; an earlier build there is replaced.")],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes to use. 0: one for each core.")] = 0,
    at: Annotated[str, typer.Option("--at", help="The moment to build for, with its UTC offset. Default: now.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when something was refused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was built as JSON.")] = False,
) -> None:
    """Build build the whole site from a folder, without AWS.

    It is the same site, byte for byte, that the cloud makes of the same inbox; only an image that came back there has
    another address than before. What became of each upload stands in outcomes.json beside the pages. What was refused
    is left out; everything else is built all the same. Without a valid site.yaml an earlier build stays as it is.

    \b
    Examples:
      colophon build inbox --out site
      colophon build inbox --out site --at 2026-06-01T00:00:00+09:00
      colophon build inbox --out site --strict --json
    """
    from colophon_ops.build.build import build

    with progress("building") as bar:
        report = build(inbox, out, now=parse_moment(at), jobs=jobs, on_step=bar.at)
    if as_json:
        _print_json(report)
    else:
        _print_report(report, inbox)
    if strict and report.to_mend:
        raise typer.Exit(REFUSED)


def _print_json(report: "BuildReport") -> None:
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


def _print_report(report: "BuildReport", inbox: Path) -> None:
    from colophon_cli.outcomes import render_counts

    console = out()
    print_line(console, *render_counts(report.states))
    print_line(console, f"{report.files:,} files in {report.seconds:.1f} seconds: {report.out}")
    if report.to_mend:
        print_line(console, (f"Something is to be mended: colophon check {inbox}", "yellow"))
