"""Whatever newer code has added to the items of the index is still there when this code has written them again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from colophon.listings.kind import ListingGroup
from colophon.stores.queues import UnreadableTagsError, parse_tags
from colophon.stores.row_encoding import ScanCursor
from colophon.upload.messages import RefreshRequest, UnreadableMessageError, parse_messages
from colophon.verbs.intake import IntakeBatch
from colophon.verbs.listings import parse_groups
from colophon.verbs.relist import rebuild_all
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import TABLE
from tests.protocol.harness.functions import real_listing_clients, real_publish_clients
from tests.protocol.harness.scheduler import upload_and_settle
from tests.protocol.harness.world import World
from tests.protocol.scenarios import (
    CLINIC,
    EN,
    ILLUSTRATED,
    KO,
    PICTURE,
    SITE,
    WITHDRAWAL_PICTURE,
    delete,
    put,
)

STRAY, WITHDRAWAL_KO = f"{contents.POST}notes.txt", f"{KO}.withdrawal.yaml"
RIVAL = f"posts/{contents.CLINIC}/rival/en.md"
BESIDE, WITHIN = {"S": "an attribute"}, {"of": ["a", "row"]}
# What the first uploads leave a row for, and what the second ones write again.
FIRST = (
    *ILLUSTRATED,
    put(EN, contents.edition("en", 1, "room.png", moved_from=("before",))),
    put(KO, contents.edition("ko", 1)),
    put(WITHDRAWAL_PICTURE, contents.withdrawal()),
    put(STRAY, b"a stray"),
)
SECOND = (
    put(SITE, contents.site(2)),
    put(CLINIC, contents.clinic(2)),
    put(EN, contents.edition("en", 2, "room.png", moved_from=("before",))),
    put(RIVAL, contents.edition("en", 1, post="rival", moved_from=("before",))),
    delete(WITHDRAWAL_PICTURE),
    put(PICTURE, contents.drawing(2)),
    put(WITHDRAWAL_KO, contents.withdrawal()),
    put(WITHDRAWAL_KO, contents.withdrawal("legal", 2)),
    put(STRAY, b"another stray"),
)
Place = tuple[str, str, str]


def test_fields_and_attributes_of_newer_code_outlive_every_rewrite(world: World) -> None:
    upload_and_settle(world, *FIRST)
    world.sweep()
    world.index.record_command_cursor("a command", ScanCursor(after="a"))
    world.run_until_quiet()
    add_what_newer_code_knows(world)
    before = rows(world)
    upload_and_settle(world, *SECOND)
    world.now += timedelta(days=2)
    world.sweep()
    index = world.index
    index.record_command_cursor("a command", index.read_command_cursor("a command"))
    world.run_until_quiet()
    after = rows(world)
    rewritten = {place for place, row in before.items() if row != after[place]}
    assert {kind_of_place(place) for place in rewritten} == {kind_of_place(place) for place in before} - {"history"}
    lost = {
        kind_of_place(place)
        for place in rewritten
        if (after[place].get("later"), json.loads(after[place]["row"]["S"]).get("later")) != (BESIDE, WITHIN)
    }
    # An entry says what one decision says of a page. The next one replaces all of it: a mix of both would be untrue.
    assert lost == {"entries"}


def add_what_newer_code_knows(world: World) -> None:
    """Add a field to each row, and an attribute beside it, as if newer code had written them."""
    for item in world.cloud.items().values():
        grown = {name: {"M": _grown(value["M"])} if "M" in value else value for name, value in item.items()}
        world.cloud.dynamodb.put_item(TableName=TABLE, Item=_grown(grown) if "row" in item else grown)
    world.records_delivered = len(world.cloud.stream())


def _grown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "later": BESIDE, "row": {"S": json.dumps({**json.loads(row["row"]["S"]), "later": WITHIN})}}


def rows(world: World) -> dict[Place, dict[str, Any]]:
    return dict(_rows(world))


def _rows(world: World) -> Iterator[tuple[Place, dict[str, Any]]]:
    for (pk, sk), item in world.cloud.items().items():
        if "row" in item:
            yield (pk, sk, ""), item
        yield from (((pk, sk, name), value["M"]) for name, value in item.items() if "M" in value)


def kind_of_place(place: Place) -> str:
    """What a row is of: the first word of its partition, and of its attribute if it has one."""
    return place[0].partition("#")[0] + place[2][:2]


@pytest.mark.parametrize(
    "body", ['{"asks": [{"key": "posts/"}]}', '{"rings": [{"key": "recount/a/", "images": true}]}']
)
def test_a_message_that_only_newer_code_understands_fails_and_so_is_kept(body: str, world: World) -> None:
    with pytest.raises(UnreadableMessageError):
        IntakeBatch([body], real_publish_clients(world)).handle(body)


def test_fields_of_messages_that_only_newer_code_knows_are_passed_over() -> None:
    assert parse_messages('{"ids": ["v1"], "rings": [{"key": "posts/a/", "why": 1}]}') == (
        RefreshRequest("posts/a/", is_folder=True),
    )
    assert parse_groups('{"ids": ["v1"], "listings": [{"place": 4, "week": 3}]}') == (ListingGroup(4),)
    assert parse_tags('{"ids": ["v1"], "tags": ["listings"]}') == ("listings",)
    with pytest.raises(UnreadableTagsError):
        parse_tags('{"paths": ["/en/"]}')


def test_listings_of_a_kind_that_only_newer_code_knows_fail_and_the_others_are_rebuilt(world: World) -> None:
    upload_and_settle(world, *ILLUSTRATED)
    world.cloud.s3.delete_object(Bucket="the-site", Key="robots.txt")
    groups = parse_groups('{"listings": [{"place": 99}, {"place": 4, "fresh": true}]}')
    with pytest.raises(LookupError):
        rebuild_all(groups, real_listing_clients(world))
    assert world.cloud.find("robots.txt")
