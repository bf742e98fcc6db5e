"""A post whose row was lost while its entries stayed in the listings, and its claims: what leaves, leaves nothing."""

import re
from collections.abc import Mapping

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import entries
from tests.protocol.harness.losses import republish_all
from tests.protocol.harness.scheduler import Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import MOVED, B, post_text, withdraw
from tests.protocol.scenarios import BOTH, CLINIC, EN, SITE, WITHDRAWAL, WITHDRAWAL_CLINIC, delete, en, put

LEAVES: Mapping[str, tuple[Upload, int]] = {
    "withdrawn": (put(WITHDRAWAL, contents.withdrawal()), 0),
    "one language withdrawn": (put(f"{EN}.withdrawal.yaml", contents.withdrawal()), 1),
    "its clinic withdrawn": (put(WITHDRAWAL_CLINIC, contents.withdrawal()), 0),
    "deleted": (delete(EN), 1),
    "corrected": (en(2), 2),
    "moved to another day": (put(EN, contents.edition("en", 2, posted="2026-02-11")), 2),
}


def lose_row(world: World, post: str) -> None:
    """The post's item and its history are lost, but nothing that listings are made of."""
    for pk, sk in world.cloud.items():
        if pk in (f"post#{contents.CLINIC}/{post}", f"history#{contents.CLINIC}/{post}"):
            world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    world.records_delivered = len(world.cloud.stream())


@pytest.mark.parametrize("what", LEAVES)
def test_what_leaves_or_moves_on_is_listed_as_it_is_now(what: str, world: World) -> None:
    upload, listed = LEAVES[what]
    upload_and_settle(world, *BOTH)
    lose_row(world, "a-quiet-room")
    upload_and_settle(
        world,
        upload,
        lambda _: world.put(EN + ".unknown", b"?"),
        put(f"{contents.POST}ko.md", contents.edition("ko", 2)),
    )
    assert sum(row.entry is not None for row in entries(world.cloud)) == listed


@pytest.mark.parametrize(
    "upload", [withdraw("b"), delete(B), post_text("b", 2)], ids=["withdrawn", "deleted", "corrected"]
)
def test_what_leaves_or_lets_go_no_longer_claims_its_earlier_address(upload: Upload, world: World) -> None:
    upload_and_settle(world, *MOVED)
    old = f"en/{contents.CLINIC}/a/index.html"
    assert world.cloud.site()[old].metadata["kind"] == "moved"
    lose_row(world, "b")
    upload_and_settle(world, upload)
    assert world.cloud.site()[old].metadata["kind"] == "absent"


@pytest.mark.parametrize(
    "upload", [delete(SITE), put(SITE, contents.site(2, "ko"))], ids=["settings deleted", "language removed"]
)
def test_a_republish_takes_down_the_listings_of_a_language_that_left_while_the_clinics_row_was_lost(
    upload: Upload, world: World
) -> None:
    upload_and_settle(world, put(SITE, contents.site(1)), put(CLINIC, contents.clinic(1)))
    archive = f"en/{contents.CLINIC}/index.html"
    assert not world.cloud.site()[archive].status
    world.cloud.dynamodb.delete_item(
        TableName=TABLE, Key={"pk": {"S": f"clinic#{contents.CLINIC}"}, "sk": {"S": "clinic"}}
    )
    world.records_delivered = len(world.cloud.stream())
    upload_and_settle(world, upload)
    assert not world.cloud.site()[archive].status
    republish_all(world)
    assert world.cloud.site()[archive].status == "404"


def test_a_republish_takes_down_what_only_the_lost_row_of_a_search_named(account: Cloud, transport: Transport) -> None:
    world = World(account, transport, REAL, listing=True, searching=True)
    upload_and_settle(world, *BOTH)
    posts = [key for key in world.cloud.site() if re.fullmatch(r"en/search/[0-9]+.json", key)]
    assert posts
    world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": "search"}, "sk": {"S": "en"}})
    upload_and_settle(world, put(WITHDRAWAL, contents.withdrawal()))
    republish_all(world)
    assert {world.cloud.site()[key].status for key in posts} == {"404"}
