"""A row of the index that nobody can read: every command names it in a sentence, and what that says mends it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon_ops import target as targets
from colophon_ops.target import Target
from tests.emulated.command import Shell
from tests.emulated.desk import Desk
from tests.emulated.open_desk import open_desk
from tests.emulated.tree import built_from, standing_in
from tests.emulated.uploads import SITE, Clinic, edition, order, original, picture

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
def shelf() -> Iterator[Desk]:
    with open_desk() as desk:
        post = CLINIC.post()
        desk.put("site.yaml", SITE)
        desk.put(CLINIC.key, CLINIC.record())
        desk.put(post.key("ko.md"), original())
        desk.put(post.key("en.md"), edition(body="![A throat](throat.png)", more="moved_from: [sorae/long-ago]\n"))
        desk.put(post.key("throat.png"), picture())
        desk.put(post.key("notes.docx"), b"no edition")
        desk.put(CLINIC.post("sleep").key("en.md"), edition("A short sleep"))
        desk.put(CLINIC.post("sleep").key("withdrawal.yaml"), order())
        desk.settle()
        yield desk


@pytest.fixture(autouse=True)
def _one_stack(shelf: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, session = shelf.stack, {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    target = Target("a stack", stack.inbox_bucket, stack.site_bucket, stack.table, shelf.site_url, session)
    monkeypatch.setattr(targets, "find_target", lambda _: target)
    monkeypatch.setenv("COLUMNS", "400")


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_nobody_can_read_is_named_and_comes_back_when_it_is_deleted(
    what: str, shelf: Desk, shell: Shell
) -> None:
    pk, sk, name, content = ROWS[what]
    table, key = shelf.stack.client("dynamodb"), {"pk": {"S": pk}, "sk": {"S": sk}}
    sound = table.get_item(TableName=shelf.stack.table, Key=key)["Item"]
    table.put_item(TableName=shelf.stack.table, Item={**sound, name: content})
    for words in (["verify"], ["status"]):
        said = shell.run(*words)
        assert said.exit_code == 2, said
        told = f"colophon: The index's item with pk “{pk}” and sk “{sk}” can't be read. Delete that item of the table"
        assert told in re.sub(r"\s+", " ", said.stderr)
        assert "Traceback" not in said.stderr
    table.delete_item(TableName=shelf.stack.table, Key=key)
    shelf.settle()
    shelf.stack.dispatcher.start(skip_delays=True)
    try:
        assert shell.run("republish", "--all", "--yes").exit_code == 0
    finally:
        shelf.stack.dispatcher.stop()
    shelf.settle()
    assert standing_in(shelf).differences(built_from(shelf, datetime.now(UTC))) == []
    assert shell.run("verify").stdout.endswith("0 differences.\n")
