"""Run ``colophon dev``: once, or with the emulator kept running and the folder watched."""

import threading
import time
from pathlib import Path

from colophon.decision.rows import Outcome
from colophon_cli.local_run import LocalRun
from colophon_cli.local_site import choose_port, serve_site
from colophon_cli.local_stack import LocalStack
from colophon_cli.outcomes import display_path, print_outcomes, render_counts
from colophon_cli.terminal import err, out, print_line, progress
from colophon_cli.watch import stop_at_a_signal, watch_changes
from colophon_emulator.errors import NotIdle
from colophon_emulator.limits import Limits
from colophon_ops import dev_file
from colophon_ops.export import export_site
from colophon_ops.outcomes import count_states, present_outcomes
from colophon_ops.upload import list_uploads

SITE_PORT, S3_PORT = 8765, 8766
# Outcomes are printed when the functions have processed everything; until then a line says so as often as that.
_TELL_SECONDS = 10.0


def run_once(inbox: Path, template: Path, site: Path | None, limits: Limits) -> bool:
    """Upload, wait, write the site, stop, and print what happens. Returns False if there were violations."""
    began = time.monotonic()
    with LocalStack(template, limits=limits, large_run=True) as stack:
        run = LocalRun(stack, inbox)
        upload_and_wait(run, inbox)
        outcomes = present_outcomes(run.outcomes())
        print_outcomes(out(), outcomes)
        files = export_site(stack.client("s3"), stack.site_bucket, outcomes, site, inbox) if site else 0
        calls = _calls_text(stack)
        succeeded = print_violations(run)
    print_line(out(), "")
    print_line(out(), *render_counts(count_states(outcomes)))
    print_line(
        out(),
        f"{time.monotonic() - began:.1f} seconds, {calls}, deployed from {display_path(template)}",
    )
    if site:
        where = display_path(site.absolute())
        print_line(out(), f"{files} files written to {where}, the outcomes beside it to {where}.outcomes.json")
        print_line(out(), f"To view the site: python -m http.server --bind 127.0.0.1 --directory {where}")
    return succeeded


def upload_and_wait(run: LocalRun, inbox: Path) -> None:
    """Upload the folder and wait for the functions, with a progress bar for each."""
    with progress("uploading", len(list_uploads(inbox))) as bar:
        run.sync(bar.advance)
    with progress("processing") as bar:
        run.wait_until_quiet(lambda now: bar.at(now.invocations, now.invocations + now.waiting))


def print_violations(run: LocalRun) -> bool:
    """Print failures and violations; returns whether there were no violations."""
    for failure in run.failures():
        print_line(err(), ("failed  ", "yellow"), failure)
    violations = run.violations()
    for violation in violations:
        print_line(err(), ("TROUBLE  ", "bold white on red"), violation)
    return not violations


def run_until_stopped(
    inbox: Path, template: Path, port: int, s3_port: int, limits: Limits, *, cached: bool = True
) -> bool:
    """Serve until interrupted. Returns False if there were violations."""
    dev_file.clear()
    with (
        LocalStack(template, serve_s3=True, port=choose_port(s3_port, S3_PORT), limits=limits, large_run=True) as stack,
        serve_site(stack, choose_port(port, SITE_PORT), cached=cached) as site,
    ):
        stack.functions.environment["REPORT_SITE_URL"] = site.url
        run = LocalRun(stack, inbox, site.url)
        try:
            upload_and_wait(run, inbox)
        except NotIdle as unavailable:
            print_line(err(), ("waiting  ", "yellow"), str(unavailable))
        known = run.new_outcomes()
        print_outcomes(out(), present_outcomes(known))
        print_line(out(), "")
        print_line(out(), *render_counts(count_states(present_outcomes(known))))
        stack_file = dev_file.DevStack(stack.endpoint, stack.inbox_bucket, stack.site_bucket, stack.table, site.url)
        stop = stop_at_a_signal()
        dev_file.write(stack_file)
        try:
            _print_addresses(stack_file, inbox, known)
            if cached:
                print_line(
                    out(), "As with CloudFront, a listing may be five minutes old; --no-cache shows changes at once."
                )
            stack.dispatcher.start()
            _watch(run, inbox, stop)
        finally:
            dev_file.remove(stack_file)
        print_line(out(), f"Stopped after {_calls_text(stack)}.")
        return print_violations(run)


def _calls_text(stack: LocalStack) -> str:
    most = stack.functions.most_at_once
    return (
        f"{stack.functions.counts.total():,} function calls, {f'up to {most} at once' if most > 1 else 'one at a time'}"
    )


def _watch(run: LocalRun, inbox: Path, stop: threading.Event) -> None:
    printed, is_synced, told_at = 0, True, time.monotonic()
    for changed in watch_changes(inbox, stop, "colophon dev"):
        if changed is None or changed or not is_synced:
            is_synced = run.sync()
        new_outcomes = run.new_outcomes()
        if new_outcomes:
            print_outcomes(out(), new_outcomes)
        if new_outcomes or not (waiting := run.count_unprocessed()):
            told_at = time.monotonic()
        elif time.monotonic() - told_at > _TELL_SECONDS:
            told_at = time.monotonic()
            print_line(out(), ("processing  ", "cyan"), f"{waiting:,} messages and changes are waiting")
        printed = _print_new_failures(run, printed)


def _print_new_failures(run: LocalRun, printed: int) -> int:
    """Print failures if there are more than ``printed``, and return their number."""
    waiting = run.count_returned()
    failures = len(run.violations()) + len(run.failures()) + waiting
    if failures > printed:
        print_violations(run)
        if waiting:
            what = "1 message" if waiting == 1 else f"{waiting} messages"
            print_line(err(), ("failed  ", "yellow"), f"{what} failed and will be retried.")
    return failures


def _print_addresses(stack_file: dev_file.DevStack, inbox: Path, outcomes: list[Outcome]) -> None:
    page = next((o.url for o in outcomes if o.state == "live" and o.key.endswith(".md") and o.url), "")
    print_line(out(), ("The site   ", "bold"), (page or stack_file.site_url, "blue"))
    print_line(
        out(),
        ("An S3 client   ", "bold"),
        f"aws --endpoint-url {stack_file.endpoint} s3 cp en.md s3://{stack_file.inbox_bucket}/...",
    )
    print_line(out(), ("This shell   ", "bold"), f"colophon upload INBOX, colophon status (addresses: {dev_file.PATH})")
    print_line(out(), f"Watching {display_path(inbox)}. Stop with Ctrl-C.")
