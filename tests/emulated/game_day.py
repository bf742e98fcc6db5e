"""Game days: AWS fails for a while under uploads, and then the site must be what a build makes of the inbox.

Everything in the stack follows one clock, the functions too, so hours pass in seconds.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from colophon.wiring import aws
from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from colophon_emulator.limits import Limits
from colophon_emulator.lock import patch
from colophon_ops.redrive import receive_dead_letters, redrive
from colophon_ops.target import Target
from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file

MINUTE, HOUR = 60.0, 3600.0
SORAE, HANEUL = Clinic("sorae"), Clinic("haneul")
COUGH, FEVER, SLEEP = SORAE.post("cough"), SORAE.post("fever"), HANEUL.post("sleep")
_MOST_HOURS_TO_REST = 6
_PAUSE = 10.0


class Story(Struct):
    """What a game day showed. ``pages_written`` counts objects of the site that changed while AWS failed."""

    struck: int = 0
    failed: int = 0
    throttled: int = 0
    pages_written: int = 0
    oldest_message: float = 0.0
    seconds_to_rest: float = 0.0
    dead_letters: dict[str, int] = field(default_factory=dict)

    def row(self, name: str) -> str:
        """A row of the table in ``infra/README.md``."""
        letters = ", ".join(f"{number} {queue}" for queue, number in self.dead_letters.items()) or "none"
        counts = f"{self.struck + self.throttled} | {self.failed} | {self.pages_written}"
        minutes = f"{self.oldest_message / MINUTE:.0f} min | {self.seconds_to_rest / MINUTE:.1f} min"
        return f"| {name} | {counts} | {minutes} | {letters} |"


class GameDay:
    """Uploads to a stack, and the clock that it follows. Each game day on the same stack has a ``number``."""

    def __init__(self, driver: StackDriver, clock: ManualClock) -> None:
        self.driver, self.stack, self.clock = driver, driver.stack, clock
        self.story, self.number = Story(), 0
        self._before: Counter[str] = Counter()

    def upload_first_posts(self) -> None:
        """A site, two clinics and three posts."""
        self.driver.put("site.yaml", SITE)
        for clinic in (SORAE, HANEUL):
            self.driver.put(clinic.key, clinic.record())
        for post in (COUGH, FEVER):
            self.driver.put(post.key("ko.md"), original())
            self.driver.put(post.key("en.md"), self._text("first"))
            self.driver.put(post.key("throat.png"), picture(1))
        self.driver.put(SLEEP.key("en.md"), edition())

    def begin(self) -> None:
        """The next game day: count from here."""
        self.number += 1
        self.story, self._before = Story(), self._totals()

    def upload(self, seconds: float) -> None:
        """A correction, a withdrawal (or its end), a new post, an image, a clinic's name and a deletion (or a return).

        They are spread evenly over ``seconds``.
        """
        for step in self._steps():
            step()
            self.pass_time(seconds / len(self._steps()))

    def _steps(self) -> tuple[Callable[[], None], ...]:
        put, delete, number = self.driver.put, self.driver.delete, self.number
        new, withdrawal, deleted = HANEUL.post(f"knees-{number}"), FEVER.key("withdrawal.yaml"), SLEEP.key("en.md")
        return (
            lambda: put(COUGH.key("en.md"), self._text(f"number {number}")),
            lambda: put(withdrawal, withdrawal_file("legal")) if number % 2 else delete(withdrawal),
            lambda: put(new.key("en.md"), edition(f"Knees {number}")),
            lambda: put(new.key("ko.md"), original("무릎")),
            lambda: put(COUGH.key("throat.png"), picture(1 + number)),
            lambda: put(HANEUL.key, HANEUL.record(english=f"Haneul Clinic {number}")),
            lambda: delete(deleted) if number % 2 else put(deleted, edition()),
        )

    def _text(self, words: str) -> str:
        return edition(body=f"Drink warm water, {words}.\n\n![A throat](throat.png)")

    def pass_time(self, seconds: float) -> None:
        """Let ``seconds`` pass, and note what they show."""
        before = self.driver.objects()
        self.stack.dispatcher.pass_time(seconds)
        self.story.pages_written += sum(etag != before.get(key) for key, etag in self.driver.objects().items())
        self._note_age()

    def recover(self) -> Story:
        """AWS works again: wait for rest, redrive dead letters, and compare the site and the reports with a build.

        Raises AssertionError unless they are equal and no dead letter is left.
        """
        self.stack.faults.end_all()
        self.story.seconds_to_rest = self.wait_for_rest()
        self.story.dead_letters = {name: len(found) for name, found in self.stack.dispatcher.dead_letters().items()}
        if self.story.dead_letters:
            assert redrive(self.target(), receive_dead_letters(self.target()), lambda _: None).left == ()
            self.wait_for_rest()
        assert self.stack.dispatcher.dead_letters() == {}
        expected = build_bucket(self.driver, datetime.fromtimestamp(self.clock(), UTC))
        assert read_site(self.driver).differences(expected) == []
        assert self.stack.denials == ()
        totals = self._totals() - self._before
        self.story.struck, self.story.failed, self.story.throttled = (
            totals[name] for name in ("struck", "failed", "throttled")
        )
        return self.story

    def wait_for_rest(self) -> float:
        """Let time pass until nothing is waiting; how long it took."""
        began = self.clock()
        while self.stack.dispatcher.count_waiting():
            self.stack.dispatcher.pass_time(_PAUSE)
            self._note_age()
            assert self.clock() - began < _MOST_HOURS_TO_REST * HOUR, "the stack does not come to rest"
        return self.clock() - began

    def target(self) -> Target:
        """The stack as an operator's commands see it."""
        session = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
        stack = self.stack
        return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, self.driver.site_url, session)

    def _note_age(self) -> None:
        self.story.oldest_message = max(self.story.oldest_message, *self.stack.dispatcher.queue_ages().values())

    def _totals(self) -> Counter[str]:
        functions, dispatcher = self.stack.functions, self.stack.dispatcher
        return Counter(
            struck=self.stack.faults.struck.total(),
            failed=functions.errors.total(),
            throttled=dispatcher.throttles.total(),
        )


@contextmanager
def open_game_day(limits: Limits) -> Iterator[GameDay]:
    """An empty stack, whose functions read its clock as well."""
    clock = ManualClock(time.time())
    with (
        LocalStack(TEMPLATE, clock=clock, follows_clock=True, limits=limits) as stack,
        serve_site(stack, 0) as server,
        patch(aws, "datetime", _datetime_by(clock)),
    ):
        yield GameDay(StackDriver(stack, server.url), clock)


def _datetime_by(clock: ManualClock) -> Any:
    class ClockedDatetime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(clock(), tz)

    return ClockedDatetime
