"""An image that no text shows: its uploader is told after a day, and no longer once a text shows it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from colophon.upload.keys import PostRef
from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import EN, HOUSE, PICTURE, delete, put

POST = PostRef(texts.CLINIC, "a-quiet-room")
SHOWN, BARE = put(EN, texts.edition("en", 1, "room.png")), put(EN, texts.edition("en", 2))


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL, now=datetime.now(UTC))
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def do(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.waiting.append(upload(world))
    world.settle()


def a_day_later(world: World) -> None:
    world.now += timedelta(days=1, seconds=5)
    part = world.index.post(POST)[0].images["room.png"]
    if part.next_at and part.next_at <= world.now:
        world.waiting.append(Message("intake", ring_body(Ring(PICTURE))))
        world.settle()


def told(world: World) -> list[str]:
    outcome = world.index.post(POST)[0].images["room.png"].outcome
    assert outcome.state == "live"
    return [problem.what for problem in outcome.problems]


def test_nothing_is_said_before_texts_had_a_day_to_come(world: World) -> None:
    do(world, *HOUSE, put(PICTURE, texts.drawing(1)), BARE)
    assert told(world) == []
    a_day_later(world)
    assert told(world) == ["No text of the post shows this image."]


def test_a_text_that_shows_it_takes_the_word_back(world: World) -> None:
    do(world, *HOUSE, put(PICTURE, texts.drawing(1)))
    a_day_later(world)
    assert told(world) != []
    do(world, SHOWN)
    assert told(world) == []


def test_an_image_that_a_text_shows_is_not_asked_about_again(world: World) -> None:
    do(world, *HOUSE, SHOWN, put(PICTURE, texts.drawing(1)))
    a_day_later(world)
    assert told(world) == []


def test_a_text_that_no_longer_shows_it_is_noticed_at_once_when_the_day_is_over(world: World) -> None:
    do(world, *HOUSE, SHOWN, put(PICTURE, texts.drawing(1)))
    a_day_later(world)
    do(world, BARE)
    assert told(world) == ["No text of the post shows this image."]


def test_a_deleted_text_leaves_it_unused(world: World) -> None:
    do(world, *HOUSE, SHOWN, put(PICTURE, texts.drawing(1)))
    a_day_later(world)
    do(world, delete(EN))
    assert told(world) == ["No text of the post shows this image."]


def test_a_text_that_was_not_read_may_show_it(world: World) -> None:
    do(world, *HOUSE, put(PICTURE, texts.drawing(1)), put(EN, texts.refused(1)))
    a_day_later(world)
    assert told(world) == []
