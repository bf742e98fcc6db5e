"""A row of the index that nobody can read: every command names it in a sentence, and what that says mends it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon_ops.target import Target
from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.open_stack import open_stack
from tests.emulated.shell import Shell, use_target
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file

CLINIC = Clinic("sorae")
GARBAGE: dict[str, Any] = {"S": "{garbage"}
ROWS = {
    "a page": ("post#sorae/cough", "post", "L#en", {"M": {"n": {"N": "1"}, "row": GARBAGE}}),
    "an image": ("post#sorae/cough", "post", "I#throat.png", {"M": {"n": {"N": "1"}}}),
    "no part at all": ("post#sorae/cough", "post", "L#ko", GARBAGE),
    "a claim": ("post#sorae/long-ago", "post", "M#en#sorae/cough", {"M": {"row": GARBAGE}}),
    "a clinic": ("clinic#sorae", "clinic", "row", GARBAGE),
    "the site": ("site", "site", "row", GARBAGE),
    "a stray": ("stray", "posts/sorae/cough/notes.docx", "row", GARBAGE),
}


@pytest.fixture(scope="module")
def shared_driver() -> Iterator[StackDriver]:
    with open_stack() as driver:
        post = CLINIC.post()
        driver.put("site.yaml", SITE)
        driver.put(CLINIC.key, CLINIC.record())
        driver.put(post.key("ko.md"), original())
        driver.put(post.key("en.md"), edition(body="![A throat](throat.png)", more="moved_from: [sorae/long-ago]\n"))
        driver.put(post.key("throat.png"), picture())
        driver.put(post.key("notes.docx"), b"no edition")
        driver.put(CLINIC.post("sleep").key("en.md"), edition("A short sleep"))
        driver.put(CLINIC.post("sleep").key("withdrawal.yaml"), withdrawal_file())
        driver.settle()
        yield driver


@pytest.fixture(autouse=True)
def _one_stack(shared_driver: StackDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, session = (
        shared_driver.stack,
        {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"},
    )
    target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, shared_driver.site_url, session)
    use_target(target, monkeypatch)
    monkeypatch.setenv("COLUMNS", "400")


@pytest.mark.parametrize("what", ROWS)
def test_an_unreadable_row_is_named_and_restored_when_it_is_deleted(
    what: str, shared_driver: StackDriver, shell: Shell
) -> None:
    pk, sk, name, content = ROWS[what]
    table, key = shared_driver.stack.client("dynamodb"), {"pk": {"S": pk}, "sk": {"S": sk}}
    sound = table.get_item(TableName=shared_driver.stack.table, Key=key)["Item"]
    table.put_item(TableName=shared_driver.stack.table, Item={**sound, name: content})
    for words in (["verify"], ["status"]):
        said = shell.run(*words)
        assert said.exit_code == 2, said
        told = f"colophon: The index's item with pk “{pk}” and sk “{sk}” can't be read. If a newer version"
        assert told in re.sub(r"\s+", " ", said.stderr)
        assert "Traceback" not in said.stderr
    table.delete_item(TableName=shared_driver.stack.table, Key=key)
    shared_driver.settle()
    shared_driver.stack.dispatcher.start(skip_delays=True)
    try:
        assert shell.run("republish", "--all", "--yes").exit_code == 0
    finally:
        shared_driver.stack.dispatcher.stop()
    shared_driver.settle()
    assert read_site(shared_driver).differences(build_bucket(shared_driver, datetime.now(UTC))) == []
    assert shell.run("verify").stdout.endswith("0 differences.\n")
