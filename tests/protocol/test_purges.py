"""Which cache tags a change sends: none for what only grows, few for what was corrected or taken away."""

from collections.abc import Mapping

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.listing_scenes import END, FEBRUARY, ONE, OTHER, TWO, first, other
from tests.protocol.listing_scenes import ORDER as ORDER_OF_ONE
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    HOUSE,
    ILLUSTRATED,
    KO,
    ORDER,
    ORDER_CLINIC,
    ORDER_PICTURE,
    PICTURE,
    SITE,
    delete,
    put,
)

POST, OTHERS = f"p:{texts.CLINIC}/a-quiet-room", f"p:{texts.CLINIC}/{OTHER.split('/')[2]}"
WHOLE_CLINIC = f"c:{texts.CLINIC}"
KOREAN = put(KO, texts.edition("ko", 1))
WITH_PICTURE = (*HOUSE, put(PICTURE, texts.drawing(1)), first(1), put(KO, texts.edition("ko", 1)))

CASES: Mapping[str, tuple[tuple[Upload, ...], Upload, set[str]]] = {
    "a clinic's first post": (HOUSE, first(1), set()),
    "another post of its month": (ONE, other(1), set()),
    "a post in a second language": (ONE, KOREAN, set()),
    "a post that waited for its clinic": ((HOUSE[0], first(1)), HOUSE[1], set()),
    "a post that waited for the site": ((HOUSE[1], first(1)), HOUSE[0], set()),
    "the image that a post waited for": (
        (*HOUSE, put(EN, texts.edition("en", 1, "room.png"))),
        put(PICTURE, texts.drawing(1)),
        set(),
    ),
    "a refused correction": (TWO, put(OTHER, texts.refused(2)), set()),
    "the same bytes again": (TWO, other(1), set()),
    "a correction": (TWO, first(2), {POST}),
    "a correction in a post of two languages": (BOTH, first(2), {POST}),
    "a correction of the day": (TWO, first(2, FEBRUARY), {POST}),
    "an edition's withdrawal": (TWO, ORDER_OF_ONE, {POST, "l:en"}),
    "a withdrawal of the only post": (ONE, ORDER_OF_ONE, {POST, "l:en"}),
    "a withdrawal of a post in two languages": (BOTH, put(ORDER, texts.withdrawal()), {POST, "l:en", "l:ko"}),
    "another kind of withdrawal": ((*TWO, ORDER_OF_ONE), put(ORDER, texts.withdrawal("legal")), {POST}),
    "a withdrawal's end": ((*TWO, ORDER_OF_ONE), END, {POST, "l:en"}),
    "a deleted edition": (BOTH, delete(KO), {POST, "l:ko", "l:en"}),
    "an image's withdrawal": (WITH_PICTURE, put(ORDER_PICTURE, texts.withdrawal()), {POST}),
    "another image of the same name": (WITH_PICTURE, put(PICTURE, texts.drawing(2)), {POST}),
    "the clinic's withdrawal": (TWO, put(ORDER_CLINIC, texts.withdrawal()), {POST, OTHERS, WHOLE_CLINIC, "l:en"}),
    "the clinic's suspension": (TWO, put(CLINIC, texts.clinic(2, "suspended")), {POST, OTHERS, WHOLE_CLINIC, "l:en"}),
    "the clinic's new name": (TWO, put(CLINIC, texts.clinic(2)), set()),
    "the site's new name": (TWO, put(SITE, texts.site(2)), set()),
}


@pytest.fixture
def world(account: Cloud, stage: Stage) -> World:
    account.empty()
    return World(account, stage, REAL, listing=True)


@pytest.mark.parametrize("case", CASES)
def test_these_tags_are_sent_and_no_other(case: str, world: World) -> None:
    before, upload, expected = CASES[case]
    settled(world, before)
    world.settle()
    world.purged.clear()
    world.waiting.append(upload(world))
    world.settle()
    assert set(world.purged) == expected


@pytest.mark.parametrize("case", CASES)
def test_every_message_again_purges_nothing(case: str, world: World) -> None:
    before, upload, _ = CASES[case]
    settled(world, before)
    world.settle()
    world.waiting.append(upload(world))
    world.settle()
    world.purged.clear()
    world.waiting += [message for message in world.sent if message.to != "relist"]
    world.settle()
    assert world.purged == []


@pytest.mark.parametrize(
    ("before", "upload"),
    [
        (BOTH, delete(KO)),
        (BOTH, put(f"{KO}.withdrawal.yaml", texts.withdrawal())),
        (ILLUSTRATED, put(ORDER_PICTURE, texts.withdrawal())),
        (ILLUSTRATED, put(PICTURE, texts.drawing(2))),
    ],
    ids=["a language deleted", "a language withdrawn", "an image withdrawn", "an image replaced"],
)
def test_the_tag_is_sent_again_when_the_page_that_showed_it_is_made_anew(
    before: tuple[Upload, ...], upload: Upload, world: World
) -> None:
    settled(world, before)
    world.settle()
    world.purged.clear()
    world.waiting.append(upload(world))
    world.settle()
    assert world.purged.count(POST) == 2
