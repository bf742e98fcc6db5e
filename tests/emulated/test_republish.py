"""Pages made anew: once each, where the last try was ended, and after whatever the site or the table has lost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colophon.decision import identity
from colophon_ops import target as targets
from colophon_ops.backlog import Selection
from colophon_ops.republish import Republisher, open_republisher
from colophon_ops.target import Target
from tests.emulated.command import Shell
from tests.emulated.desk import Desk
from tests.emulated.open_desk import open_desk
from tests.emulated.tree import built_from, standing_in
from tests.emulated.uploads import SITE, Clinic, edition, order, original, picture

POSTS = 7
ALL = Selection()
FORM = ("one", "two")


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Two clinics with posts in two languages: one is illustrated, one withdrawn, one moved, one was never a post."""
    with open_desk() as desk:
        desk.put("site.yaml", SITE)
        for name in FORM:
            desk.put(Clinic(name).key, Clinic(name).record())
        for number in range(POSTS):
            post = Clinic(FORM[number % 2]).post(f"post-{number:02}")
            desk.put(
                post.key("en.md"),
                edition(f"Number {number}", body="![A throat](throat.png)" if not number else "Text."),
            )
            if not number % 3:
                desk.put(post.key("ko.md"), original())
        moved = Clinic("one").post("post-02").key("en.md")
        desk.put(moved, edition("Number 2", more="moved_from: [one/long-ago]\n"))
        desk.put("posts/one/post-00/throat.png", picture())
        desk.put("posts/two/post-01/withdrawal.yaml", order())
        desk.put("posts/two/post-03/ko.md.withdrawal.yaml", order("legal", "legal"))
        desk.put("posts/two/post-05/notes.docx", b"no edition")
        desk.settle()
        yield desk


@pytest.fixture
def target(desk: Desk) -> Target:
    return target_of(desk)


def target_of(desk: Desk) -> Target:
    stack, session = desk.stack, {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    return Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, desk.site_url, session)


@contextmanager
def at_work(desk: Desk) -> Iterator[Republisher]:
    """The stack at work in the background, as it always is, for whoever republishes."""
    desk.stack.dispatcher.start(skip_delays=True)
    try:
        yield open_republisher(target_of(desk), 30)
    finally:
        desk.stack.dispatcher.stop()


def republish(desk: Desk, choice: Selection) -> int:
    with at_work(desk) as worker:
        rung = worker.run(worker.backlog(choice, lambda _: None), "", lambda *_: None)
    desk.settle()
    return rung


@contextmanager
def other_code() -> Iterator[None]:
    """Other code for the time of the block, by its version."""
    rooms, identity._ROOMS = identity._ROOMS, identity._ROOMS[:-1]
    identity.code_version.cache_clear()
    try:
        yield
    finally:
        identity._ROOMS = rooms
        identity.code_version.cache_clear()


def revisions(desk: Desk) -> dict[str, int]:
    return {key: int(desk.site_object(key)["Metadata"].get("rev", "0")) for key in desk.objects()}


def empty_site(desk: Desk) -> None:
    s3 = desk.stack.client("s3")
    for key in desk.objects():
        s3.delete_object(Bucket=desk.stack.site_bucket, Key=key)


def empty_table(desk: Desk) -> None:
    dynamodb = desk.stack.client("dynamodb")
    for item in dynamodb.scan(TableName=desk.stack.table)["Items"]:
        dynamodb.delete_item(TableName=desk.stack.table, Key={name: item[name] for name in ("pk", "sk")})
    desk.settle()


def check_whole(desk: Desk) -> None:
    assert standing_in(desk).differences(built_from(desk, datetime.now(UTC))) == []


def outcomes(desk: Desk) -> dict[str, Any]:
    return standing_in(desk).outcomes


def test_a_republish_of_what_stands_as_it_must_puts_nothing(desk: Desk) -> None:
    before = revisions(desk)
    assert republish(desk, ALL) == POSTS
    assert revisions(desk) == before


@pytest.mark.parametrize("lost", ["the site", "the table", "both"])
def test_whatever_is_lost_comes_back(desk: Desk, lost: str) -> None:
    before, told = revisions(desk), outcomes(desk)
    if lost != "the table":
        empty_site(desk)
    if lost != "the site":
        empty_table(desk)
    republish(desk, ALL)
    check_whole(desk)
    assert outcomes(desk) == told
    if lost == "the site":
        assert all(rev > before[key] for key, rev in revisions(desk).items() if before[key])
    assert desk.show("/en/two/post-01/").status == 410
    assert desk.show("/en/one/long-ago/").status == 301
    assert desk.show("/ko/two/post-03/").status == 451


def test_entries_that_listings_lost_come_back_and_their_pages_stay_as_they_are(desk: Desk) -> None:
    pages = {key: rev for key, rev in revisions(desk).items() if key.count("/") == 3}
    dynamodb, table = desk.stack.client("dynamodb"), desk.stack.table
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"] in ("entries#en/one", "recent#en"):
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
    desk.settle()
    assert "/en/one/post-02/" not in desk.show("/en/one/").text
    republish(desk, ALL)
    check_whole(desk)
    assert "/en/one/post-02/" in desk.show("/en/one/").text
    assert {key: rev for key, rev in revisions(desk).items() if key in pages} == pages


def test_what_was_tampered_with_is_put_right(desk: Desk) -> None:
    key = "en/one/post-02/index.html"
    stands = desk.site_object(key)
    labels = {name: stands[name] for name in ("ContentType", "CacheControl", "Metadata")}
    s3, bucket = desk.stack.client("s3"), desk.stack.site_bucket
    s3.put_object(Bucket=bucket, Key=key, Body=b"<p>Something else</p>", **labels)
    s3.put_object(
        Bucket=bucket, Key="en/feed.xml", Body=desk.site_object("en/feed.xml")["Body"], ContentType="text/xml"
    )
    republish(desk, ALL)
    check_whole(desk)


def test_stale_pages_are_made_anew_once_each_and_go_on_after_a_kill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colophon_ops.republish._BATCH", 2)
    monkeypatch.setattr("colophon_ops.slow_lane._WAITING_LIMIT", 2)
    # Its round is over for today, so that nobody else rings for what is stale.
    desk.stack.dispatcher.fire("SweepFunctionEveryMinute")
    desk.settle()
    with other_code():
        republish(desk, ALL)
    # It says what code runs; one of its minutes may have been over while the other did.
    desk.stack.dispatcher.fire("SweepFunctionEveryMinute")
    before, stale = revisions(desk), Selection(stale=True)
    desk.stack.invalidations.accepted.clear()
    with at_work(desk) as worker:
        backlog = worker.backlog(stale, lambda _: None)
        assert (len(backlog.posts), backlog.pages) == (POSTS, POSTS + 3)
        with pytest.raises(KeyboardInterrupt):
            worker.run(backlog, "", killed_after(3))
        after = worker.resume_point(stale, datetime.now(UTC))
        assert after in ("posts/one/post-02/", "posts/one/post-06/")
        rung = worker.run(worker.backlog(stale, lambda _: None), after, lambda *_: None)
        assert 0 < rung < POSTS
        assert worker.resume_point(stale, datetime.now(UTC)) == ""
        assert worker.backlog(stale, lambda _: None).posts == []
    desk.settle()
    check_whole(desk)
    assert desk.stack.invalidations.accepted == []
    made = {
        key: rev - before[key]
        for key, rev in revisions(desk).items()
        if key.count("/") == 3 and key[:3] in ("en/", "ko/")
    }
    assert set(made.values()) == {1}, made


def killed_after(posts: int) -> Any:
    def step(done: int, _: int) -> None:
        if done >= posts:
            raise KeyboardInterrupt

    return step


def test_one_clinic_one_language_and_one_day_are_chosen_from(desk: Desk) -> None:
    with at_work(desk) as worker:

        def chosen(choice: Selection) -> set[str]:
            return {str(post) for post in worker.backlog(choice, lambda _: None).posts}

        of_one = {f"one/post-{number:02}" for number in range(0, POSTS, 2)}
        assert chosen(Selection(clinic="one")) == of_one
        assert chosen(Selection(clinic="one", lang="ko")) == {"one/post-00", "one/post-06"}
        assert chosen(Selection(since=datetime.now(UTC) + timedelta(days=1))) == set()
        assert len(chosen(Selection(since=datetime.now(UTC) - timedelta(days=1)))) == POSTS
        assert chosen(Selection(stale=True)) == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--clinic", "nope"), "There is no clinic nope; there are one, two and unposted."),
        (("--lang", "xx"), "There is no language xx; there are en, ja, ko and zh-Hans."),
        (("--clinic", "one", "--lang", "EN"), "There is no language EN; there are en, ja, ko and zh-Hans."),
    ],
)
def test_a_clinic_or_a_language_that_is_not_there_is_misused(
    words: tuple[str, ...], said: str, desk: Desk, target: Target, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "find_target", lambda _: target)
    monkeypatch.setenv("COLUMNS", "200")
    desk.put(Clinic("unposted").key, Clinic("unposted").record())
    desk.put("posts/one/post-02/zh-Hans.md", "nobody can publish this")
    desk.settle()
    done = shell.run("republish", *words, "--dry-run")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    for known in ("--clinic unposted", "--lang ja", "--lang zh-Hans", "--clinic one --lang ko"):
        assert shell.run("republish", *known.split(), "--dry-run").exit_code == 0


def test_the_command_counts_asks_and_does_it(
    desk: Desk, target: Target, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "find_target", lambda _: target)
    monkeypatch.setenv("COLUMNS", "200")
    assert shell.run("republish").exit_code == 2
    assert shell.run("republish", "--all", "--stale").exit_code == 2
    assert shell.run("republish", "--since", "yesterday").exit_code == 2
    counted = shell.run("republish", "--all", "--dry-run")
    assert (counted.exit_code, counted.stdout) == (
        0,
        "7 posts with 10 pages and 1 images: at most about $0.00 at list price.\n",
    )
    none = shell.run("republish", "--stale", "--dry-run")
    assert (none.stdout.split()[0], "takes effect here within a minute" in none.stderr) == ("0", True)
    monkeypatch.setattr("colophon_cli.confirm.MAX_UNCONFIRMED_PAGES", 3)
    before = revisions(desk)
    empty_site(desk)
    asked = shell.run("republish", "--all")
    assert (asked.exit_code, "--yes" in asked.stderr, desk.objects()) == (2, True, {})
    with at_work(desk):
        done = shell.run("republish", "--all", "--yes", "--json")
    assert (done.exit_code, json.loads(done.stdout)["posts"]) == (0, POSTS)
    desk.settle()
    assert revisions(desk).keys() >= {key for key in before if key.endswith(".html")}
