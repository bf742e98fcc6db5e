"""A program uploads by ``colophon_ops.client`` to a stack that is served as ``colophon dev`` serves it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from colophon_ops import client as client_module
from colophon_ops.client import Client, Misused, NotReported, Post, Replaced, Report, Unavailable
from tests.emulated.cli_driver import CliDriver, open_cli
from tests.emulated.stack_driver import ROOT
from tests.emulated.uploads import SITE, Clinic, edition, original, picture

CLINIC = Clinic("sorae")
PIPELINE = Path(__file__).with_name("pipeline.py")
TRANSLATOR = '''\
SYSTEM = "sample-mt 1"


def translate(text: str) -> str:
    """Keeps pictures, and says of the rest only how long it was."""
    return "\\n".join(line if line.startswith("![") else f"{len(line)} letters" for line in text.split("\\n"))
'''
ORIGINAL = {
    "title": "오래가는 기침",
    "text": "따뜻한 물을 드세요.\n\n![목](throat.jpg)",
    "url": "https://blog.naver.com/sorae_note/223000000001",
    "posted": "2026-01-15",
}


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    with open_cli(tmp_path_factory.mktemp("client")) as cli:
        cli.driver.stack.functions.environment["REPORT_SITE_URL"] = cli.driver.site_url
        cli.use_site_url(cli.driver.site_url)
        cli.driver.put(CLINIC.key, CLINIC.record())
        with contextlib.chdir(cli.folder):
            client = Client()
        while None in map(client.read_report, ("site.yaml", CLINIC.key)):
            time.sleep(0.05)
        yield cli
        assert cli.failures.found() == []


@pytest.fixture
def client(cli: CliDriver, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Found as a command finds it, by build/dev.json of the folder that the program runs in."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with contextlib.chdir(cli.folder):
        return Client()


def post(name: str, body: str = "Drink warm water.", **texts: str) -> Post:
    return Post(f"sorae/{name}", {"en": edition(f"The title of {name}", body=body), **texts})


def test_the_pipeline_of_the_readme_translates_and_publishes(cli: CliDriver) -> None:
    folder = cli.folder / "first-cough"
    folder.mkdir()
    (folder / "original.json").write_text(json.dumps(ORIGINAL))
    (folder / "throat.jpg").write_bytes(picture())
    (cli.folder / "translator.py").write_text(TRANSLATOR)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = f"{ROOT / 'shared'}{os.pathsep}{cli.folder}"
    line = [sys.executable, str(PIPELINE), str(folder), "sorae/first-cough"]
    done = subprocess.run(line, cwd=cli.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    states = [line.split(" ") for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert [state[:2] for state in states] == [
        ["live", f"posts/sorae/first-cough/{file}"] for file in ("throat.jpg", "ko.md", "en.md")
    ]
    path = states[-1][2].removeprefix(cli.driver.site_url)
    assert "7 letters" in cli.driver.fetch(path).text
    assert cli.driver.fetch(states[0][2].removeprefix(cli.driver.site_url)).status == 200


def test_images_go_first_and_every_upload_gets_the_report_on_its_version(client: Client, cli: CliDriver) -> None:
    given = Post(
        "sorae/whole",
        {"ko": original("긴 기침"), "en": edition("Whole", body="![A throat](throat.png)")},
        {"throat.png": picture()},
    )
    uploads = client.put(given)
    assert [upload.key.rpartition("/")[2] for upload in uploads] == ["throat.png", "ko.md", "en.md"]
    assert all(upload.sent for upload in uploads)
    reports = client.wait(uploads)
    assert [(report.key, report.version) for report in reports] == [(each.key, each.version) for each in uploads]
    assert {report.state for report in reports} == {"live"}
    assert reports[2].url == f"{cli.driver.site_url}/en/sorae/whole/"


def test_the_same_post_again_sends_nothing_and_is_answered_at_once(client: Client) -> None:
    first = client.put(post("twice"))
    reports = client.wait(first)
    again = client.put(post("twice"))
    assert [upload.sent for upload in again] == [False]
    assert client.wait(again, timeout=1) == reports
    corrected = client.put(post("twice", body="Drink tea."))
    assert [upload.sent for upload in corrected] == [True]
    assert client.wait(corrected)[0].version == corrected[0].version != reports[0].version


def test_a_put_whose_answer_was_lost_is_answered_by_the_version_before(
    client: Client, cli: CliDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """botocore sends it again, and S3 keeps both: the second changes nothing, so the report stays that of the first."""
    monkeypatch.setattr(client_module, "_LONGEST_PAUSE", 0.4)
    key, s3 = CLINIC.post("lost").key("en.md"), client._s3
    reports: list[Report] = []

    def lose_the_first_answer(**_: Any) -> float | None:
        if reports:
            return None
        while not (report := client.read_report(key)):
            time.sleep(0.05)
        reports.append(report)
        return 0.0

    s3.meta.events.register_first("needs-retry.s3.PutObject", lose_the_first_answer)
    (upload,) = client.put(post("lost"))
    assert upload.version != reports[0].version
    assert client.wait([upload], timeout=20) == tuple(reports)
    inbox = cli.driver.stack.inbox_bucket
    assert len(cli.driver.stack.client("s3").list_object_versions(Bucket=inbox, Prefix=key)["Versions"]) == 2


def test_a_folder_is_put_as_it_is(client: Client, cli: CliDriver) -> None:
    folder = cli.folder / "inbox/posts/sorae/from-disk"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(edition("From disk"))
    (folder / "en.md.withdrawal.yaml").write_text('kind: gone\nreason: error\nat: "2026-03-01T10:00:00+09:00"\n')
    (folder / ".DS_Store").write_bytes(b"x")
    uploads = client.put(folder)
    assert [upload.key.rpartition("/")[2] for upload in uploads] == ["en.md.withdrawal.yaml", "en.md"]
    assert [report.state for report in client.wait(uploads)] == ["live", "withdrawn"]
    assert cli.driver.fetch("/en/sorae/from-disk/").status == 410


def test_numbers_that_changed_without_a_correction_are_a_hint(client: Client, cli: CliDriver) -> None:
    (upload,), (report,) = [
        (uploads, client.wait(uploads))
        for uploads in (client.put(post("dose", body=f"Take {drops} drops.")) for drops in (12, 20))
    ][-1]
    hints = {hint.field: hint for hint in report.hints}
    assert hints["corrections"].what == (
        "Since the version before, 1 number changed (12 → 20), and no correction says so."
    )
    status = cli.run_command("status", upload.key)
    assert f"hint  {hints['corrections'].what} {hints['corrections'].fix}" in " ".join(status.stdout.split("\n"))
    assert not any(hint.field == "corrections" for hint in client.wait(client.put(post("sips")))[0].hints)


def test_the_commands_show_the_hints_of_reports(cli: CliDriver) -> None:
    folder = cli.folder / "hinted"
    key = CLINIC.post("doses").key("en.md")
    (folder / key).parent.mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE)
    for drops in (12, 20, 30):
        (folder / key).write_text(edition("Doses", body=f"Take {drops} drops."))
        done = cli.run_command("upload", "hinted", *(["--json"] if drops == 20 else []))
        assert done.returncode == 0, done.stdout + done.stderr
        if drops == 20:
            assert [each["field"] for each in _hints(done.stdout, key)] == ["translation.of", "corrections"]
            assert "12 → 20" in _hints(done.stdout, key)[1]["what"]
    what = "Since the version before, 1 number changed (20 → 30), and no correction says so."
    assert f"hint  {key}: {what}" in done.stderr
    assert "add corrections: [{at, note}]" in done.stderr
    assert "hint  1 upload has no translation.of." in done.stderr
    of_key, whole = (_hints(cli.run_command("status", *words, "--json").stdout, key) for words in ([key], []))
    assert [each["what"] for each in of_key if each["field"] == "corrections"] == [what]
    assert [each["field"] for each in whole] == ["translation.of"], "the whole status reads no reports"


def _hints(output: str, key: str) -> list[dict[str, str]]:
    """The hints on ``key`` in what a command printed with --json."""
    (outcome,) = [each for each in json.loads(output)["outcomes"] if each["key"] == key]
    hints: list[dict[str, str]] = outcome["hints"]
    return hints


def test_what_is_wrong_is_said_by_the_report_with_its_line(client: Client) -> None:
    (report,) = client.wait(client.put(post("wrong", body="<b>bold</b>")))
    assert (report.state, report.url) == ("refused", "")
    assert [(problem.line, problem.severity) for problem in report.problems] == [(7, "error")]
    assert report.problems[0].fix


def test_a_text_that_waits_is_returned_when_nothing_changes_and_live_when_its_image_comes(client: Client) -> None:
    text = post("waits", body="![A throat](throat.png)")
    (upload,) = client.put(text)
    assert [report.state for report in client.wait([upload], settle=0.5)] == ["waiting"]
    image = client.put(Post("sorae/waits", images={"throat.png": picture(90)}))
    assert {report.state for report in client.wait([upload, *image])} == {"live"}


def test_a_report_that_does_not_come_is_an_error_that_names_it(client: Client, cli: CliDriver) -> None:
    cli.driver.stack.dispatcher.stop()
    try:
        uploads = client.put(post("late"))
        with pytest.raises(NotReported, match="no report on posts/sorae/late/en") as late:
            client.wait(uploads, timeout=0.5)
        assert (late.value.missing, late.value.reports) == (("posts/sorae/late/en.md",), ())
        assert isinstance(late.value, Unavailable)
    finally:
        cli.driver.stack.dispatcher.start(skip_delays=True)
    assert client.wait(uploads)[0].state == "live"


def test_a_version_that_was_replaced_meanwhile_is_an_error(client: Client) -> None:
    first = client.put(post("replaced"))
    second = client.put(post("replaced", body="Newer."))
    client.wait(second)
    with pytest.raises(Replaced) as replaced:
        client.wait(first, timeout=0.5)
    assert replaced.value.upload == first[0]


def test_a_withdrawal_is_proven(client: Client, cli: CliDriver) -> None:
    client.wait(client.put(post("gone")))
    proof = client.withdraw("sorae/gone", "gone", "clinic-request", reference="Order 12 (sample)")
    assert {result.verdict for result in proof} == {"proven"}
    assert cli.driver.fetch("/en/sorae/gone/").status == 410


def test_throttling_and_failures_of_s3_are_waited_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """More often than botocore repeats by itself."""
    monkeypatch.setattr(client_module, "_FIRST_RETRY", 0.01)
    busy = [503] * 5

    def refuse(request: Any, **_: Any) -> AWSResponse | None:
        if not busy:
            return None
        body = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
        return AWSResponse(request.url, busy.pop(), {"content-type": "application/xml"}, _Raw(body))

    client._s3.meta.events.register("before-send.s3.PutObject", refuse)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    assert client.wait(client.put(post("busy")))[0].state == "live"
    assert busy == []
    busy.extend([503] * 100)
    with pytest.raises(Unavailable, match="SlowDown"):
        client.put(post("busier"))


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def test_an_uploader_of_one_clinic_waits_for_reports_that_are_not_there_yet(cli: CliDriver) -> None:
    """S3 says "forbidden" of a report that is not there to callers that may not list the bucket."""
    stack = cli.driver.stack
    policy = stack.outputs["ClinicUploaderPolicyArn"]
    session = stack.add_identity("of-sorae", [policy], {"clinic": "sorae"})
    with contextlib.chdir(cli.folder.parent), pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", session["aws_access_key_id"])
        environment.setenv("AWS_SECRET_ACCESS_KEY", session["aws_secret_access_key"])
        environment.setenv("AWS_REGION", session["region_name"])
        mine = Client("colophon")
        assert mine.wait(mine.put(post("own")))[0].state == "live"
        with pytest.raises(Misused, match="no right to"):
            mine.put(Post("other/own", {"en": edition()}))


def test_a_report_read_by_key_is_as_it_is_now(client: Client) -> None:
    assert client.read_report("posts/sorae/never/en.md") is None
    (upload,) = client.put(post("read"))
    (waited,) = client.wait([upload])
    assert client.read_report(upload.key) == Report(
        upload.key, "live", waited.url, waited.problems, upload.version, waited.hints
    )
    assert [hint.field for hint in waited.hints] == ["translation.of"]
