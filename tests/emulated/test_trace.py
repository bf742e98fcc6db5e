"""``colophon trace``: one upload followed across the logs of all functions, as an operator sees it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from colophon_ops.target import Target
from colophon_ops.trail import FUNCTIONS, Trail, TrailLine, query_text
from tests.emulated.shell import CommandResult, Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, edition, original, withdrawal_file

Trace = Callable[..., CommandResult]
SESSION = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated", "region_name": "us-east-1"}


@pytest.fixture
def trace(driver: StackDriver, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Trace:
    """The command, run on the stack."""
    stack = driver.stack
    buckets = (stack.inbox_bucket, stack.site_bucket, stack.table)
    use_target(Target("the stack", *buckets, SITE_URL, SESSION, stack=stack.STACK_NAME), monkeypatch)

    return lambda *words: shell.run("trace", *words)


def test_a_withdrawal_is_followed_from_its_answer_to_the_purge(
    driver: StackDriver, clinic: Clinic, trace: Trace
) -> None:
    post = clinic.post()
    driver.put(post.key("ko.md"), original())
    driver.settle()
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    done = trace(post.key("withdrawal.yaml"))
    steps = [line.split() for line in done.stdout.splitlines() if " s  " in line]
    assert done.exit_code == 0
    assert {step[2] for step in steps} == {"publish", "relist", "report", "purge"}
    assert f"Answered, {post.key('ko.md')}, state withdrawn, rev 2, SecondsToTakenDown" in done.stdout
    assert "SecondsToUnlisted" in done.stdout
    assert "InvalidationPaths" in done.stdout


def test_each_version_of_a_key_has_its_own_trail(driver: StackDriver, clinic: Clinic, trace: Trace) -> None:
    key = clinic.post().key("en.md")
    driver.put(key, edition())
    driver.settle()
    driver.put(key, edition("Another title"))
    driver.settle()
    newest = json.loads(trace(key, "--json").stdout)
    answered = [line for line in newest["lines"] if line["message"] == "Answered."]
    assert [line["rev"] for line in answered] == [2]
    assert all(line["function"] in FUNCTIONS and line["request_id"] for line in newest["lines"])
    assert answered[0]["trace"][0] == newest["version"]
    done = trace(key, "--version", "nothing")
    assert done.exit_code == 2
    assert f"has no version nothing. Its newest versions are {newest['version']}, " in done.stderr


def test_what_no_function_has_seen_says_what_to_do(driver: StackDriver, trace: Trace) -> None:
    driver.put("drafts/notes.txt", "S3 sends no notification for this one.")
    done = trace("drafts/notes.txt")
    assert done.exit_code == 3
    assert "No function has logged anything about it." in done.stdout
    done = trace("posts/nowhere/nothing/en.md")
    assert done.exit_code == 2
    missing = "“posts/nowhere/nothing/en.md” was never uploaded. Check the name: colophon status posts/nowhere lists"
    assert missing in done.stderr
    done = trace("drafts")
    assert done.exit_code == 2
    assert "“drafts” is a folder. Name one of its files: drafts/notes.txt." in done.stderr


def test_the_query_is_for_the_lines_of_one_version() -> None:
    assert query_text('a"b\\c').split(" | ")[1] == 'filter @message like "a\\"b\\\\c"'


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("posts/sorae/cough/withdrawal.yaml", {"posts/sorae/cough/en.md"}),
        ("clinics/sorae/clinic.yaml", {"posts/sorae/cough/en.md", "posts/sorae/coughs/en.md"}),
        ("site.yaml", {"posts/sorae/cough/en.md", "posts/sorae/coughs/en.md", "posts/dalbit/cough/en.md"}),
    ],
)
def test_lines_about_what_an_upload_does_not_decide_are_not_its_own(key: str, own: set[str]) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    trail = Trail(key, "v", at, deleted=False, lines=())
    keys = ("posts/sorae/cough/en.md", "posts/sorae/coughs/en.md", "posts/dalbit/cough/en.md")
    assert {each for each in keys if trail.is_own(TrailLine(at, "publish", {"key": each}))} == own
    assert trail.is_own(TrailLine(at, "report", {"keys": [*keys]}))
    assert trail.is_own(TrailLine(at, "relist", {"changes": 2}))
    assert trail.is_own(TrailLine(at, "publish", {"key": keys[2], "level": "ERROR"}))
