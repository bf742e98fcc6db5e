"""The first minutes of a stack: what S3 stores without a version is refused, told, and healed by the same command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.s3.models import s3_backends
from msgspec.structs import replace

from colophon_cli.upload import early_text
from colophon_ops.target import Target
from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, picture, withdrawal_file

CLINIC = Clinic("sorae")
POST, OTHER = CLINIC.post(), CLINIC.post("sleep")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@contextmanager
def without_versions(driver: StackDriver) -> Iterator[None]:
    """Within the block S3 takes uploads as if the inbox were not versioned."""
    (backend,) = (each["aws"] for each in s3_backends.values() if driver.stack.inbox_bucket in each["aws"].buckets)
    bucket = backend.buckets[driver.stack.inbox_bucket]
    status, bucket.versioning_status = bucket.versioning_status, None
    try:
        yield
    finally:
        bucket.versioning_status = status


def test_an_inbox_uploaded_too_early_is_refused_told_and_healed_by_the_same_command(
    empty_driver: StackDriver,
    shell: Shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver, stack = empty_driver, empty_driver.stack
    files = {
        "site.yaml": SITE,
        CLINIC.key: CLINIC.record(),
        POST.key("en.md"): edition(body="![A throat](throat.png)"),
        OTHER.key("en.md"): edition("A short sleep"),
        OTHER.key("withdrawal.yaml"): withdrawal_file(),
    }
    for key, text in files.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_text(text)
    (tmp_path / POST.key("throat.png")).write_bytes(picture())
    session = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, driver.site_url, session)
    use_target(replace(target, created_at=datetime.now(UTC) - timedelta(minutes=3)), monkeypatch)
    monkeypatch.setenv("COLUMNS", "400")
    stack.dispatcher.start(skip_delays=True)
    try:
        with without_versions(driver):
            early = shell.run("upload", str(tmp_path))
        assert "The stack is 3 minutes old" in early.stderr
        assert early.exit_code == 1
        assert early.stdout.count("stored the file without a version") >= 5
        stack.dispatcher.fire("SweepFunctionEveryMinute")
        assert "1 live, 1 withdrawn, 4 refused" in early.stdout
        # The command waits for outcomes; reports and listings come a moment after them.
        stack.dispatcher.stop()
        driver.settle()
        assert shell.run("verify").stdout.endswith("0 differences.\n")
        stack.dispatcher.start(skip_delays=True)
        again = shell.run("upload", str(tmp_path))
        assert again.exit_code == 0, again
        assert "6 sent, 0 deleted, 0 were already there" in again.stdout
    finally:
        stack.dispatcher.stop()
    driver.settle()
    assert driver.fetch(POST.path("en")).status == 200
    assert driver.fetch(OTHER.path("en")).status == 410
    assert stack.dispatcher.dead_letters() == {}
    assert read_site(driver).differences(build_bucket(driver, datetime.now(UTC))) == []
    assert shell.run("verify").stdout.endswith("0 differences.\n")
    assert "6 keys are stored without a version and must be uploaded again: clinics/sorae" in "".join(
        stack.functions.logs["SweepFunction"]
    )


@pytest.mark.parametrize(("minutes", "warns"), [(0, True), (14, True), (15, False), (10_000, False)])
def test_a_young_stack_is_warned_of(minutes: int, warns: bool) -> None:
    assert bool(early_text(NOW - timedelta(minutes=minutes), NOW)) == warns
    assert early_text(None, NOW) == ""
