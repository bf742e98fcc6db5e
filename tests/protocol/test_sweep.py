"""Sweep: what is due is rung for in its minute, and what nobody answered for is found within a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from colophon.decision.sweep import Due, is_rung
from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import BOTH, CLINIC, EN, HOUSE, KO, ORDER, PICTURE, SITE, delete, put

POST = PostRef(texts.CLINIC, "a-quiet-room")
MINUTE = timedelta(minutes=1)
# The emulated bucket dates what comes by the clock on the wall.
NOW = datetime.now(UTC).replace(microsecond=0)
AN_HOUR_LATER = NOW + timedelta(hours=1)


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL, listing=True, now=NOW)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def do(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.waiting.append(upload(world))
    world.settle()


def unheard(world: World, *uploads: Upload) -> None:
    """Uploads whose notifications never come."""
    for upload in uploads:
        upload(world)


def sweep_at(world: World, moment: datetime) -> None:
    world.now = moment
    world.sweep()
    world.settle()


def due(world: World) -> list[Due]:
    return list(world.index.due(datetime.max.replace(tzinfo=UTC)))


def state(world: World, key: str) -> str:
    row = world.index.post(POST)[0]
    parts = (*row.pages.values(), *row.images.values(), *row.orders.values())
    return next((part.outcome.state for part in parts if part.outcome.key == key), "")


def shown(world: World, words: str) -> bool:
    """Whether anything on the site holds ``words``."""
    return any(words.encode() in standing.content for standing in world.cloud.site().values())


def scheduled(at: datetime, number: int = 1) -> Upload:
    return put(EN, texts.edition("en", number, publish_at=at.isoformat()))


def test_a_post_is_live_in_the_minute_of_its_publish_at_and_nothing_of_it_before(world: World) -> None:
    do(world, *HOUSE, scheduled(AN_HOUR_LATER))
    sweep_at(world, AN_HOUR_LATER - MINUTE)
    assert state(world, EN) == "scheduled"
    assert not shown(world, "Text en 1")
    sweep_at(world, AN_HOUR_LATER + timedelta(seconds=59))
    assert state(world, EN) == "live"
    assert shown(world, "Text en 1")
    assert due(world) == []


def test_what_other_code_made_is_rung_for_in_the_slow_lane_and_a_lost_upload_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(world, *BOTH)
    with monkeypatch.context() as other:
        other.setattr("colophon.verbs.sweep.code_version", lambda: "other code")
        other.setattr("colophon.decision.snapshot.code_version", lambda: "other code")
        unheard(world, put(ORDER, texts.withdrawal()))
        world.now = NOW + timedelta(days=2)
        world.sweep()
    queues = {key: message.to for message in world.waiting for key in (EN, KO, ORDER) if f'"{key}"' in message.body}
    assert queues == {EN: "slow", KO: "slow", ORDER: "intake"}
    assert world.index.round().code == "other code"
    world.settle()


def test_a_changed_publish_at_counts_and_the_old_one_does_not(world: World) -> None:
    do(world, *HOUSE, scheduled(AN_HOUR_LATER), scheduled(AN_HOUR_LATER + 5 * MINUTE, 2))
    sweep_at(world, AN_HOUR_LATER)
    assert state(world, EN) == "scheduled"
    assert not shown(world, "Text en 1")
    sweep_at(world, AN_HOUR_LATER + 5 * MINUTE)
    assert state(world, EN) == "live"
    assert shown(world, "Text en 2")


def test_a_removed_publish_at_publishes_at_once(world: World) -> None:
    do(world, *HOUSE, scheduled(AN_HOUR_LATER), put(EN, texts.edition("en", 2)))
    assert state(world, EN) == "live"
    assert due(world) == []


def test_a_hold_ends_by_itself(world: World) -> None:
    until = "2026-05-20T09:00:00+09:00"
    world.now = datetime(2026, 5, 2, tzinfo=UTC)
    do(world, *HOUSE, put(EN, texts.edition("en", 1)), put(ORDER, texts.withdrawal("hold", until=until)))
    assert state(world, EN) == "withdrawn"
    sweep_at(world, datetime(2026, 5, 20, 0, 0, 30, tzinfo=UTC))
    assert state(world, EN) == "live"


def test_a_clinics_hold_ends_by_itself_for_all_its_posts(world: World) -> None:
    until = "2026-05-20T09:00:00+09:00"
    world.now = datetime(2026, 5, 2, tzinfo=UTC)
    key = f"clinics/{texts.CLINIC}/withdrawal.yaml"
    do(world, *BOTH, put(key, texts.withdrawal("hold", until=until)))
    assert state(world, KO) == "withdrawn"
    sweep_at(world, datetime(2026, 5, 20, 0, 0, 30, tzinfo=UTC))
    assert state(world, KO) == state(world, EN) == "live"


def test_a_ring_that_is_lost_is_made_good_and_not_every_minute_for_ever() -> None:
    one = Due(NOW, EN)
    rung = [minute for minute in range(-2, 70) if is_rung(one, NOW + minute * MINUTE + timedelta(seconds=7))]
    assert rung == [0, 1, 2, 4, 8, 16, 32, 64]


def test_uploads_of_which_nobody_was_told_are_found(world: World) -> None:
    unheard(world, put(SITE, texts.site(1)), put(CLINIC, texts.clinic(1)), put(PICTURE, texts.drawing(1)))
    unheard(world, put(EN, texts.edition("en", 1, "room.png")), put("elsewhere/notes.txt", b"stray"))
    for day in range(3):
        sweep_at(world, NOW + timedelta(days=day, minutes=1))
    assert state(world, EN) == "live"
    assert world.index.stray("elsewhere/notes.txt").outcome


def test_deletions_and_orders_of_which_nobody_was_told_are_found(world: World) -> None:
    do(world, *BOTH)
    unheard(world, delete(EN), put(f"{texts.POST}ko.md.withdrawal.yaml", texts.withdrawal()))
    sweep_at(world, NOW)
    assert (state(world, EN), state(world, KO)) == ("absent", "withdrawn")


def test_a_lost_record_of_the_stream_is_made_good(world: World) -> None:
    """Relist gave up: the sibling's page and the listings are behind, and nobody will ring."""
    do(world, *HOUSE, put(EN, texts.edition("en", 1)))
    world.waiting.append(put(KO, texts.edition("ko", 1))(world))
    while message := next((one for one in world.waiting if one.to != "relist"), None):
        world.waiting.remove(message)
        world.work(message)()
        world.overhear()
    world.waiting.clear()
    sweep_at(world, NOW)
    assert state(world, KO) == "live"


def test_a_round_is_once_a_day_and_a_quiet_one_rings_for_no_upload(world: World) -> None:
    do(world, *BOTH)
    world.sweep()
    assert {message.to for message in world.waiting} == {"listings"}
    world.settle()
    world.now += timedelta(hours=23)
    world.sweep()
    assert world.waiting == []
    world.now += timedelta(hours=2)
    world.sweep()
    assert world.waiting != []
    world.settle()


def test_a_round_goes_on_where_it_stopped_and_comes_past_a_large_folder(world: World) -> None:
    do(world, *BOTH, *(put(f"posts/{texts.CLINIC}/post-{number}/en.md", b"?") for number in range(6)))
    seen: list[str] = []
    after, stretches = "", 0
    while True:
        stretch = world.inbox.stretch(after, 1, page=3)
        seen += [folder.prefix for folder in stretch.folders]
        after, stretches = stretch.after, stretches + 1
        if not after:
            break
    assert len(seen) == len(set(seen)) == 9
    assert stretches > 3
