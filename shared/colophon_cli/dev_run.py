"""``colophon dev`` at work: everything once, or the emulation kept running and the folder watched."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from colophon.decision.outcome import Outcome
from colophon.local.stack import LocalStack
from colophon.problem import Unavailable
from colophon_cli.local_run import LocalRun
from colophon_cli.local_site import free_port, served
from colophon_cli.outcomes import counted, shown_path, tell_outcomes
from colophon_cli.terminal import err, out, progress, say
from colophon_ops import dev_file
from colophon_ops.export import export
from colophon_ops.outcomes import count, told
from colophon_ops.upload import uploads_in

SITE_PORT, S3_PORT = 8765, 8766
_TICK_MS, _DEBOUNCE_MS = 250, 200


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


def run(inbox: Path, template: Path, port: int, s3_port: int, *, cached: bool = True) -> bool:
    """Serve until interrupted; False when something happened that must not."""
    dev_file.remove()
    with (
        LocalStack(template, serve_s3=True, port=free_port(s3_port, S3_PORT)) as stack,
        served(stack, free_port(port, SITE_PORT), cached=cached) as site,
    ):
        desk = LocalRun(stack, inbox)
        try:
            upload_and_settle(desk, inbox)
        except Unavailable as unavailable:
            say(err(), ("waiting  ", "yellow"), str(unavailable))
        known = desk.news()
        address = _local_address(known, site.url)
        tell_outcomes(out(), told(known), address)
        say(out(), "")
        say(out(), *counted(count(told(known))))
        here = dev_file.DevStack(stack.endpoint, stack.inbox_bucket, stack.site_bucket, stack.table, site.url)
        stop = _stop_at_a_signal()
        dev_file.write(here)
        try:
            _tell_where(here, inbox, known, address)
            if cached:
                say(out(), "As behind CloudFront, a listing may be five minutes old; --no-cache shows each at once.")
            stack.dispatcher.start()
            _keep(desk, inbox, stop, address)
        finally:
            dev_file.remove()
        say(out(), "Stopped.")
        return tell_troubles(desk)


def _keep(desk: LocalRun, inbox: Path, stop: threading.Event, address: Callable[[str], str]) -> None:
    from watchfiles import watch

    ticks = watch(
        inbox,
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=_TICK_MS,
        debounce=_DEBOUNCE_MS,
        raise_interrupt=False,
    )
    noted, in_step = 0, True
    for changes in ticks:
        if changes or not in_step:
            in_step = desk.send()
        news = desk.news()
        if news:
            tell_outcomes(out(), news, address)
        noted = _tell_amiss(desk, noted)


def _tell_amiss(desk: LocalRun, noted: int) -> int:
    """Say what went wrong since ``noted`` things had, and return how many have now."""
    waiting = desk.put_back()
    amiss = len(desk.troubles()) + len(desk.failures()) + waiting
    if amiss > noted:
        tell_troubles(desk)
        if waiting:
            what = "1 message" if waiting == 1 else f"{waiting} messages"
            say(err(), ("failed  ", "yellow"), f"{what} could not be answered, and will come again.")
    return amiss


def _stop_at_a_signal() -> threading.Event:
    """An event that Ctrl-C or a polite kill sets, so that everything is put away in order."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop


def _local_address(outcomes: list[Outcome], site_url: str) -> Callable[[str], str]:
    """Addresses of the site as it is served here: site.yaml's own leads elsewhere."""
    public = next((outcome.url.rstrip("/") for outcome in outcomes if outcome.key == "site.yaml"), "")

    def local(url: str) -> str:
        if url.startswith("/"):
            return site_url + url
        return site_url + url.removeprefix(public) if public and url.startswith(public + "/") else url

    return local


def _tell_where(here: dev_file.DevStack, inbox: Path, outcomes: list[Outcome], address: Callable[[str], str]) -> None:
    page = next((o.url for o in outcomes if o.state == "live" and o.key.endswith(".md") and o.url), "")
    say(out(), ("The site   ", "bold"), (address(page) if page else here.site_url, "blue"))
    say(
        out(),
        ("An S3 client   ", "bold"),
        f"aws --endpoint-url {here.endpoint} s3 cp en.md s3://{here.inbox_bucket}/...",
    )
    say(out(), ("This shell   ", "bold"), f"colophon upload INBOX, colophon status ({dev_file.PATH} says where)")
    say(out(), f"{shown_path(inbox)} is watched. Ctrl-C stops.")
