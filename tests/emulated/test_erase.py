"""A withdrawn post erased: the inbox holds only what keeps it withdrawn, and everything still agrees."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_ops import erase as erase_module
from colophon_ops.target import Target
from tests.emulated.shell import CommandResult, Shell, use_target
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, SITE_URL, Clinic, Post, edition, original, picture, withdrawal_file

CLINIC = Clinic("sorae")
SENTENCE = "Only this post says that the lake is cold."
Run = Callable[..., CommandResult]


@pytest.fixture(scope="module")
def driver() -> Iterator[StackDriver]:
    with LocalStack(TEMPLATE) as stack, serve_site(stack, 0) as server:
        driver = StackDriver(stack, server.url)
        driver.put("site.yaml", SITE.replace(SITE_URL, server.url))
        driver.put(CLINIC.key, CLINIC.record())
        driver.settle()
        yield driver


@pytest.fixture
def run(driver: StackDriver, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``colophon`` beside the stack at work."""

    def command(*words: str, code: int = 0, who: str = "root") -> CommandResult:
        session = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
        if who != "root":
            policies = [driver.stack.outputs[f"{name}PolicyArn"] for name in ("Editor", "Eraser")]
            session = dict(driver.stack.add_identity(who, policies))
        stack = driver.stack
        target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, driver.site_url, session)
        use_target(target, monkeypatch)
        stack.dispatcher.start(skip_delays=True)
        try:
            answer = shell.run(*words)
        finally:
            stack.dispatcher.stop()
        driver.settle()
        assert answer.exit_code == code, answer.stdout + answer.stderr
        return answer

    return command


def put_post(driver: StackDriver, name: str) -> Post:
    """A live post in two languages with an image, corrected once, with a file that is none of a post."""
    post = CLINIC.post(name)
    driver.put(post.key("en.md"), edition("First title", body=SENTENCE))
    driver.put(post.key("en.md"), edition("Second title", body=f"{SENTENCE}\n\n![A lake](lake.png)"))
    driver.put(post.key("ko.md"), original("두 번째 글"))
    driver.put(post.key("lake.png"), picture(shade=len(name)))
    driver.put(post.key("notes.docx"), b"no edition")
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    return post


def versions(driver: StackDriver, prefix: str) -> tuple[list[str], list[str]]:
    """The keys under ``prefix`` of versions with content, and of delete markers."""
    page = driver.stack.client("s3").list_object_versions(Bucket=driver.stack.inbox_bucket, Prefix=prefix)
    return tuple(sorted(each["Key"] for each in page.get(kind, [])) for kind in ("Versions", "DeleteMarkers"))  # type: ignore[return-value]


def withdraw(driver: StackDriver, post: Post, kind: str = "gone") -> None:
    driver.put(post.key("withdrawal.yaml"), withdrawal_file(kind))
    driver.settle()


def scan_wants_nothing(driver: StackDriver) -> bool:
    """Whether the daily scan, which reads every folder, leaves the site and the rows as they are."""
    before = driver.objects()
    driver.stack.client("dynamodb").delete_item(
        TableName=driver.stack.table, Key={"pk": {"S": "round"}, "sk": {"S": "round"}}
    )
    driver.stack.dispatcher.fire("SweepFunctionEveryMinute")
    published = driver.stack.functions.counts["PublishFunction"]
    driver.settle()
    return driver.objects() == before and driver.stack.functions.counts["PublishFunction"] == published


def test_an_erased_post_leaves_its_tombstones_and_nothing_to_read(driver: StackDriver, run: Run) -> None:
    post = put_post(driver, "lake")
    image_path = driver.report(post.key("lake.png"))["url"]
    withdraw(driver, post)
    answer = json.loads(run("erase", f"{post.clinic}/{post.name}", "--yes", "--json").stdout)
    assert answer["post"] == f"{post.clinic}/{post.name}"
    assert answer["removed"]["versions"] == 5
    assert answer["kept"] == [post.key("withdrawal.yaml")]
    assert any("point-in-time" in place for place in answer["remains"])
    files = sorted(post.key(name) for name in ("en.md", "ko.md", "lake.png", "notes.docx"))
    assert versions(driver, post.folder) == ([post.key("withdrawal.yaml")], files)
    reports, _ = versions(driver, f"reports/{post.folder}")
    assert reports.count(f"reports/{post.key('en.md')}.json") == 1
    assert {driver.state(key) for key in files} == {"absent"}
    for lang in ("en", "ko"):
        assert driver.fetch(post.path(lang)).status == 410
    assert driver.fetch(image_path).status == 410
    assert driver.state(post.key("withdrawal.yaml")) == "live"
    rows = driver.stack.client("dynamodb").scan(TableName=driver.stack.table)["Items"]
    assert not any("lake is cold" in str(row) or "Second title" in str(row) for row in rows)
    left = versions(driver, f"reports/{post.folder}"), versions(driver, post.folder)
    again = json.loads(run("erase", f"{post.clinic}/{post.name}", "--json").stdout)
    assert again["removed"] == {"versions": 0, "reports": 0}
    assert (versions(driver, f"reports/{post.folder}"), versions(driver, post.folder)) == left
    assert "compared: 0 differences" in run("verify").stdout
    assert scan_wants_nothing(driver)


def test_an_erasure_that_was_interrupted_goes_on(driver: StackDriver, run: Run) -> None:
    post = put_post(driver, "halfway")
    withdraw(driver, post)
    s3, bucket = driver.stack.client("s3"), driver.stack.inbox_bucket
    old = s3.list_object_versions(Bucket=bucket, Prefix=post.key("en.md"))["Versions"][-1]["VersionId"]
    for name in ("en.md", "lake.png"):
        s3.delete_object(Bucket=bucket, Key=post.key(name))
    s3.delete_object(Bucket=bucket, Key=post.key("en.md"), VersionId=old)
    driver.settle()
    run("erase", f"{post.clinic}/{post.name}", "--yes")
    assert versions(driver, post.folder)[0] == [post.key("withdrawal.yaml")]
    assert driver.fetch(post.path("en")).status == 410


def test_what_is_uploaded_during_an_erasure_is_not_erased_without_a_question(
    driver: StackDriver, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = put_post(driver, "meanwhile")
    withdraw(driver, post)
    put_markers = erase_module._put_markers

    def upload_after_markers(*arguments: Any) -> None:
        put_markers(*arguments)
        driver.put(post.key("en.md"), edition("Third title"))

    with monkeypatch.context() as patch:
        patch.setattr(erase_module, "_put_markers", upload_after_markers)
        answer = run("erase", f"{post.clinic}/{post.name}", "--yes", code=3)
    assert f"{post.key('en.md')} was uploaded meanwhile" in answer.stderr
    assert versions(driver, post.folder)[0].count(post.key("en.md")) == 3
    run("erase", f"{post.clinic}/{post.name}", "--yes")
    assert versions(driver, post.folder)[0] == [post.key("withdrawal.yaml")]


def test_only_a_withdrawal_of_the_post_without_an_end_will_do(driver: StackDriver, run: Run) -> None:
    post = CLINIC.post("standing")
    driver.put(post.key("en.md"), edition())
    withdrawals = {
        "": "",
        post.key("withdrawal.yaml"): hold(),
        post.key("en.md.withdrawal.yaml"): withdrawal_file(),
        CLINIC.withdrawal_key: withdrawal_file(),
    }
    for key, content in withdrawals.items():
        if key:
            driver.put(key, content)
        driver.settle()
        before = versions(driver, post.folder)
        answer = run("erase", f"{post.clinic}/{post.name}", "--yes", code=2)
        assert ("hold, which ends" if key == post.key("withdrawal.yaml") else "not withdrawn") in answer.stderr
        assert ("withdrawal of its clinic" in answer.stderr) == (key == CLINIC.withdrawal_key)
        assert f"colophon withdraw {post.clinic}/{post.name} --kind gone" in answer.stderr
        assert versions(driver, post.folder) == before
        if key:
            driver.delete(key)


def hold() -> str:
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat(timespec="seconds")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return f'kind: hold\nreason: legal\nat: "{at}"\nuntil: "{until}"\n'


def test_it_asks_and_only_the_role_that_the_stack_names_may_erase(driver: StackDriver, run: Run) -> None:
    post = put_post(driver, "denied")
    withdraw(driver, post)
    before = versions(driver, post.folder)
    asked = run("erase", f"{post.clinic}/{post.name}", code=2).stderr
    assert "5 versions of uploads" in asked
    assert "pass --yes" in asked
    assert versions(driver, post.folder) == before
    assert "is not a post" in run("erase", "sorae/asked/en", code=2).stderr
    assert "is not a post" in run("erase", f"{driver.site_url}/en/sorae/asked/", code=2).stderr
    misspelt = "Nothing of the post sorae/askd was ever uploaded. Check the name: colophon status posts/sorae"
    assert misspelt in run("erase", "sorae/askd", code=2).stderr
    answer = run("erase", f"{post.clinic}/{post.name}", "--yes", code=2, who="eraser")
    assert "EraseRole" in answer.stderr
    kept, _ = versions(driver, post.folder)
    assert kept.count(post.key("en.md")) == 2, "the bucket's policy names someone else"
    assert {denial.action for denial in driver.stack.refusals} == {"s3:DeleteObjectVersion"}
