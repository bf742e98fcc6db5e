"""What each kind of person can do by their own commands with the policy that the stack makes for them, and what not."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.stream_source import encode_failure_record
from tests.emulated.shell import CommandResult, Shell
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, SITE_URL, Clinic, Post, edition, original, picture, withdrawal_file

ERASER = "arn:aws:iam::123456789012:user/eraser"
CLINIC, OTHER = Clinic("sorae"), Clinic("byeolha")
RunAs = Callable[..., CommandResult]
STREAM_RECORD = {"dynamodb": {"SequenceNumber": "1", "ApproximateCreationDateTime": 0.0}}


@pytest.fixture(scope="module")
def driver() -> Iterator[StackDriver]:
    """A stack with a site and two clinics."""
    with LocalStack(TEMPLATE, parameters={"EraseRole": ERASER}) as stack, serve_site(stack, 0) as server:
        driver = StackDriver(stack, server.url)
        driver.put("site.yaml", SITE.replace(SITE_URL, server.url))
        for clinic in (CLINIC, OTHER):
            driver.put(clinic.key, clinic.record())
        yield driver


@pytest.fixture
def run_as(driver: StackDriver, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> RunAs:
    """Runs ``colophon`` with the credentials of one identity, against the stack at work."""

    def run(session: Mapping[str, str], *words: str, code: int = 0) -> CommandResult:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["aws_access_key_id"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["aws_secret_access_key"])
        monkeypatch.setenv("AWS_REGION", session["region_name"])
        monkeypatch.setenv("COLUMNS", "300")
        driver.stack.dispatcher.start(skip_delays=True)
        try:
            answer = shell.run(*words, "--stack", "colophon")
        finally:
            driver.stack.dispatcher.stop()
        driver.settle()
        assert answer.exit_code == code, answer.stdout + answer.stderr
        return answer

    return run


def sign_in(driver: StackDriver, name: str, *policies: str, tags: Mapping[str, str] | None = None) -> Any:
    return driver.stack.add_identity(name, [driver.stack.outputs[f"{policy}PolicyArn"] for policy in policies], tags)


def folder_with(tmp_path: Path, *posts: Post) -> Path:
    """An inbox with ``posts`` in two languages and with an image."""
    for post in posts:
        (tmp_path / post.folder).mkdir(parents=True)
        (tmp_path / post.key("en.md")).write_text(edition(f"About {post.name}", body="![A throat](throat.png)"))
        (tmp_path / post.key("ko.md")).write_text(original(f"{post.name} 이야기"))
        (tmp_path / post.key("throat.png")).write_bytes(picture())
    return tmp_path


def unused_actions(driver: StackDriver, policy: str) -> list[tuple[str, str]]:
    """Each statement of ``policy`` with those of its actions that ``policy``, in small letters, used on no resource."""
    unused = driver.stack.unused_grants(policy.lower())
    statements = driver.stack.deployment.resources[f"{policy}Policy"].properties["PolicyDocument"]["Statement"]
    return [
        (statement["Sid"], action)
        for statement in statements
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        if all(f"{policy.lower()}: {action} on {each}" in unused for each in as_list(statement["Resource"]))
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _failed_queue(driver: StackDriver) -> str:
    return driver.stack.deployment.resources["ReportFailedQueue"].ref


def is_refused(call: Callable[..., Any], **parameters: Any) -> bool:
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False


def test_an_uploader_uploads_and_reads_what_became_of_it(driver: StackDriver, run_as: RunAs, tmp_path: Path) -> None:
    me, post = sign_in(driver, "uploader", "Uploader"), CLINIC.post("uploaded")
    inbox = folder_with(tmp_path, post, OTHER.post("uploaded"))
    assert "6 live" in run_as(me, "upload", str(inbox)).stdout
    assert "live" in run_as(me, "status", post.key("en.md")).stdout
    s3, bucket = driver.stack.client("s3", "uploader"), driver.stack.inbox_bucket
    assert b"live" in s3.get_object(Bucket=bucket, Key=f"reports/{post.key('en.md')}.json")["Body"].read()
    # As any S3 client does.
    assert s3.list_objects_v2(Bucket=bucket, Prefix=post.folder)["KeyCount"] == 3
    for key in ("site.yaml", CLINIC.key, OTHER.key):
        (inbox / key).parent.mkdir(parents=True, exist_ok=True)
        (inbox / key).write_bytes(driver.inbox_object(key))
    (inbox / post.key("en.md")).unlink()
    assert "0 sent, 1 deleted" in run_as(me, "upload", str(inbox), "--delete", "--yes").stdout
    assert driver.fetch(post.path("en")).status == 404
    assert unused_actions(driver, "Uploader") == []


def test_an_uploader_neither_withdraws_nor_reinstates_nor_vouches(driver: StackDriver, run_as: RunAs) -> None:
    me, post = sign_in(driver, "uploader", "Uploader"), CLINIC.post("kept")
    driver.put(post.key("en.md"), edition("Kept"))
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    s3, bucket = driver.stack.client("s3", "uploader"), driver.stack.inbox_bucket
    for key in (post.key("withdrawal.yaml"), post.key("en.md.withdrawal.yaml"), CLINIC.withdrawal_key, CLINIC.key):
        assert is_refused(s3.put_object, Bucket=bucket, Key=key, Body=b"x"), key
        assert is_refused(s3.delete_object, Bucket=bucket, Key=key), key
    for key in ("site.yaml", f"reports/{post.key('en.md')}.json"):
        assert is_refused(s3.put_object, Bucket=bucket, Key=key, Body=b"x"), key
    words = ("withdraw", str(post.folder), "--kind", "gone", "--reason", "error")
    assert "no right to" in run_as(me, *words, code=2).stderr


def test_a_clinics_uploader_uploads_for_that_clinic_alone(driver: StackDriver, run_as: RunAs, tmp_path: Path) -> None:
    me, post = sign_in(driver, "of-sorae", "ClinicUploader", tags={"clinic": "sorae"}), CLINIC.post("own")
    inbox = folder_with(tmp_path, post)
    assert "3 live" in run_as(me, "upload", str(inbox)).stdout
    assert "live" in run_as(me, "status", post.folder.rstrip("/")).stdout
    s3, bucket = driver.stack.client("s3", "of-sorae"), driver.stack.inbox_bucket
    assert b"live" in s3.get_object(Bucket=bucket, Key=f"reports/{post.key('en.md')}.json")["Body"].read()
    s3.delete_object(Bucket=bucket, Key=post.key("ko.md"))
    other = OTHER.post("foreign")
    for key in (other.key("en.md"), "posts/sorae-2/post/en.md", post.key("withdrawal.yaml"), CLINIC.key):
        assert is_refused(s3.put_object, Bucket=bucket, Key=key, Body=b"x"), key
    assert is_refused(s3.list_objects_v2, Bucket=bucket)
    assert is_refused(s3.list_objects_v2, Bucket=bucket, Prefix=other.folder)
    assert "no right to" in run_as(me, "status", other.key("en.md"), code=2).stderr
    folder_with(tmp_path, other)
    assert "no right to" in run_as(me, "upload", str(inbox), code=2).stderr


def test_without_the_tag_a_clinics_uploader_can_do_nothing(driver: StackDriver) -> None:
    sign_in(driver, "untagged", "ClinicUploader")
    s3, bucket = driver.stack.client("s3", "untagged"), driver.stack.inbox_bucket
    for key in (CLINIC.post().key("en.md"), "posts//post/en.md", "posts/${aws:PrincipalTag/clinic}/a/en.md"):
        assert is_refused(s3.put_object, Bucket=bucket, Key=key, Body=b"x"), key


def test_an_editor_uploads_everything_withdraws_and_reinstates(
    driver: StackDriver, run_as: RunAs, tmp_path: Path
) -> None:
    me, post = sign_in(driver, "editor", "Editor"), CLINIC.post("edited")
    inbox = folder_with(tmp_path, post)
    (inbox / "clinics/sorae").mkdir(parents=True)
    (inbox / CLINIC.key).write_text(CLINIC.record(english="Sorae House"))
    (inbox / "site.yaml").write_bytes(driver.inbox_object("site.yaml"))
    assert "4 sent" in run_as(me, "upload", str(inbox)).stdout
    target = f"{post.clinic}/{post.name}"
    assert "Proven" in run_as(me, "withdraw", target, "--kind", "gone", "--reason", "error").stdout
    assert driver.fetch(post.path("en")).status == 410
    assert "Proven" in run_as(me, "reinstate", target).stdout
    run_as(me, "status", f"posts/{post.clinic}")
    assert driver.fetch(post.path("en")).status == 200
    report = f"reports/{post.key('en.md')}.json"
    s3 = driver.stack.client("s3", "editor")
    s3.get_object(Bucket=driver.stack.inbox_bucket, Key=report)
    # As any S3 client does.
    assert s3.list_objects_v2(Bucket=driver.stack.inbox_bucket, Prefix=post.folder)["KeyCount"] == 3
    assert unused_actions(driver, "Editor") == []


def test_an_editor_touches_neither_site_nor_index_nor_reports_nor_versions(driver: StackDriver) -> None:
    sign_in(driver, "editor", "Editor")
    stack, post = driver.stack, CLINIC.post("safe")
    driver.put(post.key("en.md"), edition("Safe"))
    s3, inbox = stack.client("s3", "editor"), stack.inbox_bucket
    version = s3.list_object_versions(Bucket=inbox, Prefix=post.key("en.md"))["Versions"][0]["VersionId"]
    assert is_refused(s3.delete_object, Bucket=inbox, Key=post.key("en.md"), VersionId=version)
    assert is_refused(s3.put_object, Bucket=inbox, Key="reports/site.yaml.json", Body=b"{}")
    assert is_refused(s3.put_object, Bucket=stack.site_bucket, Key="index.html", Body=b"x", IfNoneMatch="*")
    key = {"pk": {"S": "site"}, "sk": {"S": "site"}}
    assert is_refused(stack.client("dynamodb", "editor").put_item, TableName=stack.table, Item=key)


def test_an_operator_verifies_repairs_republishes_and_redrives(driver: StackDriver, run_as: RunAs) -> None:
    me, stack = sign_in(driver, "operator", "Operator"), driver.stack
    post = CLINIC.post("operated")
    driver.put(post.key("en.md"), edition("Operated", body="![A throat](throat.png)"))
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    run_as(me, "status")
    run_as(me, "status", post.key("en.md"))
    assert "state live" in run_as(me, "trace", post.key("en.md")).stdout
    run_as(me, "republish", "--clinic", "sorae", "--yes")
    lost, changed = (f"reports/{key}.json" for key in (CLINIC.key, post.key("en.md")))
    stack.add_identity("eraser", [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}])
    stack.client("s3", "eraser").delete_object(Bucket=stack.inbox_bucket, Key=lost)
    stack.client("s3", "ReportFunction").put_object(Bucket=stack.inbox_bucket, Key=changed, Body=b"{}")
    assert "2 differences" in run_as(me, "verify", code=1).stdout
    # The address of the distribution leads nowhere here: what CloudFront has can't be compared.
    assert "compared: 0 differences" in run_as(me, "verify", "--repair", code=3).stdout
    dead = stack.outputs["IntakeDeadQueueUrl"]
    stack.client("sqs").send_message(QueueUrl=dead, MessageBody=f'{{"rings": [{{"key": "{post.key("en.md")}"}}]}}')
    note = encode_failure_record("arn:a-function", "arn:a-stream", [STREAM_RECORD], 11, time.time())
    stack.client("sqs").send_message(QueueUrl=_failed_queue(driver), MessageBody=note)
    run_as(me, "redrive", "--dry-run")
    run_as(me, "redrive")
    assert unused_actions(driver, "Operator") == []


def test_an_operator_uploads_nothing_and_changes_no_row(driver: StackDriver, run_as: RunAs) -> None:
    sign_in(driver, "operator", "Operator")
    stack = driver.stack
    s3 = stack.client("s3", "operator")
    for key in ("site.yaml", CLINIC.key, CLINIC.post("x").key("en.md"), "reports/site.yaml.json"):
        assert is_refused(s3.put_object, Bucket=stack.inbox_bucket, Key=key, Body=b"x"), key
        assert is_refused(s3.delete_object, Bucket=stack.inbox_bucket, Key=key), key
    row = {"pk": {"S": "post#sorae/operated"}, "sk": {"S": "post"}}
    assert is_refused(stack.client("dynamodb", "operator").put_item, TableName=stack.table, Item=row)
    functions = [each.ref for each in stack.deployment.of_type("AWS::Lambda::Function")]
    allowed = [name for name in functions if "ReportFunction" in name]
    invoke = stack.client("lambda", "operator").invoke
    assert [
        name for name in functions if not is_refused(invoke, FunctionName=name, Payload=b'{"Records": []}')
    ] == allowed


def test_an_eraser_erases_what_is_withdrawn(driver: StackDriver, run_as: RunAs, tmp_path: Path) -> None:
    me, post = sign_in(driver, "eraser", "Editor", "Eraser"), CLINIC.post("erased")
    run_as(me, "upload", str(folder_with(tmp_path, post)))
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    assert "Erased sorae/erased: 3 versions" in run_as(me, "erase", "sorae/erased", "--yes").stdout
    assert driver.fetch(post.path("en")).status == 410
    assert unused_actions(driver, "Eraser") == []
