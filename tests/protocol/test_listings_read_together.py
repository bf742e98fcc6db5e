"""The rows of a wave of listings are read at one moment, and may be old when the turn of a listing comes."""

from typing import Any

import pytest

from colophon.listings.kind import ListingGroup, ListingSnapshot
from colophon.listings.kinds import in_waves
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.year import YEAR
from colophon.stores.listing_index import ListingIndex
from colophon.verbs.listings import read_ahead, rebuild
from colophon.verbs.relist import rebuild_all
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import ONE, TWO, other

GROUPS = [YEAR.group("en", contents.CLINIC, 2026), HOME.group("en")]


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True)


def test_rows_that_are_old_when_their_turn_comes_are_read_again(world: World) -> None:
    restore_or_settle(world, ONE)
    clients = REAL.listing_clients(world)
    old = read_ahead(GROUPS, clients)
    assert list(old) == GROUPS
    world.queued.append(other(1)(world))
    world.run_until_quiet()
    listed = {key: found.content for key, found in world.cloud.site().items()}
    rows = rebuild_all(GROUPS, clients)
    assert {group: rebuild(group, clients, old[group]) for group in GROUPS} == rows
    assert {key: found.content for key, found in world.cloud.site().items()} == listed


class _Refusing(ListingIndex):
    """Rows can't be read together: a transaction is refused, a row can't be decoded, DynamoDB does not answer."""

    def read_snapshots(self, groups: Any) -> dict[ListingGroup, ListingSnapshot[Any]]:
        raise OSError("no answer")


def test_where_rows_can_not_be_read_together_each_listing_reads_its_own(world: World) -> None:
    restore_or_settle(world, TWO)
    clients = REAL.listing_clients(world)
    rows = rebuild_all(GROUPS, clients)
    assert len(in_waves(GROUPS)) == 1
    alone = type(clients)(_Refusing(world.cloud.dynamodb, TABLE), clients.site, clients.assets)
    assert rebuild_all(GROUPS, alone) == rows
