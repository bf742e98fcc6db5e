"""AWS's bad days, played by the emulated clock: whatever fails for a while, the site ends as a build makes it.

Every day plays some of them. ``COLOPHON_GAME_DAYS=1 pytest tests/emulated/test_game_days.py -s | grep '^|'`` plays all
and prints the table of ``infra/README.md``.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from colophon_emulator import faults
from colophon_emulator.faults import Fault
from colophon_emulator.limits import Limits
from tests.emulated.game_day import COUGH, HANEUL, HOUR, MINUTE, GameDay, Story, open_game_day
from tests.emulated.uploads import edition, picture
from tests.rotating_seeds import seeds_of_the_day, share_of_the_day

# moto warns of errors that botocore's description of CloudFront does not list; the service has them.
pytestmark = pytest.mark.filterwarnings("ignore:.*does not match an error shape")
(SEED,) = seeds_of_the_day(1, of=50)
LIMITS = Limits(at_once=4, seed=SEED)
# Longer than five receives of a message take.
HALF_AN_HOUR = 35 * MINUTE
Breaking = Callable[[GameDay], list[Fault]]


def played(days: Mapping[str, object]) -> Sequence[str]:
    """A part of the names, within two or three days each."""
    return list(days) if os.environ.get("COLOPHON_GAME_DAYS") else share_of_the_day(days, min(3, len(days)))


@pytest.fixture(scope="module")
def shared_day() -> Iterator[GameDay]:
    with open_game_day(LIMITS) as day:
        day.upload_first_posts()
        day.wait_for_rest()
        yield day


@pytest.fixture
def day(shared_day: GameDay) -> GameDay:
    """The stack at rest, with what earlier game days left in its inbox."""
    shared_day.stack.faults.end_all()
    shared_day.stack.dispatcher.limits = LIMITS
    shared_day.wait_for_rest()
    shared_day.begin()
    return shared_day


def play(day: GameDay, name: str, seconds: float, breaking: Breaking) -> Story:
    """Uploads for ``seconds`` during which AWS fails, then the time that the stack needs to come to rest."""
    for fault in breaking(day):
        day.stack.faults.begin(fault)
    day.upload(seconds)
    story = day.recover()
    print(f"\n{story.row(name)}")
    return story


DENIALS: dict[str, Breaking] = {
    "The inbox bucket denies access": lambda day: [faults.deny("s3", day.stack.inbox_bucket)],
    "The site bucket denies access": lambda day: [faults.deny("s3", day.stack.site_bucket)],
    "DynamoDB denies access": lambda day: [faults.deny("dynamodb")],
}


@pytest.mark.parametrize("name", played(DENIALS))
def test_while_access_is_denied_no_page_is_written(day: GameDay, name: str) -> None:
    story = play(day, name, HALF_AN_HOUR, DENIALS[name])
    assert (story.pages_written, story.struck > 20) == (0, True)
    assert story.oldest_message > 30 * MINUTE, "an alarm tells it, also while nothing is a dead letter"


REFUSALS: dict[str, Breaking] = {
    "CloudFront has too many invalidations in progress": lambda _: [faults.refuse_invalidations()],
    "CloudFront answers 503": lambda _: [faults.refuse_invalidations(503, "ServiceUnavailable")],
}


@pytest.mark.parametrize("name", played(REFUSALS))
def test_purges_wait_while_cloudfront_refuses_them_for_an_hour(day: GameDay, name: str) -> None:
    day.stack.invalidations.accepted.clear()
    story = play(day, name, HOUR, REFUSALS[name])
    assert (story.dead_letters, story.pages_written > 10) == ({}, True)
    tags = {item for each in day.stack.invalidations.accepted for item in each.items}
    assert tags & {f"#p:{COUGH.clinic}/{COUGH.name}", f"#c:{COUGH.clinic}"}, "of the correction"


BAD_ANSWERS: dict[str, Breaking] = {
    "DynamoDB throttles half of the calls": lambda _: [faults.throttle_table(0.5)],
    "S3 asks to slow down, half of the calls": lambda _: [faults.slow_down(0.5)],
    "Conflicts: 409 of S3, cancelled transactions, writes in conflict": lambda _: [
        faults.conflict_puts(0.4),
        faults.conflict_transactions(0.3),
        faults.conflict_writes(0.3),
    ],
    "SQS and DynamoDB take or answer batches in part": lambda _: [
        faults.fail_some_messages(0.7),
        faults.read_some_items(),
    ],
}


@pytest.mark.parametrize("name", played(BAD_ANSWERS))
def test_bad_answers_delay_and_lose_nothing(day: GameDay, name: str) -> None:
    assert play(day, name, 10 * MINUTE, BAD_ANSWERS[name]).struck > 0


def test_a_new_account_with_few_executions_makes_no_dead_letters_of_many_uploads(day: GameDay) -> None:
    day.stack.dispatcher.limits = Limits(at_once=12, concurrent_executions=1, seed=SEED)
    for number in range(10):
        post = HANEUL.post(f"many-{number}")
        day.driver.put(post.key("en.md"), edition(body="![Knees](knees.png)"))
        day.driver.put(post.key("knees.png"), picture(number))
    story = play(day, "One execution for all functions, ten posts with images at once", 10 * MINUTE, lambda _: [])
    assert (story.dead_letters, story.throttled > 3) == ({}, True)


def test_uploads_survive_an_hour_without_any_execution(day: GameDay) -> None:
    day.stack.dispatcher.limits = Limits(concurrent_executions=0)
    day.upload(HOUR)
    assert (day.story.pages_written, day.stack.functions.is_running) == (0, False)
    day.stack.dispatcher.limits = LIMITS
    story = day.recover()
    print(f"\n{story.row('No execution is free for an hour')}")
    assert story.throttled > 100
