"""Entries that were lost while their page's row stayed: a forced request restores them and keeps intact pages."""

from collections.abc import Mapping

import pytest

from colophon.trace import TRACE
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import TABLE
from tests.protocol.harness.invariants import entries as listed_entries
from tests.protocol.harness.scheduler import Upload, upload_and_settle
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import BOTH, EN, WITHDRAWAL, WITHDRAWAL_CLINIC, delete, en, put, refresh

# The calls of a forced request for a post with two languages: rows, objects, rows again, folder, both contents.
# The pages' tokens; then the translation with its original, which is read once, and whether an object is at each month.
FORCED = ["TransactGetItems", *["HeadObject"] * 2, "TransactGetItems", "ListObjectVersions"]
FORCED += [*["GetObject"] * 2, *["HeadObject"] * 2]
STATES: Mapping[str, tuple[Upload, ...]] = {
    "live": (),
    "corrected": (en(2),),
    "withdrawn": (put(WITHDRAWAL, contents.withdrawal()),),
    "its clinic withdrawn": (put(WITHDRAWAL_CLINIC, contents.withdrawal()),),
    "deleted": (delete(EN),),
}


def lose_items(world: World, *places: str) -> None:
    """Delete the items of partitions that begin with one of ``places``; listings are made without them."""
    for pk, sk in world.cloud.items():
        if pk.startswith(places):
            world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    world.run_until_quiet()


def entries(world: World) -> dict[tuple[str, str], object]:
    """The entries and the days, without the uploads that their last change follows from."""
    return {
        key: {name: value for name, value in item.items() if name != TRACE}
        for key, item in world.cloud.items().items()
        if key[0].startswith(("entries#", "recent#"))
    }


def calls(world: World, message: Message) -> list[str]:
    answer = world.handler_for(message)
    world.transport.calls.clear()
    answer()
    return [call.operation for call in world.transport.calls]


@pytest.mark.parametrize("lost", [("entries#",), ("recent#",), ("entries#en", "recent#ko")], ids=repr)
@pytest.mark.parametrize("state", STATES)
def test_entries_that_were_lost_come_back_as_they_were(state: str, lost: tuple[str, ...], world: World) -> None:
    upload_and_settle(world, *BOTH, *STATES[state])
    before = entries(world)
    lose_items(world, *lost)
    assert len(entries(world)) == len(before) - 2
    upload_and_settle(world, refresh(force=True))
    # Nothing looks for the day of a removed entry.
    live = {row.lang for row in listed_entries(world.cloud) if row.entry}
    unneeded = {f"recent#{lang}" for lang in ("en", "ko") if lang not in live and f"recent#{lang}".startswith(lost)}
    assert entries(world) == {key: item for key, item in before.items() if key[0] not in unneeded}


def test_an_unreadable_or_changed_entry_is_restored(world: World) -> None:
    upload_and_settle(world, *BOTH)
    before = entries(world)
    one, other = (next(key for key in before if key[0].startswith(place)) for place in ("entries#en", "entries#ko"))
    content = {"row": {"S": "{garbage"}}
    table = world.cloud.table
    table.put_item({"pk": {"S": one[0]}, "sk": {"S": one[1]}, **content})
    said = world.cloud.items()[other]["row"]["S"].replace("Text", "Test")
    assert said != world.cloud.items()[other]["row"]["S"]
    table.put_item({"pk": {"S": other[0]}, "sk": {"S": other[1]}, "row": {"S": said}})
    world.records_delivered = len(world.cloud.stream())
    upload_and_settle(world, refresh(force=True))
    assert entries(world) == before


@pytest.mark.parametrize("state", ["live", "its clinic withdrawn"])
def test_a_forced_refresh_of_an_intact_post_reads_its_entries_once_and_writes_nothing(state: str, world: World) -> None:
    upload_and_settle(world, *BOTH, *STATES[state])
    made = calls(world, refresh(force=True)(world))
    assert made[-1] == "BatchGetItem"
    assert made.count("BatchGetItem") == 1
    assert made == [*FORCED, "BatchGetItem"] or state != "live"
    assert not any(call.writes for call in world.transport.calls)


def test_lost_entries_cost_one_transaction_and_an_unforced_refresh_reads_no_entry(
    world: World,
) -> None:
    upload_and_settle(world, *BOTH)
    lose_items(world, "entries#")
    assert calls(world, refresh()(world)) == ["TransactGetItems", "ListObjectVersions"]
    assert calls(world, refresh(force=True)(world))[-2:] == ["BatchGetItem", "TransactWriteItems"]
    world.run_until_quiet()
