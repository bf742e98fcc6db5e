"""``colophon dev --once``: upload, wait until quiet, write the site, stop."""

import time
from pathlib import Path

from colophon.cli.export import export
from colophon.cli.local_run import LocalRun
from colophon.cli.local_stack import LocalStack
from colophon.cli.outcome_line import told
from colophon.cli.outcome_lines import tell_outcomes
from colophon.cli.problem_lines import shown_path
from colophon.cli.states import count, counted
from colophon.cli.terminal import err, out, progress, say
from colophon.cli.transfer import uploads_in


def run_once(inbox: Path, template: Path, site: Path | None) -> bool:
    """Everything once, told as it goes; False when something happened that must not."""
    began = time.monotonic()
    with LocalStack(template) as stack:
        run = LocalRun(stack, inbox)
        upload_and_settle(run, inbox)
        outcomes = told(run.outcomes())
        tell_outcomes(out(), outcomes)
        files = export(stack.client("s3"), stack.site_bucket, outcomes, site) if site else 0
        calls = stack.dispatcher.invocations.total()
        well = tell_troubles(run)
    say(out(), "")
    say(out(), *counted(count(outcomes)))
    say(
        out(),
        f"{time.monotonic() - began:.1f} seconds, {calls} calls of functions, deployed from {shown_path(template)}",
    )
    if site:
        where = shown_path(site.absolute())
        say(out(), f"{files} files of the site: {where}")
        say(out(), f"To look at it: python -m http.server --bind 127.0.0.1 --directory {where}")
    return well


def upload_and_settle(run: LocalRun, inbox: Path) -> None:
    """Upload the folder and let the functions answer, with a bar for each."""
    with progress("uploading", len(uploads_in(inbox))) as bar:
        run.send(bar.advance)
    with progress("answering") as bar:
        run.settle(lambda now: bar.at(now.invocations, now.invocations + now.waiting))


def tell_troubles(run: LocalRun) -> bool:
    """Say loudly what must not happen and did; True when there is nothing to say."""
    for failure in run.failures():
        say(err(), ("failed  ", "yellow"), failure)
    troubles = run.troubles()
    for trouble in troubles:
        say(err(), ("TROUBLE  ", "bold white on red"), trouble)
    return not troubles
