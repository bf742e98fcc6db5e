"""The sizes of what a new post writes: DynamoDB bills each KB that is begun, and twice as much in a transaction."""

import pytest

from colophon.stores.sizes import item_size
from colophon.stores.stream import parse_change
from tests.bench.post import make_post
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import EN, LIVE, SITE_AND_CLINIC, put

KB = 1024
# As long as the names that the price of a million posts is measured with.
LONG_NAME = max((make_post(1_000_000 + number).name for number in range(20)), key=len)
# Bytes that longer names may take, of posts, clinics and the site. A post's name stands in its item four times.
ROOM = 25
# What the row of a translation that names a pin has more, while no original is there.
NO_ORIGINAL = ',"of":""'
LISTINGS = ("years", "archives", "directory", "home")


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, reporting=True, listing=True)


def items_of_new_post(world: World, lang: str, of: int = 0) -> dict[str, int]:
    """The sizes of the items that a new post writes, by the first part of the partition key."""
    restore_or_settle(world, SITE_AND_CLINIC)
    before = set(world.cloud.items())
    key = f"posts/{contents.CLINIC}/{LONG_NAME}/{lang}.md"
    text = contents.edition(lang, 1, post="a", of=of).replace(
        b"source:\n", b"excerpt: A quiet evening.\ntags: [eyes]\nsource:\n  archive_url: https://archive.example/7\n"
    )
    world.handler_for(put(key, text)(world))()
    written = {place: item for place, item in world.cloud.items().items() if place not in before}
    return {pk.partition("#")[0]: item_size(item) for (pk, _), item in written.items()}


@pytest.mark.parametrize(("lang", "of"), [("en", 0), ("en", 1), ("ko", 0)])
def test_a_new_post_writes_three_items_of_one_unit_each(world: World, lang: str, of: int) -> None:
    """Also an original, whose row has its pin, and a translation that names a pin."""
    sizes = items_of_new_post(world, lang, of)
    assert set(sizes) == {"post", "entries", "recent"}
    assert max(sizes.values()) + ROOM - (len(NO_ORIGINAL) if of else 0) <= KB


def test_a_batch_of_posts_writes_rows_of_listings_of_one_unit_each(world: World) -> None:
    """The ids of ten uploads would make two of each; the first ones fit, and go on to what follows."""
    restore_or_settle(world, SITE_AND_CLINIC)
    keys = [f"posts/{contents.CLINIC}/new-{letter}/en.md" for letter in "abcdefghij"]
    messages = [put(key, contents.edition("en", 1, post=key[-7]))(world) for key in keys]
    world.handler_for_batch(messages)()
    world.run_until_quiet()
    changes = [parse_change(record) for record in world.cloud.stream()]
    named = {kind: [len(change.trace.ids) for change in changes if change.pk.startswith(kind)] for kind in LISTINGS}
    assert max(item_size(change.after) for change in changes if change.pk.startswith(LISTINGS)) <= KB
    assert max(named["years"]) > 5
    assert max(named["archives"])
    assert max(named["directory"])
    assert not max(named["home"]), "nothing follows from it"


def test_the_second_version_records_the_first_one_too(world: World) -> None:
    restore_or_settle(world, LIVE)
    assert not [pk for pk, _ in world.cloud.items() if pk.startswith("history#")]
    world.handler_for(put(EN, contents.edition("en", 2))(world))()
    assert sorted(sk for pk, sk in world.cloud.items() if pk.startswith("history#")) == ["en#000000001", "en#000000002"]


def test_posts_of_one_day_in_one_batch_note_it_once(world: World) -> None:
    restore_or_settle(world, SITE_AND_CLINIC)
    keys = [f"posts/{contents.CLINIC}/new-{letter}/en.md" for letter in "abc"]
    messages = [put(key, contents.edition("en", 1, post=key[-7]))(world) for key in keys]
    before = len(world.cloud.stream())
    world.handler_for_batch(messages)()
    pks = [record["dynamodb"]["Keys"]["pk"]["S"] for record in world.cloud.stream()[before:]]
    assert pks.count("recent#en") == 1
    assert pks.count(f"entries#en/{contents.CLINIC}") == 3
