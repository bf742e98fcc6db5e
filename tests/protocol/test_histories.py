"""What the index tells of a page's versions when a handler ends between publishing one and recording it, or is late."""

import pytest

from colophon.decision.history import PublishedVersion, all_versions
from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.stores.change import PostChange
from colophon.stores.site import Site
from colophon.upload.keys import PageRef, PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_replay
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.functions import REAL, real_publish_clients, site_of
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.transport import Crash, Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import LIVE, WITHDRAWAL_EN, en, put, refresh

PAGE = PageRef(PostRef(contents.CLINIC, "a-quiet-room"), "en")


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    world = World(account, transport, REAL)
    restore_or_settle(world, LIVE)
    return world


def history_of(world: World) -> list[tuple[int, str, int, list[str]]]:
    """Each version's revision, what stood, the revision that it is compared with, and what changed; newest first."""
    row = world.index.read_post(PAGE.post)[0]
    return [
        (version.rev, version.kind, version.previous_rev, [one.what for one in version.differences])
        for version in all_versions("en", row.pages.get("en"), world.index.read_history(PAGE))
    ]


class EndsAfterTheSwap(Site):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        super().swap(new, token)
        raise Crash


def interrupt_after_swap(world: World, message: Message) -> None:
    """Answer for ``message`` until the page stands, and no further."""
    clients = real_publish_clients(world)
    clients.site = site_of(world, EndsAfterTheSwap)
    world.functions = type(REAL)(lambda _: clients, REAL.listing_clients)
    with pytest.raises(Crash):
        world.handler_for(message)()
    world.functions = REAL


def test_the_next_handler_records_a_version_whose_handler_ended_before_the_record(world: World) -> None:
    message = en(2)(world)
    interrupt_after_swap(world, message)
    assert len(history_of(world)) == 1
    world.queued.append(message)
    world.run_until_quiet()
    assert history_of(world) == [(2, "page", 1, ["text"]), (1, "page", 0, ["first published"])]
    check_replay(world)


def test_a_version_that_no_handler_recorded_leaves_a_gap_and_nothing_false(world: World) -> None:
    interrupt_after_swap(world, en(2)(world))
    world.queued.append(put(WITHDRAWAL_EN, contents.withdrawal())(world))
    world.run_until_quiet()
    assert history_of(world) == [(3, "gone", 1, ["withdrawn"]), (1, "page", 0, ["first published"])]


def test_a_lost_index_starts_a_new_history_and_says_so(world: World) -> None:
    world.queued.append(en(2)(world))
    world.run_until_quiet()
    kept = {place: item for place, item in world.cloud.items().items() if not place[0].startswith(("post#", "hist"))}
    world.cloud.table.items.clear()
    for item in kept.values():
        world.cloud.dynamodb.put_item(TableName=TABLE, Item=item)
    world.queued.append(refresh()(world))
    world.run_until_quiet()
    assert history_of(world) == [(2, "page", 0, ["first recorded"])]


def lose_history(world: World) -> None:
    for (pk, sk), _ in world.cloud.items().items():
        if pk.startswith("history#"):
            world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})


def test_a_forced_refresh_tells_again_of_the_version_that_stands(world: World) -> None:
    world.queued.append(en(2)(world))
    world.run_until_quiet()
    lose_history(world)
    world.queued.append(refresh()(world))
    world.run_until_quiet()
    assert history_of(world) == []
    world.queued.append(refresh(force=True)(world))
    world.run_until_quiet()
    assert history_of(world) == [(2, "page", 0, ["first recorded"])]


def test_a_forced_refresh_leaves_a_history_as_it_is(world: World) -> None:
    world.queued += [put(WITHDRAWAL_EN, contents.withdrawal())(world)]
    world.run_until_quiet()
    told = history_of(world)
    assert [rev for rev, *_ in told] == [2, 1]
    lengths = len(world.cloud.stream())
    world.queued.append(refresh(force=True)(world))
    world.run_until_quiet()
    assert history_of(world) == told
    assert len(world.cloud.stream()) == lengths


def test_a_lost_record_leaves_no_row_of_its_history(world: World) -> None:
    row = world.index.read_post(PAGE.post)[0].pages["en"]
    stale = PostChange(
        {"en": type(row)(row.outcome, n=row.n + 7)}, history=(PublishedVersion("en", 9, world.now, "page"),)
    )
    with pytest.raises(Exception, match="row"):
        world.index.record_post(PAGE.post, stale)
    assert [rev for rev, *_ in history_of(world)] == [1]
