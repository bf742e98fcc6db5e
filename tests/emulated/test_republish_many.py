"""Another template for sixty posts: each page is put once, though the command is killed halfway.

Ten thousand of them: ``make bench BENCH="--only republish"``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from colophon_ops.backlog import Selection
from colophon_ops.republish import Republisher, open_republisher
from colophon_ops.target import Target
from tests.earlier_code import MARK, earlier_code
from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.open_stack import open_stack
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition

POSTS = 60
STALE = Selection(stale=True)


@pytest.fixture
def driver() -> Iterator[StackDriver]:
    """A clinic of sixty posts that an earlier template made; the day's round is over, today's code is known."""
    with open_stack() as driver:
        with earlier_code():
            driver.put("site.yaml", SITE)
            driver.put(Clinic("one").key, Clinic("one").record())
            driver.settle()
            for number in range(POSTS):
                text = edition(f"Number {number}").replace("posted: 2026-01-15", f"posted: {posted(number)}")
                driver.put(Clinic("one").post(f"post-{number:03}").key("en.md"), text)
            driver.settle()
            sweep(driver)
        sweep(driver)
        yield driver


def posted(number: int) -> str:
    """A day of another month for every ten posts, so that no listing is made of all of them again and again."""
    return f"{2024 + number // 120}-{number // 10 % 12 + 1:02}-15"


def sweep(driver: StackDriver) -> None:
    driver.stack.dispatcher.fire("SweepFunctionEveryMinute")
    driver.settle()


def pages(driver: StackDriver) -> dict[str, tuple[int, bool]]:
    """How often each post's page was put, and whether an earlier template made it, by its key."""
    keys = (key for key in driver.objects("en/one/post-"))
    found = {key: driver.site_object(key) for key in keys}
    return {key: (int(page["Metadata"]["rev"]), MARK in page["Body"]) for key, page in found.items()}


def killed_after(worker: Republisher, posts: int) -> None:
    """``colophon republish --stale`` until ``posts`` posts are through, and no further."""

    def step(done: int, _: int) -> None:
        if done >= posts:
            raise KeyboardInterrupt

    backlog = worker.backlog(STALE, lambda _: None)
    assert len(backlog.posts) == POSTS
    with pytest.raises(KeyboardInterrupt):
        worker.run(backlog, "", step)


def test_each_of_many_posts_is_rebuilt_once_across_a_kill(driver: StackDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colophon_ops.republish._BATCH", 6)
    monkeypatch.setattr("colophon_ops.slow_lane._WAITING_LIMIT", 12)
    before, stack = pages(driver), driver.stack
    assert set(before.values()) == {(1, True)}
    assert len(before) == POSTS
    session = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    worker = open_republisher(
        Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, driver.site_url, session), 30
    )
    stack.dispatcher.start(skip_delays=True)
    try:
        killed_after(worker, POSTS // 2)
        after = worker.resume_point(STALE, datetime.now(UTC))
        assert after > f"posts/one/post-{POSTS // 2 - 12:03}/"
        sent = worker.run(worker.backlog(STALE, lambda _: None), after, lambda *_: None)
        assert 0 < sent <= POSTS // 2
        assert worker.backlog(STALE, lambda _: None).posts == []
    finally:
        stack.dispatcher.stop()
    driver.settle()
    assert set(pages(driver).values()) == {(2, False)}
    assert read_site(driver).differences(build_bucket(driver, datetime.now(UTC))) == []
