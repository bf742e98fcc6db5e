"""An image that no text shows: its uploader is told after a day, and no longer once a text shows it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from colophon.upload.keys import PostRef
from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import SERVICE_TIME, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import EN, PICTURE, SITE_AND_CLINIC, delete, put

POST = PostRef(contents.CLINIC, "a-quiet-room")
SHOWN, BARE = put(EN, contents.edition("en", 1, "room.png")), put(EN, contents.edition("en", 2))


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, now=SERVICE_TIME)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def upload_all(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.queued.append(upload(world))
    world.run_until_quiet()


def a_day_later(world: World) -> None:
    world.now += timedelta(days=1, seconds=5)
    image_row = world.index.read_post(POST)[0].images["room.png"]
    if image_row.next_at and image_row.next_at <= world.now:
        world.queued.append(Message("intake", encode_message(RefreshRequest(PICTURE))))
        world.run_until_quiet()


def warnings_on_image(world: World) -> list[str]:
    outcome = world.index.read_post(POST)[0].images["room.png"].outcome
    assert outcome.state == "live"
    return [problem.what for problem in outcome.problems]


def test_nothing_is_said_before_texts_had_a_day_to_come(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)), BARE)
    assert warnings_on_image(world) == []
    a_day_later(world)
    assert warnings_on_image(world) == ["No text of the post shows this image."]


def test_a_text_that_shows_it_takes_the_word_back(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)))
    a_day_later(world)
    assert warnings_on_image(world) != []
    upload_all(world, SHOWN)
    assert warnings_on_image(world) == []


def test_an_image_that_a_text_shows_is_not_asked_about_again(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, SHOWN, put(PICTURE, contents.drawing(1)))
    a_day_later(world)
    assert warnings_on_image(world) == []


def test_a_text_that_no_longer_shows_it_is_noticed_at_once_when_the_day_is_over(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, SHOWN, put(PICTURE, contents.drawing(1)))
    a_day_later(world)
    upload_all(world, BARE)
    assert warnings_on_image(world) == ["No text of the post shows this image."]


def test_a_deleted_text_leaves_it_unused(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, SHOWN, put(PICTURE, contents.drawing(1)))
    a_day_later(world)
    upload_all(world, delete(EN))
    assert warnings_on_image(world) == ["No text of the post shows this image."]


def test_a_text_that_was_not_read_may_show_it(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)), put(EN, contents.refused(1)))
    a_day_later(world)
    assert warnings_on_image(world) == []
