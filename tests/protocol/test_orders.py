"""A small inbox whose notifications come in any order, some twice, some never: one ring at the end makes it right."""

import os
from random import Random

import pytest

from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, EN, KO, ORDER_EN, ORDER_PICTURE, PICTURE, SITE, delete, put

ORDERS = range(int(os.environ.get("COLOPHON_ORDERS", "5")))
LANGUAGES = "en, ko, ja"
JA, DOOR = f"{texts.POST}ja.md", f"{texts.POST}door.png"
ORDER_DOOR = f"{DOOR}.withdrawal.yaml"
# Each key's uploads in the order in which they are made; which key is next is drawn.
UPLOADS: tuple[tuple[Upload, ...], ...] = (
    (put(SITE, texts.site(1, LANGUAGES)), put(SITE, texts.site(2, LANGUAGES))),
    (put(CLINIC, texts.clinic(1)), put(CLINIC, texts.clinic(2, "suspended")), put(CLINIC, texts.clinic(3))),
    (put(KO, texts.edition("ko", 1, "room.png")), put(KO, texts.edition("ko", 2, "room.png"))),
    (put(EN, texts.edition("en", 1)), put(EN, texts.refused(2)), put(EN, texts.edition("en", 3, "door.png"))),
    (put(JA, texts.edition("ja", 1)), delete(JA)),
    (
        put(PICTURE, texts.drawing(1)),
        put(PICTURE, b"no image"),
        put(PICTURE, texts.drawing(2)),
        put(PICTURE, texts.drawing(1)),
    ),
    (put(DOOR, texts.drawing(1)), delete(DOOR), put(DOOR, texts.drawing(1))),
    (put(ORDER_EN, texts.withdrawal()), delete(ORDER_EN), put(ORDER_EN, texts.withdrawal("legal", 2))),
    (put(ORDER_PICTURE, texts.withdrawal()), delete(ORDER_PICTURE), put(ORDER_PICTURE, texts.withdrawal())),
    (put(ORDER_DOOR, texts.withdrawal()), delete(ORDER_DOOR)),
)


def drawn(random: Random) -> list[Upload]:
    left = [list(uploads) for uploads in UPLOADS]
    order: list[Upload] = []
    while left := [uploads for uploads in left if uploads]:
        order.append(random.choice(left).pop(0))
    return order


def closing_ring(world: World) -> list[Message]:
    """What ``sweep`` would ring for: every post and every key above them."""
    above = [Ring(key) for key in world.cloud.inbox() if not key.startswith("posts/")]
    rings = [*above, Ring("posts/", folder=True, images=True)]
    return [Message("intake", ring_body(ring)) for ring in rings]


@pytest.mark.parametrize("seed", ORDERS)
def test_any_order_of_notifications_ends_in_the_site_of_a_clean_build(seed: int, account: Cloud, stage: Stage) -> None:
    account.empty()
    random, world = Random(seed), World(account, stage, REAL)
    for upload in drawn(random):
        message = upload(world)
        world.waiting += [message] * random.choice([0, 1, 1, 2, 3])
        while world.waiting and random.random() < 0.6:
            world.answer(random.randrange(len(world.waiting)))
    while world.waiting:
        world.answer(random.randrange(len(world.waiting)))
    world.waiting += closing_ring(world)
    world.settle()
    check_rest(world, clean := clean_build(world))
    check_replay(world)
    check_rest(world, clean)
