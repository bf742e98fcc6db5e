"""Pages made again: once each, from where the last run ended, and after losses of the site or the table."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colophon.decision import code_version
from colophon_ops.backlog import Selection
from colophon_ops.republish import Republisher, open_republisher
from colophon_ops.status import status
from colophon_ops.target import Target
from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.open_stack import open_stack
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file

POSTS = 7
ALL = Selection()
FORM = ("one", "two")


@pytest.fixture(scope="module")
def driver() -> Iterator[StackDriver]:
    """Two clinics with posts in two languages: one is illustrated, one withdrawn, one moved, one was never a post.

    Each test leaves it complete, with other revisions; the last one uploads more.
    """
    with open_stack() as driver:
        driver.put("site.yaml", SITE)
        for name in FORM:
            driver.put(Clinic(name).key, Clinic(name).record())
        for number in range(POSTS):
            post = Clinic(FORM[number % 2]).post(f"post-{number:02}")
            driver.put(
                post.key("en.md"),
                edition(f"Number {number}", body="![A throat](throat.png)" if not number else "Text."),
            )
            if not number % 3:
                driver.put(post.key("ko.md"), original())
        moved = Clinic("one").post("post-02").key("en.md")
        driver.put(moved, edition("Number 2", more="moved_from: [one/long-ago]\n"))
        driver.put("posts/one/post-00/throat.png", picture())
        driver.put("posts/two/post-01/withdrawal.yaml", withdrawal_file())
        driver.put("posts/two/post-03/ko.md.withdrawal.yaml", withdrawal_file("legal", "legal"))
        driver.put("posts/two/post-05/notes.docx", b"no edition")
        driver.settle()
        yield driver


@pytest.fixture
def target(driver: StackDriver) -> Target:
    return target_of(driver)


def target_of(driver: StackDriver) -> Target:
    stack, session = driver.stack, {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, driver.site_url, session)


@contextmanager
def at_work(driver: StackDriver) -> Iterator[Republisher]:
    """The stack at work in the background, and what republishes."""
    driver.stack.dispatcher.start(skip_delays=True)
    try:
        yield open_republisher(target_of(driver), 30)
    finally:
        driver.stack.dispatcher.stop()


def republish(driver: StackDriver, choice: Selection) -> int:
    with at_work(driver) as worker:
        sent = worker.run(worker.backlog(choice, lambda _: None), "", lambda *_: None)
    driver.settle()
    return sent


@contextmanager
def other_code() -> Iterator[None]:
    """Other code for the time of the block, by its version."""
    endings, code_version._DATA_ENDINGS = code_version._DATA_ENDINGS, code_version._DATA_ENDINGS[:-1]
    code_version.code_version.cache_clear()
    try:
        yield
    finally:
        code_version._DATA_ENDINGS = endings
        code_version.code_version.cache_clear()


def revisions(driver: StackDriver) -> dict[str, int]:
    return {key: int(driver.site_object(key)["Metadata"].get("rev", "0")) for key in driver.objects()}


def empty_site(driver: StackDriver) -> None:
    s3 = driver.stack.client("s3")
    for key in driver.objects():
        s3.delete_object(Bucket=driver.stack.site_bucket, Key=key)


def empty_table(driver: StackDriver) -> None:
    dynamodb = driver.stack.client("dynamodb")
    for item in dynamodb.scan(TableName=driver.stack.table)["Items"]:
        dynamodb.delete_item(TableName=driver.stack.table, Key={name: item[name] for name in ("pk", "sk")})
    driver.settle()


def check_whole(driver: StackDriver) -> None:
    assert read_site(driver).differences(build_bucket(driver, datetime.now(UTC))) == []


def outcomes(driver: StackDriver) -> dict[str, Any]:
    return read_site(driver).outcomes


def test_a_republish_of_what_stands_as_it_must_puts_nothing(driver: StackDriver) -> None:
    before = revisions(driver)
    assert republish(driver, ALL) == POSTS
    assert revisions(driver) == before


@pytest.mark.parametrize("lost", ["the site", "the table", "both"])
def test_whatever_is_lost_comes_back(driver: StackDriver, lost: str) -> None:
    before, told = revisions(driver), outcomes(driver)
    if lost != "the table":
        empty_site(driver)
    if lost != "the site":
        empty_table(driver)
    republish(driver, ALL)
    check_whole(driver)
    assert outcomes(driver) == told
    if lost == "the site":
        assert all(rev > before[key] for key, rev in revisions(driver).items() if before[key])
    assert driver.fetch("/en/two/post-01/").status == 410
    assert driver.fetch("/en/one/long-ago/").status == 301
    assert driver.fetch("/ko/two/post-03/").status == 451


def test_entries_that_listings_lost_come_back_and_their_pages_stay_as_they_are(driver: StackDriver) -> None:
    # The page of a year is a listing.
    pages = {k: rev for k, rev in revisions(driver).items() if k.count("/") == 3 and not k.split("/")[2].isdecimal()}
    dynamodb, table = driver.stack.client("dynamodb"), driver.stack.table
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"] in ("entries#en/one", "recent#en"):
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
    driver.settle()
    assert "/en/one/post-02/" not in driver.fetch("/en/one/").text
    republish(driver, ALL)
    check_whole(driver)
    assert "/en/one/post-02/" in driver.fetch("/en/one/").text
    assert {key: rev for key, rev in revisions(driver).items() if key in pages} == pages


def test_what_was_tampered_with_is_put_right(driver: StackDriver) -> None:
    key = "en/one/post-02/index.html"
    stands = driver.site_object(key)
    labels = {name: stands[name] for name in ("ContentType", "CacheControl", "Metadata")}
    s3, bucket = driver.stack.client("s3"), driver.stack.site_bucket
    s3.put_object(Bucket=bucket, Key=key, Body=b"<p>Something else</p>", **labels)
    s3.put_object(
        Bucket=bucket, Key="en/feed.xml", Body=driver.site_object("en/feed.xml")["Body"], ContentType="text/xml"
    )
    republish(driver, ALL)
    check_whole(driver)


def test_stale_pages_are_rebuilt_once_each_and_resume_after_a_kill(
    driver: StackDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colophon_ops.republish._BATCH", 2)
    monkeypatch.setattr("colophon_ops.slow_lane._WAITING_LIMIT", 2)
    with other_code():
        republish(driver, ALL)
    # It says what code runs; one of its minutes may have been over while the other did.
    driver.stack.dispatcher.fire("SweepFunctionEveryMinute")
    before, stale = revisions(driver), Selection(stale=True)
    # Those of the posts, and the address that one of them moved away from.
    assert status(target_of(driver)).stale == POSTS + 3 + 1
    driver.stack.invalidations.accepted.clear()
    with at_work(driver) as worker:
        backlog = worker.backlog(stale, lambda _: None)
        assert (len(backlog.posts), backlog.pages) == (POSTS, POSTS + 3)
        with pytest.raises(KeyboardInterrupt):
            worker.run(backlog, "", killed_after(3))
        after = worker.resume_point(stale, datetime.now(UTC))
        assert after in ("posts/one/post-02/", "posts/one/post-06/")
        sent = worker.run(worker.backlog(stale, lambda _: None), after, lambda *_: None)
        assert 0 < sent < POSTS
        assert worker.resume_point(stale, datetime.now(UTC)) == ""
        assert worker.backlog(stale, lambda _: None).posts == []
    driver.settle()
    assert status(target_of(driver)).stale == 0
    check_whole(driver)
    assert driver.stack.invalidations.accepted == []
    made = {
        key: rev - before[key]
        for key, rev in revisions(driver).items()
        if key.count("/") == 3 and key[:3] in ("en/", "ko/")
    }
    assert set(made.values()) == {1}, made


def killed_after(posts: int) -> Any:
    def step(done: int, _: int) -> None:
        if done >= posts:
            raise KeyboardInterrupt

    return step


def test_one_clinic_one_language_and_one_day_are_chosen_from(driver: StackDriver) -> None:
    with at_work(driver) as worker:

        def chosen(choice: Selection) -> set[str]:
            return {str(post) for post in worker.backlog(choice, lambda _: None).posts}

        of_one = {f"one/post-{number:02}" for number in range(0, POSTS, 2)}
        assert chosen(Selection(clinic="one")) == of_one
        assert chosen(Selection(clinic="one", lang="ko")) == {"one/post-00", "one/post-06"}
        assert chosen(Selection(since=datetime.now(UTC) + timedelta(days=1))) == set()
        assert len(chosen(Selection(since=datetime.now(UTC) - timedelta(days=1)))) == POSTS
        assert chosen(Selection(stale=True)) == set()


def test_the_command_counts_asks_and_does_it(
    driver: StackDriver, target: Target, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    assert shell.run("republish").exit_code == 2
    assert shell.run("republish", "--all", "--stale").exit_code == 2
    assert shell.run("republish", "--since", "yesterday").exit_code == 2
    counted = shell.run("republish", "--all", "--dry-run")
    assert (counted.exit_code, counted.stdout) == (
        0,
        "7 posts with 10 pages and 1 images: less than $0.01 at list price.\n",
    )
    none = shell.run("republish", "--stale", "--dry-run")
    assert (none.stdout.split()[0], "takes effect here within a minute" in none.stderr) == ("0", True)
    monkeypatch.setattr("colophon_cli.republish.MAX_UNCONFIRMED_PAGES", 3)
    before = revisions(driver)
    empty_site(driver)
    asked = shell.run("republish", "--all")
    assert (asked.exit_code, "--yes" in asked.stderr, driver.objects()) == (2, True, {})
    with at_work(driver):
        done = shell.run("republish", "--all", "--yes", "--json")
    assert (done.exit_code, json.loads(done.stdout)["posts"]) == (0, POSTS)
    driver.settle()
    assert revisions(driver).keys() >= {key for key in before if key.endswith(".html")}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--clinic", "nope"), "There is no clinic nope; there are one, two and unposted."),
        (("--lang", "xx"), "There is no language xx; there are en, ja, ko and zh-Hans."),
        (("--clinic", "one", "--lang", "EN"), "There is no language EN; there are en, ja, ko and zh-Hans."),
    ],
)
def test_a_clinic_or_a_language_that_is_not_there_is_misused(
    words: tuple[str, ...],
    said: str,
    driver: StackDriver,
    target: Target,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    driver.put(Clinic("unposted").key, Clinic("unposted").record())
    driver.put("posts/one/post-02/zh-Hans.md", "nobody can publish this")
    driver.settle()
    done = shell.run("republish", *words, "--dry-run")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    for known in ("--clinic unposted", "--lang ja", "--lang zh-Hans", "--clinic one --lang ko"):
        assert shell.run("republish", *known.split(), "--dry-run").exit_code == 0
