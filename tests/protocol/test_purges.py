"""Which cache tags a change sends: none for what only grows, few for what was corrected or taken away."""

from collections.abc import Mapping

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import FEBRUARY, ONE, OTHER, REINSTATEMENT, TWO, first, other
from tests.protocol.listing_scenarios import WITHDRAWAL as ORDER_OF_ONE
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    ILLUSTRATED,
    KO,
    PICTURE,
    SITE,
    SITE_AND_CLINIC,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_PICTURE,
    delete,
    put,
)

POST, OTHERS = f"p:{contents.CLINIC}/a-quiet-room", f"p:{contents.CLINIC}/{OTHER.split('/')[2]}"
WHOLE_CLINIC = f"c:{contents.CLINIC}"
KOREAN = put(KO, contents.edition("ko", 1))
WITH_PICTURE = (*SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)), first(1), put(KO, contents.edition("ko", 1)))

CASES: Mapping[str, tuple[tuple[Upload, ...], Upload, set[str]]] = {
    "a clinic's first post": (SITE_AND_CLINIC, first(1), set()),
    "another post of its month": (ONE, other(1), set()),
    "a post in a second language": (ONE, KOREAN, set()),
    "a post that waited for its clinic": ((SITE_AND_CLINIC[0], first(1)), SITE_AND_CLINIC[1], set()),
    "a post that waited for the site": ((SITE_AND_CLINIC[1], first(1)), SITE_AND_CLINIC[0], set()),
    "the image that a post waited for": (
        (*SITE_AND_CLINIC, put(EN, contents.edition("en", 1, "room.png"))),
        put(PICTURE, contents.drawing(1)),
        set(),
    ),
    "a refused correction": (TWO, put(OTHER, contents.refused(2)), set()),
    "the same bytes again": (TWO, other(1), set()),
    "a correction": (TWO, first(2), {POST}),
    "a correction in a post of two languages": (BOTH, first(2), {POST}),
    "a correction of the day": (TWO, first(2, FEBRUARY), {POST}),
    "an edition's withdrawal": (TWO, ORDER_OF_ONE, {POST, "l:en"}),
    "a withdrawal of the only post": (ONE, ORDER_OF_ONE, {POST, "l:en"}),
    "a withdrawal of a post in two languages": (BOTH, put(WITHDRAWAL, contents.withdrawal()), {POST, "l:en", "l:ko"}),
    "another kind of withdrawal": ((*TWO, ORDER_OF_ONE), put(WITHDRAWAL, contents.withdrawal("legal")), {POST}),
    "a withdrawal's end": ((*TWO, ORDER_OF_ONE), REINSTATEMENT, {POST, "l:en"}),
    "a deleted edition": (BOTH, delete(KO), {POST, "l:ko", "l:en"}),
    "an image's withdrawal": (WITH_PICTURE, put(WITHDRAWAL_PICTURE, contents.withdrawal()), {POST}),
    "another image of the same name": (WITH_PICTURE, put(PICTURE, contents.drawing(2)), {POST}),
    "the clinic's withdrawal": (
        TWO,
        put(WITHDRAWAL_CLINIC, contents.withdrawal()),
        {POST, OTHERS, WHOLE_CLINIC, "l:en"},
    ),
    "the clinic's suspension": (
        TWO,
        put(CLINIC, contents.clinic(2, "suspended")),
        {POST, OTHERS, WHOLE_CLINIC, "l:en"},
    ),
    "the clinic's new name": (TWO, put(CLINIC, contents.clinic(2)), set()),
    "the site's new name": (TWO, put(SITE, contents.site(2)), set()),
}


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, listing=True)


@pytest.mark.parametrize("case", CASES)
def test_these_tags_are_sent_and_no_other(case: str, world: World) -> None:
    before, upload, expected = CASES[case]
    restore_or_settle(world, before)
    world.run_until_quiet()
    world.purged.clear()
    world.queued.append(upload(world))
    world.run_until_quiet()
    assert set(world.purged) == expected


@pytest.mark.parametrize("case", CASES)
def test_every_message_again_purges_nothing(case: str, world: World) -> None:
    before, upload, _ = CASES[case]
    restore_or_settle(world, before)
    world.run_until_quiet()
    world.queued.append(upload(world))
    world.run_until_quiet()
    world.purged.clear()
    world.queued += [message for message in world.handled if message.to != "relist"]
    world.run_until_quiet()
    assert world.purged == []


@pytest.mark.parametrize(
    ("before", "upload"),
    [
        (BOTH, delete(KO)),
        (BOTH, put(f"{KO}.withdrawal.yaml", contents.withdrawal())),
        (ILLUSTRATED, put(WITHDRAWAL_PICTURE, contents.withdrawal())),
        (ILLUSTRATED, put(PICTURE, contents.drawing(2))),
    ],
    ids=["a language deleted", "a language withdrawn", "an image withdrawn", "an image replaced"],
)
def test_the_tag_is_sent_again_when_the_page_that_showed_it_is_rebuilt(
    before: tuple[Upload, ...], upload: Upload, world: World
) -> None:
    restore_or_settle(world, before)
    world.run_until_quiet()
    world.purged.clear()
    world.queued.append(upload(world))
    world.run_until_quiet()
    assert world.purged.count(POST) == 2
