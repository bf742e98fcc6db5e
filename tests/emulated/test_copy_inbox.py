"""An inbox with a history, copied into another stack's: the second site is the first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.s3.models import s3_backends
from msgspec import Struct

from colophon_ops import copy_inbox as copying
from colophon_ops.target import Target
from tests.emulated.compared_site import ComparedSite, read_site
from tests.emulated.open_stack import open_stack
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file

OLD = "the-old-inbox"
CLINIC = Clinic("sorae")
COUGH, SLEEP, REST, MOVED, GONE, SECRET = map(CLINIC.post, ("cough", "sleep", "rest", "new", "old", "secret"))
# The days on which a text that was due in March was uploaded and replaced.
BEFORE = {"first": datetime(2026, 2, 10, tzinfo=UTC), "second": datetime(2026, 2, 11, tzinfo=UTC)}


class Stored(Struct, frozen=True):
    """A version as the bucket of the first stack has it. ``content`` is None for a delete marker."""

    id: str
    content: bytes | None
    moment: datetime


def bucket_of(name: str) -> Any:
    (backend,) = (each["aws"] for each in s3_backends.values() if name in each["aws"].buckets)
    return backend.buckets[name]


def make_history(driver: StackDriver) -> None:
    """Corrections, withdrawals that stand and that ended, an address that moved, and an embargo that was broken off."""
    embargo = 'publish_at: "2026-03-01T00:00:00+09:00"\n'
    steps: list[tuple[str, str | bytes | None]] = [
        ("site.yaml", SITE.replace("The Corner Shelf", "An earlier name")),
        ("site.yaml", SITE),
        (CLINIC.key, CLINIC.record(status="suspended")),
        (CLINIC.key, CLINIC.record()),
        (COUGH.key("throat.png"), picture()),
        (COUGH.key("ko.md"), original()),
        (COUGH.key("en.md"), edition("A first title", body="![A throat](throat.png)")),
        (COUGH.key("en.md"), edition(body="![A throat](throat.png)")),
        (COUGH.key("en.md"), "refused"),
        (COUGH.key("throat.png.withdrawal.yaml"), withdrawal_file()),
        (COUGH.key("throat.png.withdrawal.yaml"), None),
        (SLEEP.key("en.md"), edition("A short sleep")),
        (SLEEP.key("withdrawal.yaml"), withdrawal_file("legal", "legal")),
        (REST.key("en.md"), edition("A long rest")),
        (REST.key("withdrawal.yaml"), withdrawal_file()),
        (REST.key("withdrawal.yaml"), None),
        (GONE.key("en.md"), edition("Here before")),
        (GONE.key("en.md"), None),
        (MOVED.key("en.md"), edition("Here now", more="moved_from: [sorae/old]\n")),
        (CLINIC.post("deleted").key("en.md"), edition("Not any more")),
        (CLINIC.post("deleted").key("en.md"), None),
        ("posts/sorae/notes.txt", b"a stray"),
    ]
    for number, (key, content) in enumerate(steps):
        driver.delete(key) if content is None else driver.put(key, content)
        # Some of what is undone was done first.
        if number in (9, 14, 19):
            driver.settle(0)
    versions = bucket_of(driver.stack.inbox_bucket).keys
    for name, text in (
        ("first", edition("Secret", body="Nobody was meant to see this.", more=embargo)),
        ("second", edition("Not secret", body="![A chart](missing.png)")),
    ):
        driver.put(SECRET.key("en.md"), text)
        versions.getlist(SECRET.key("en.md"))[-1].last_modified = BEFORE[name].replace(tzinfo=None)
    driver.settle()


def is_shown(driver: StackDriver, key: str) -> bool:
    return "status" not in driver.site_object(key)["Metadata"]


def stored_versions(driver: StackDriver) -> Mapping[str, Sequence[Stored]]:
    versions = bucket_of(driver.stack.inbox_bucket).keys
    return {
        key: [
            Stored(str(each.version_id), getattr(each, "value", None), each.last_modified)
            for each in versions.getlist(key)
        ]
        for key in list(versions)
    }


def put_old_bucket(driver: StackDriver, versions: Mapping[str, Sequence[Stored]]) -> None:
    """The first stack's inbox as it was, in the account of the second."""
    s3 = driver.stack.client("s3")
    s3.create_bucket(Bucket=OLD)
    s3.put_bucket_versioning(Bucket=OLD, VersioningConfiguration={"Status": "Enabled"})
    for key, each in versions.items():
        for stored in each:
            if stored.content is None:
                s3.delete_object(Bucket=OLD, Key=key)
            else:
                s3.put_object(Bucket=OLD, Key=key, Body=stored.content)
            made = bucket_of(OLD).keys.getlist(key)[-1]
            made._version_id, made.last_modified = stored.id, stored.moment


def first_stack() -> tuple[ComparedSite, Mapping[str, Sequence[Stored]]]:
    with open_stack() as driver:
        make_history(driver)
        assert driver.state(SECRET.key("en.md")) == "waiting"
        return read_site(driver), stored_versions(driver)


def test_a_copied_inbox_makes_the_same_site_and_shows_nothing_meanwhile(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    first, versions = first_stack()
    with open_stack() as driver:
        stack, inbox = driver.stack, driver.stack.inbox_bucket
        session = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        use_target(Target("a stack", inbox, stack.site_bucket, stack.table, driver.site_url, session), monkeypatch)
        put_old_bucket(driver, versions)
        shown, checks = list[str](), list[str]()

        def observe(step: copying._Step, *rest: Any) -> Any:
            # All that follows from what was copied before the site's own file.
            if step.version.key == "site.yaml" and not checks:
                driver.settle(0)
                shown.extend(key for key in driver.objects() if key.endswith(".html") and is_shown(driver, key))
                checks.append(step.version.key)
            return copied(step, *rest)

        copied = copying._copy_version
        monkeypatch.setattr(copying, "_copy_version", observe)
        monkeypatch.setattr(copying, "_THREADS", 1)
        told = shell.run("copy-inbox", OLD, inbox)
        assert told.exit_code == 0, told
        assert told.stdout.count("left out  ") == 1
        assert f"left out  {SECRET.key('en.md')}" in told.stdout
        assert "replaced before it was due" in told.stdout
        driver.settle()
        assert (shown, checks) == ([], ["site.yaml"])
        second = read_site(driver)
        assert second.differences(first) == []
        assert driver.fetch(COUGH.path("en")).status == driver.fetch(REST.path("en")).status == 200
        assert (driver.fetch(SLEEP.path("en")).status, driver.fetch(GONE.path("en")).status) == (451, 301)
        assert not any(b"Nobody was meant" in each.content for each in second.objects.values())
        assert shell.run("verify").stdout.endswith("0 differences.\n")
        again = shell.run("copy-inbox", OLD, inbox)
        assert "0 versions copied, 23 were there already, 1 left out." in again.stdout
