"""A small inbox whose notifications come in any order, some twice, some never: one request at the end is enough."""

import os
from random import Random

import pytest

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE, WITHDRAWAL_EN, WITHDRAWAL_PICTURE, delete, put
from tests.rotating_seeds import seeds_of_the_day

_MANY = os.environ.get("COLOPHON_ORDERS")
SEEDS = range(int(_MANY)) if _MANY else seeds_of_the_day(2, of=50)
LANGUAGES = "en, ko, ja"
JA, DOOR = f"{contents.POST}ja.md", f"{contents.POST}door.png"
WITHDRAWAL_DOOR = f"{DOOR}.withdrawal.yaml"
# Each key's uploads in the order in which they are made; which key is next is drawn.
UPLOADS: tuple[tuple[Upload, ...], ...] = (
    (put(SITE, contents.site(1, LANGUAGES)), put(SITE, contents.site(2, LANGUAGES))),
    (put(CLINIC, contents.clinic(1)), put(CLINIC, contents.clinic(2, "suspended")), put(CLINIC, contents.clinic(3))),
    (put(KO, contents.edition("ko", 1, "room.png")), put(KO, contents.edition("ko", 2, "room.png"))),
    (put(EN, contents.edition("en", 1)), put(EN, contents.refused(2)), put(EN, contents.edition("en", 3, "door.png"))),
    (put(JA, contents.edition("ja", 1)), delete(JA)),
    (
        put(PICTURE, contents.drawing(1)),
        put(PICTURE, b"no image"),
        put(PICTURE, contents.drawing(2)),
        put(PICTURE, contents.drawing(1)),
    ),
    (put(DOOR, contents.drawing(1)), delete(DOOR), put(DOOR, contents.drawing(1))),
    (
        put(WITHDRAWAL_EN, contents.withdrawal()),
        delete(WITHDRAWAL_EN),
        put(WITHDRAWAL_EN, contents.withdrawal("legal", 2)),
    ),
    (
        put(WITHDRAWAL_PICTURE, contents.withdrawal()),
        delete(WITHDRAWAL_PICTURE),
        put(WITHDRAWAL_PICTURE, contents.withdrawal()),
    ),
    (put(WITHDRAWAL_DOOR, contents.withdrawal()), delete(WITHDRAWAL_DOOR)),
)


def draw_uploads(random: Random) -> list[Upload]:
    remaining = [list(uploads) for uploads in UPLOADS]
    order: list[Upload] = []
    while remaining := [uploads for uploads in remaining if uploads]:
        order.append(random.choice(remaining).pop(0))
    return order


def closing_requests(world: World) -> list[Message]:
    """What ``sweep`` would request: every post and every key above them."""
    above = [RefreshRequest(key) for key in world.cloud.inbox() if not key.startswith("posts/")]
    requests = [*above, RefreshRequest("posts/", is_folder=True, with_images=True)]
    return [Message("intake", encode_message(request)) for request in requests]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_of_notifications_ends_in_the_site_of_a_clean_build(
    seed: int, account: Cloud, transport: Transport
) -> None:
    account.empty()
    random, world = Random(seed), World(account, transport, REAL)
    for upload in draw_uploads(random):
        message = upload(world)
        world.queued += [message] * random.choice([0, 1, 1, 2, 3])
        while world.queued and random.random() < 0.6:
            world.handle(random.randrange(len(world.queued)))
    while world.queued:
        world.handle(random.randrange(len(world.queued)))
    world.queued += closing_requests(world)
    world.run_until_quiet()
    check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)
