"""An item that DynamoDB refuses twice fails its message at once; and what a page needs of the room that is left."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from colophon.decision.room import MAX_SHOWN_BYTES
from colophon.decision.rows import ImageRow, Outcome, PageRow
from colophon.stores.inbox import Inbox
from colophon.stores.row_encoding import encode_attribute, encode_row, post_key
from colophon.stores.sizes import item_size
from colophon.stores.table import ItemTooLarge
from colophon.upload.keys import ImageRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.image import refresh_image
from colophon.verbs.publish import PublishRequest, publish
from tests.decision.builder import folder
from tests.decision.files import CLINIC, text
from tests.decision.files import POST as DALBIT_POST
from tests.decision.in_memory import Drawings, InMemoryInbox
from tests.verbs.account import POST, Account, clients

WITHDRAWAL = b"kind: gone\nreason: error\nat: 2026-03-09\n"
IMAGE = ImageRef(POST, "x.jpg")


class FakeFullTable(Account):
    """Refuses each change of a post's item as too large."""

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        if operation in ("update_item", "transact_write_items"):
            error = {"Code": "ValidationException", "Message": "Item size has exceeded the maximum allowed size"}
            raise ClientError({"Error": error}, operation)  # type: ignore[arg-type]
        return super()._answer(operation, asked)


def refused_records(account: Account) -> int:
    return len(account.asked_of("update_item")) + len(account.asked_of("transact_write_items"))


def test_a_page_whose_removal_is_refused_twice_fails_at_once() -> None:
    row = PageRow(Outcome("posts/a/b/en.md", "live", version="v"), n=1)
    item = {**post_key(POST), "L#en": encode_attribute(row)}
    account = FakeFullTable({"posts/a/b/en.md": b"", "posts/a/b/withdrawal.yaml": WITHDRAWAL}, {"post#a/b": item})
    with pytest.raises(ItemTooLarge):
        publish(POST, PublishRequest(frozenset({"en"})), clients(account))
    assert refused_records(account) == 2


def test_an_image_whose_removal_is_refused_twice_fails_at_once() -> None:
    row = ImageRow(Outcome(IMAGE.key, "live", version="v"), n=1)
    item = {**post_key(POST), "I#x.jpg": encode_attribute(row)}
    account = FakeFullTable({IMAGE.key: b"drawing", f"{IMAGE.key}.withdrawal.yaml": WITHDRAWAL}, {"post#a/b": item})
    with pytest.raises(ItemTooLarge):
        refresh_image(RefreshRequest(IMAGE.key), IMAGE, Drawings(), clients(account))
    assert refused_records(account) == 2


class FakeStores(Account):
    """Gives each object an ETag as long as those of S3."""

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        return {"ETag": f'"{"0" * 32}"'} if operation == "put_object" else super()._answer(operation, asked)


def recorded_size(free: int) -> int:
    """The bytes that a new page takes in its post's item where ``free`` are left for pages; 0 if it has no room."""
    uploads = folder().put("en.md", text("First"))
    decisions = uploads.decide()
    empty = {**post_key(DALBIT_POST), "unknown": {"S": ""}}
    item = {**empty, "unknown": {"S": "x" * (MAX_SHOWN_BYTES - free - item_size(empty))}}
    settings = {"site": encode_row(decisions.site), f"clinic#{CLINIC}": encode_row(decisions.clinic())}
    account = FakeStores({}, {f"post#{DALBIT_POST}": item, **settings})
    made = clients(account)
    made.inbox = cast(Inbox, InMemoryInbox(uploads.steps))
    publish(DALBIT_POST, PublishRequest(frozenset({"en"})), made)
    updates = [
        action["Update"] for asked in account.asked_of("transact_write_items") for action in asked["TransactItems"][:1]
    ]
    if not updates:
        return 0
    (row,) = [value for value in updates[0]["ExpressionAttributeValues"].values() if "M" in value]
    assert '"live"' in row["M"]["row"]["S"]
    return item_size({"L#en": row})


def test_a_page_fits_only_with_the_token_that_its_swap_will_give_it() -> None:
    """Whether there is room is asked before the swap. With less room the row keeps none of its problems."""
    needed = recorded_size(100_000)
    sizes = {free: recorded_size(free) for free in range(needed - 50, needed + 50, 5)}
    assert all(size <= free for free, size in sizes.items())
    assert set(sizes.values()) > {needed}, "some are too small and some are not"
