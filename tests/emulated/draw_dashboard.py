"""Draw the template's dashboard from an emulated evening: ``python -m tests.emulated.draw_dashboard [OUT]``."""

import logging
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from colophon_cli.local_stack import LocalStack
from colophon_emulator.alarms import Metric, Sample
from colophon_emulator.clock import ManualClock
from tests.emulated.dashboard_svg import draw, read_widgets
from tests.emulated.stack_driver import ROOT, TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file
from tests.emulated.watched_stack import WatchedStack

MINUTES = 180
DENIED_FROM, DENIED_UNTIL = 60, 84
LATE_AT = 130
TITLE = (
    f"An emulated evening, a minute a step. From minute {DENIED_FROM} to {DENIED_UNTIL} S3 denies writes to the site; "
    f"at minute {LATE_AT} a withdrawal's notification is 12 minutes late."
)
DASHBOARD = "AWS::CloudWatch::Dashboard"


class Evening:
    """What is uploaded in each minute, and what goes wrong. The same at every run, but for durations."""

    def __init__(self, watched: WatchedStack) -> None:
        self._watched, self._driver = watched, watched.driver
        self._chance = random.Random(7)
        self._clinics = [Clinic(f"sorae-{number}") for number in range(3)]
        self._live: list[str] = []
        self._faults = ExitStack()

    def begin(self) -> None:
        """A site and its clinics."""
        self._driver.put("site.yaml", SITE)
        for clinic in self._clinics:
            self._driver.put(clinic.key, clinic.record())
        self._driver.settle()

    def minute(self, number: int) -> None:
        """The uploads of one minute, its sweep, and as much work as the minute allows."""
        if number == DENIED_FROM:
            self._faults.enter_context(self._watched.denied_writes())
        if number == DENIED_UNTIL:
            self._faults.close()
        for key, content, delay in self._uploads(number):
            self._driver.put(key, content)
            self._watched.age_upload(key, delay)
        self._watched.sweep()
        if not DENIED_FROM <= number < DENIED_UNTIL:
            self._watched.stack.dispatcher.run_until_idle()
        elif number % 8 == 0:
            # Messages that failed come back after six minutes.
            for _ in range(4):
                self._watched.stack.dispatcher.step()
        self._watched.age_all_messages(timedelta(minutes=1))
        self._watched.age_all_uploads(timedelta(minutes=1))

    def _uploads(self, number: int) -> Iterator[tuple[str, str | bytes, timedelta]]:
        """Keys, contents, and how late their notifications come: some seconds, as in S3 and the batching window."""
        delay = timedelta(seconds=self._chance.uniform(1, 6))
        post = self._chance.choice(self._clinics).post(f"post-{number}")
        if number % 3 == 0:
            yield post.key("ko.md"), original(), delay
            self._live.append(post.folder)
        if number % 6 == 0:
            yield post.key("throat.png"), picture(number % 200), delay
            yield post.key("en.md"), edition(body="Drink warm water.\n\n![A throat](throat.png)"), delay
        if number % 25 == 10:
            yield post.key("en.md"), "---\ntitle: No source\n---\n\nWords.\n", delay
        if number in (40, 110, LATE_AT, 160):
            late = timedelta(minutes=12) if number == LATE_AT else delay
            yield f"{self._live[number % len(self._live)]}withdrawal.yaml", withdrawal_file(), late


def time_calls(watched: WatchedStack) -> None:
    """Have each call of a function give samples of its duration and of the age of a stream's records."""
    invoke = watched.stack.functions.invoke

    def timed(reference: str, event: Any) -> Any:
        name = watched.stack.deployment.resources[watched.stack.functions.find_id(reference)].ref
        began = time.perf_counter()
        try:
            return invoke(reference, event)
        finally:
            dimensions = (("FunctionName", name),)
            elapsed = (time.perf_counter() - began) * 1000
            watched.metrics.samples.append(Sample(Metric("AWS/Lambda", "Duration", dimensions), watched.at, elapsed))
            if age := _record_age(event):
                metric = Metric("AWS/Lambda", "IteratorAge", dimensions)
                watched.metrics.samples.append(Sample(metric, watched.at, age))

    watched.stack.functions.invoke = timed  # type: ignore[method-assign]


def _record_age(event: Any) -> float:
    """Milliseconds since the first record of a stream was written; 0 for any other event."""
    records = event.get("Records") or [{}]
    created = records[0].get("dynamodb", {}).get("ApproximateCreationDateTime", 0)
    return max(1.0, (datetime.now(UTC).timestamp() - created) * 1000) if created else 0.0


def play(watched: WatchedStack, each: Callable[[int], None] = lambda _: None) -> None:
    evening = Evening(watched)
    evening.begin()
    watched.metrics.collect(0.0, datetime.now(UTC))
    watched.metrics.samples.clear()
    time_calls(watched)
    for number in range(MINUTES):
        watched.pass_minutes(1, lambda: evening.minute(number))  # noqa: B023 - called at once
        each(number)


def main(out: Path) -> None:
    logging.getLogger("colophon").setLevel(logging.ERROR)
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack:
        watched = WatchedStack(StackDriver(stack, ""))
        fired: dict[str, int] = {}
        play(watched, lambda number: fired.update(dict.fromkeys(watched.alarms() - fired.keys(), number)))
        (dashboard,) = stack.deployment.of_type(DASHBOARD)
        widgets = list(read_widgets(dashboard.properties["DashboardBody"], watched.metrics.samples, 0, watched.at))
        out.write_text(draw(TITLE, widgets, 0, watched.at), "utf-8")
    for name, minute in fired.items():
        sys.stdout.write(f"minute {minute}: {name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "infra/dashboard.svg")
