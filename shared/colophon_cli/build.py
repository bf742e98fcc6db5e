"""``colophon build``: build the whole site from a folder, without AWS."""

import json
from pathlib import Path
from typing import Annotated

import typer

from colophon.upload.file_names import escape_name
from colophon_cli.exit_codes import REFUSED
from colophon_cli.options import parse_moment
from colophon_cli.outcomes import print_duplicates, print_problems, render_counts
from colophon_cli.terminal import err, out, print_line, progress
from colophon_ops.build.build import BuildReport, build


def build_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="DIR", help="The folder to write the site to. An earlier build is replaced."
        ),
    ],
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, max=256, help="Number of processes. 0: one per core.")
    ] = 0,
    at: Annotated[
        str, typer.Option("--at", help="Build as of this timestamp (with its UTC offset). Default: now.")
    ] = "",
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Build everything, and keep nothing for the next build.")
    ] = False,
    by_bytes: Annotated[
        bool,
        typer.Option("--check", help="Compare the files of the earlier build by their bytes, not by size and time."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if something was refused, or differs from its original.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the whole site from a folder, without AWS.

    The site is the same, byte for byte, that the cloud makes from the same inbox, except that in the cloud an image
    that was withdrawn and reinstated has a new address. The outcome of each upload is in DIR.outcomes.json, beside the
    folder. Refused uploads are left out; everything else is built.

    What did not change since the last build is not built again. What that needs is in DIR.cache/, beside the folder: it
    can be deleted, and then everything is built. The result is the same.

    The folder is replaced once the whole site is built: until then, and if the build fails or is interrupted, the
    earlier build stays. It also stays without a valid site.yaml.

    An earlier file that was changed by hand is written again if its size or its time differ; with --check, if its
    bytes do.

    Exits with 1 if the name of a file is not UTF-8, so that it can't be uploaded.

    \b
    Examples:
      colophon build inbox --out site
      colophon build inbox --out site --at 2026-06-01T00:00:00+09:00
      colophon build inbox --out site --strict --json
    """
    with progress("building") as bar:
        report = build(
            inbox,
            out,
            now=parse_moment(at),
            jobs=jobs,
            on_step=bar.at,
            cached=not no_cache,
            by_bytes=by_bytes,
        )
    if as_json:
        _print_json(report)
    else:
        _print_report(report, inbox)
    print_problems(err(), inbox.absolute(), report.unnamed)
    print_duplicates(err(), report.duplicates)
    if report.unnamed or (strict and (report.to_mend or report.differing)):
        raise typer.Exit(REFUSED)


def _print_json(report: BuildReport) -> None:
    typer.echo(
        json.dumps(
            {
                "out": escape_name(str(report.out)),
                "outcomes": escape_name(str(report.outcomes)),
                "states": dict(sorted(report.states.items())),
                "to_mend": report.to_mend,
                "differing": report.differing,
                "duplicates": [duplicate.as_json() for duplicate in report.duplicates],
                "files": report.files,
                "seconds": round(report.seconds, 3),
                "posts_built": report.posts,
                "built_whole_because": report.reason,
            }
        )
    )


def _print_report(report: BuildReport, inbox: Path) -> None:
    console = out()
    print_line(console, *render_counts(report.states))
    print_line(console, f"{report.files:,} files in {report.seconds:.1f} seconds: {report.out}")
    if report.reason:
        print_line(console, f"Everything was built: {report.reason}.")
    elif report.posts is not None:
        print_line(console, _describe_work(report.posts))
    print_line(console, f"The outcome of each upload: {report.outcomes}")
    if report.to_mend:
        print_line(console, (f"Some uploads need fixing: run colophon check {inbox}", "yellow"))
    if report.differing:
        what = f"Translations that differ from their originals: {report.differing:,}. Run colophon check {inbox}"
        print_line(console, (what, "yellow"))


def _describe_work(posts: int) -> str:
    if posts == 0:
        return "No post has changed since the last build."
    return f"{posts:,} {'post' if posts == 1 else 'posts'} built, the others are as at the last build."
