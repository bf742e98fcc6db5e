"""Entries that were lost while their page's row stayed: a fresh ring brings them back, and finds most pages sound."""

from collections.abc import Mapping, Sequence

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.cloud import TABLE
from tests.protocol.harness.schedules import Upload, do
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import BOTH, EN, ORDER, ORDER_CLINIC, delete, en, put, rung

# What a fresh ring asks of a post with two languages: its rows, what stands, its rows anew, the look, both texts.
FRESH = ["TransactGetItems", *["HeadObject"] * 2, "TransactGetItems", "ListObjectVersions", *["GetObject"] * 2]
STATES: Mapping[str, tuple[Upload, ...]] = {
    "live": (),
    "corrected": (en(2),),
    "withdrawn": (put(ORDER, texts.withdrawal()),),
    "its clinic withdrawn": (put(ORDER_CLINIC, texts.withdrawal()),),
    "deleted": (delete(EN),),
}


def lose(world: World, *places: str) -> None:
    """Somebody deletes the items of partitions that begin with one of ``places``; listings are made without them."""
    for pk, sk in world.cloud.items():
        if pk.startswith(places):
            world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    world.settle()


def entries(world: World) -> dict[tuple[str, str], object]:
    items = world.cloud.items().items()
    return {key: item for key, item in items if key[0].startswith(("entries#", "recent#"))}


def calls(world: World, message: Message) -> list[str]:
    answer = world.work(message)
    world.stage.calls.clear()
    answer()
    return [call.operation for call in world.stage.calls]


@pytest.mark.parametrize("lost", [("entries#",), ("recent#",), ("entries#en", "recent#ko")], ids=repr)
@pytest.mark.parametrize("state", STATES)
def test_entries_that_were_lost_come_back_as_they_were(state: str, lost: Sequence[str], world: World) -> None:
    do(world, *BOTH, *STATES[state])
    before = entries(world)
    lose(world, *lost)
    assert len(entries(world)) == len(before) - 2
    do(world, rung(fresh=True))
    assert entries(world) == before


def test_an_entry_that_nobody_can_read_or_that_says_otherwise_comes_back(world: World) -> None:
    do(world, *BOTH)
    before = entries(world)
    one, other = (next(key for key in before if key[0].startswith(place)) for place in ("entries#en", "entries#ko"))
    content = {"row": {"S": "{garbage"}}
    table = world.cloud.table
    table.put_item({"pk": {"S": one[0]}, "sk": {"S": one[1]}, **content})
    said = world.cloud.items()[other]["row"]["S"].replace("Text", "Test")
    assert said != world.cloud.items()[other]["row"]["S"]
    table.put_item({"pk": {"S": other[0]}, "sk": {"S": other[1]}, "row": {"S": said}})
    world.heard = len(world.cloud.stream())
    do(world, rung(fresh=True))
    assert entries(world) == before


@pytest.mark.parametrize("state", ["live", "its clinic withdrawn"])
def test_a_fresh_ring_to_a_sound_post_reads_its_entries_once_and_writes_nothing(state: str, world: World) -> None:
    do(world, *BOTH, *STATES[state])
    made = calls(world, rung(fresh=True)(world))
    assert made[-1] == "BatchGetItem"
    assert made.count("BatchGetItem") == 1
    assert made == [*FRESH, "BatchGetItem"] or state != "live"
    assert not any(call.writes for call in world.stage.calls)


def test_what_is_lost_between_costs_one_transaction_and_a_ring_that_is_not_fresh_asks_for_no_entry(
    world: World,
) -> None:
    do(world, *BOTH)
    lose(world, "entries#")
    assert calls(world, rung()(world)) == ["TransactGetItems", "ListObjectVersions"]
    assert calls(world, rung(fresh=True)(world))[-2:] == ["BatchGetItem", "TransactWriteItems"]
    world.settle()
