"""What the index tells of a page's versions when a handler ends between publishing one and recording it, or is late."""

import pytest

from colophon.decision.history import Published
from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.stores.change import Change
from colophon.stores.site import Site
from colophon.upload.keys import PageRef, PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.functions import REAL, real_doors, site_of
from tests.protocol.harness.rest import check_replay
from tests.protocol.harness.stage import Crash, Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import LIVE, ORDER_EN, en, put, rung

PAGE = PageRef(PostRef(texts.CLINIC, "a-quiet-room"), "en")


@pytest.fixture
def world(account: Cloud, stage: Stage) -> World:
    account.empty()
    world = World(account, stage, REAL)
    settled(world, LIVE)
    return world


def told(world: World) -> list[tuple[int, str, int, list[str]]]:
    """Each version's revision, what stood, the revision that it is compared with, and what changed; newest first."""
    return [
        (version.rev, version.stands, version.since, [one.what for one in version.differences])
        for version in world.index.history(PAGE)
    ]


class EndsAfterTheSwap(Site):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        super().swap(new, token)
        raise Crash


def cut_short(world: World, message: Message) -> None:
    """Answer for ``message`` until the page stands, and no further."""
    doors = real_doors(world)
    doors.site = site_of(world, EndsAfterTheSwap)
    world.functions = type(REAL)(lambda _: doors, REAL.shelves)
    with pytest.raises(Crash):
        world.work(message)()
    world.functions = REAL


def test_a_version_whose_handler_ended_before_it_was_recorded_is_told_of_by_the_next_one(world: World) -> None:
    message = en(2)(world)
    cut_short(world, message)
    assert len(told(world)) == 1
    world.waiting.append(message)
    world.settle()
    assert told(world) == [(2, "page", 1, ["text"]), (1, "page", 0, ["first published"])]
    check_replay(world)


def test_a_version_that_nobody_lived_to_tell_of_leaves_a_gap_and_nothing_false(world: World) -> None:
    cut_short(world, en(2)(world))
    world.waiting.append(put(ORDER_EN, texts.withdrawal())(world))
    world.settle()
    assert told(world) == [(3, "gone", 1, ["withdrawn"]), (1, "page", 0, ["first published"])]


def test_an_index_that_was_lost_begins_a_history_anew_and_says_so(world: World) -> None:
    world.waiting.append(en(2)(world))
    world.settle()
    kept = {place: item for place, item in world.cloud.items().items() if not place[0].startswith(("post#", "hist"))}
    world.cloud.table.items.clear()
    for item in kept.values():
        world.cloud.dynamodb.put_item(TableName=TABLE, Item=item)
    world.waiting.append(rung()(world))
    world.settle()
    assert told(world) == [(2, "page", 0, ["first recorded"])]


def test_a_lost_record_leaves_no_row_of_its_history(world: World) -> None:
    row = world.index.post(PAGE.post)[0].pages["en"]
    stale = Change({"en": type(row)(row.outcome, n=row.n + 7)}, history=(Published("en", 9, world.now, "page"),))
    with pytest.raises(Exception, match="row"):
        world.index.record_post(PAGE.post, stale)
    assert [rev for rev, *_ in told(world)] == [1]
