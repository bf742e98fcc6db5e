"""``colophon dev``: run template.yaml in emulated AWS, and upload a folder to it."""

from pathlib import Path
from typing import Annotated

import typer

from colophon_cli.dev_run import run_once, run_until_stopped
from colophon_cli.exit_codes import MISUSED
from colophon_emulator.limits import Limits
from colophon_ops.build.output import check_output
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import check_inbox

# So that a long batch, or a sweep, holds up no upload. On Lambda many more would run.
AT_ONCE = 4


def dev(inbox: Path, template: Path, *, out: Path | None, at_once: int = AT_ONCE) -> bool:
    """Upload ``inbox``, wait until nothing is left to do, write the site to ``out`` if given, and stop.

    The functions process ``at_once`` batches at the same time. Prints the outcomes. Returns False if there were
    violations: see ``LocalRun.violations``.
    """
    root = check_inbox(inbox)
    if out:
        check_output(out, root)
    return run_once(root, template, out, Limits(at_once=at_once))


def dev_running(
    inbox: Path,
    template: Path,
    *,
    port: int = 0,
    s3_port: int = 0,
    cached: bool = True,
    at_once: int = AT_ONCE,
) -> bool:
    """Upload ``inbox`` and keep it in sync until interrupted; serve the site and an S3 endpoint on 127.0.0.1."""
    return run_until_stopped(check_inbox(inbox), template, port, s3_port, Limits(at_once=at_once), cached=cached)


def dev_command(
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder with site.yaml, clinics/ and posts/.")],
    once: Annotated[
        bool, typer.Option("--once", help="Upload, wait until everything is processed, write the site, stop.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder to which --once writes the site.")] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The site's local port. 0: 8765, or a free one.")
    ] = 0,
    s3_port: Annotated[
        int, typer.Option("--s3-port", min=0, max=65535, help="The S3 endpoint's port. 0: 8766, or a free one.")
    ] = 0,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Serve directly from the bucket, without the CDN's cache.")
    ] = False,
    at_once: Annotated[
        int,
        typer.Option(
            "--at-once", min=1, help="Batches that the functions process at the same time. 1: one after the other."
        ),
    ] = AT_ONCE,
    template: Annotated[Path | None, typer.Option("--template", help="The template. Default: template.yaml.")] = None,
) -> None:
    """Run template.yaml in emulated AWS, without an account.

    Uploads a folder and watches it: changed files are uploaded, deleted files are deleted. Any S3 client can upload,
    too. While it runs, build/dev.json holds the addresses; colophon upload and colophon status read it.

    As in Lambda, the functions process several batches at the same time, each in a thread and with memory of its own.
    The threads take turns at every call to AWS. With --at-once 1 a batch ends before the next begins: easier to debug.

    Calls that a function's role does not allow, and dead letters, are printed; the exit code is then 2.

    \b
    Examples:
      colophon dev inbox
      colophon dev inbox --port 9000
      colophon dev inbox --once --out site
    """
    if out and not once:
        raise Misused("--out needs --once. Without it, colophon dev serves the site on a local port.")
    found = template or find_template()
    succeeded = (
        dev(inbox, found, out=out, at_once=at_once)
        if once
        else dev_running(inbox, found, port=port, s3_port=s3_port, cached=not no_cache, at_once=at_once)
    )
    if not succeeded:
        raise typer.Exit(MISUSED)


def find_template() -> Path:
    """template.yaml of the working directory, else of the source tree of this code. Raises Misused."""
    beside_the_code = Path(__file__).resolve().parents[2]
    for folder in (Path.cwd(), beside_the_code):
        if (folder / "template.yaml").is_file():
            return folder / "template.yaml"
    raise Misused("There is no template.yaml here. Run this in the project's folder, or pass --template.")
