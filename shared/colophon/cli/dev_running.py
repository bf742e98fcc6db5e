"""``colophon dev``: the emulation kept running, the folder watched."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

from colophon.cli import dev_file
from colophon.cli.dev_once import tell_troubles, upload_and_settle
from colophon.cli.local_run import LocalRun
from colophon.cli.local_site import free_port, served
from colophon.cli.local_stack import LocalStack
from colophon.cli.outcome_line import told
from colophon.cli.outcome_lines import tell_outcomes
from colophon.cli.problem_lines import shown_path
from colophon.cli.states import count, counted
from colophon.cli.terminal import err, out, say
from colophon.decision.outcome import Outcome
from colophon_emulator.errors import NotIdle

SITE_PORT, S3_PORT = 8765, 8766
_TICK_MS, _DEBOUNCE_MS = 250, 200


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
        except NotIdle as busy:
            say(err(), ("waiting  ", "yellow"), str(busy))
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
