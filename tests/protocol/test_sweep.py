"""Sweep: what is due is requested in its minute, and what was not handled is found within a day."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from colophon.decision.sweep import DueKey, should_enqueue
from colophon.listings.kinds.search import SEARCH
from colophon.page.paths import atom_path, home_path, json_feed_path, path_to_key
from colophon.stores.inbox import ScanBatch
from colophon.upload.keys import PostRef
from colophon.verbs.listings import parse_groups
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import SERVICE_TIME, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.losses import republish_all
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.versions import NEW, running, two_versions
from tests.protocol.harness.world import World
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    EN,
    KO,
    PICTURE,
    SITE,
    SITE_AND_CLINIC,
    WITHDRAWAL,
    WITHDRAWAL_CLINIC,
    delete,
    put,
)

POST = PostRef(contents.CLINIC, "a-quiet-room")
MINUTE = timedelta(minutes=1)
# The emulated bucket dates what comes by the clock on the wall.
NOW = SERVICE_TIME
AN_HOUR_LATER = NOW + timedelta(hours=1)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=True, searching=True, now=NOW)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def upload_all(world: World, *uploads: Upload) -> None:
    for upload in uploads:
        world.queued.append(upload(world))
    world.run_until_quiet()


def upload_without_events(world: World, *uploads: Upload) -> None:
    """Uploads whose notifications never come."""
    for upload in uploads:
        upload(world)


def sweep_at(world: World, moment: datetime) -> None:
    world.now = moment
    world.sweep()
    world.run_until_quiet()


def due_keys(world: World) -> list[DueKey]:
    return list(world.index.read_due(datetime.max.replace(tzinfo=UTC)))


def state_of(world: World, key: str) -> str:
    row = world.index.read_post(POST)[0]
    rows = (*row.pages.values(), *row.images.values(), *row.withdrawals.values())
    return next((one.outcome.state for one in rows if one.outcome.key == key), "")


def is_anywhere_on_site(world: World, words: str) -> bool:
    """Whether anything on the site holds ``words``."""
    return any(words.encode() in standing.content for standing in world.cloud.site().values())


def scheduled(at: datetime, number: int = 1) -> Upload:
    return put(EN, contents.edition("en", number, publish_at=at.isoformat()))


def test_a_post_is_live_in_the_minute_of_its_publish_at_and_nothing_of_it_before(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, scheduled(AN_HOUR_LATER))
    sweep_at(world, AN_HOUR_LATER - MINUTE)
    assert state_of(world, EN) == "scheduled"
    assert not is_anywhere_on_site(world, "Text en 1")
    sweep_at(world, AN_HOUR_LATER + timedelta(seconds=59))
    assert state_of(world, EN) == "live"
    assert is_anywhere_on_site(world, "Text en 1")
    assert due_keys(world) == []


@pytest.mark.parametrize(("days", "queues"), [(2, set()), (8, {"listings"})])
def test_a_scan_by_other_code_wakes_no_page_and_puts_no_listing_because_of_the_code(
    days: int, queues: set[str], world: World
) -> None:
    """Only the weekly scan that asks for every listing sends messages; the others find nothing that is behind."""
    upload_all(world, *BOTH)
    sweep_at(world, NOW)
    before, items = world.cloud.site(), world.cloud.items()
    with two_versions(world.cloud, derives=True), running(NEW):
        world.now = NOW + timedelta(days=days)
        world.sweep()
        assert {message.to for message in world.queued} == queues
        world.run_until_quiet()
        assert world.index.read_scan_cursor().code_version == f"{NEW} code"
    assert world.cloud.site() == before
    changed = {pk for (pk, sk), item in world.cloud.items().items() if item != items.get((pk, sk))}
    assert changed == {"round", "strays"}


def test_a_scan_by_other_code_requests_an_upload_whose_event_was_lost(world: World) -> None:
    upload_all(world, *BOTH)
    upload_without_events(world, put(WITHDRAWAL, contents.withdrawal()))
    with two_versions(world.cloud), running(NEW):
        world.now = NOW + timedelta(days=2)
        world.sweep()
    queues = {key: message.to for message in world.queued for key in (EN, KO, WITHDRAWAL) if f'"{key}"' in message.body}
    assert queues == dict.fromkeys((EN, KO, WITHDRAWAL), "intake")
    world.run_until_quiet()


def test_a_changed_publish_at_counts_and_the_old_one_does_not(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, scheduled(AN_HOUR_LATER), scheduled(AN_HOUR_LATER + 5 * MINUTE, 2))
    sweep_at(world, AN_HOUR_LATER)
    assert state_of(world, EN) == "scheduled"
    assert not is_anywhere_on_site(world, "Text en 1")
    sweep_at(world, AN_HOUR_LATER + 5 * MINUTE)
    assert state_of(world, EN) == "live"
    assert is_anywhere_on_site(world, "Text en 2")


def test_a_removed_publish_at_publishes_at_once(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, scheduled(AN_HOUR_LATER), put(EN, contents.edition("en", 2)))
    assert state_of(world, EN) == "live"
    assert due_keys(world) == []


def test_a_hold_ends_by_itself(world: World) -> None:
    until = "2026-05-20T09:00:00+09:00"
    world.now = datetime(2026, 5, 2, tzinfo=UTC)
    upload_all(
        world,
        *SITE_AND_CLINIC,
        put(EN, contents.edition("en", 1)),
        put(WITHDRAWAL, contents.withdrawal("hold", until=until)),
    )
    assert state_of(world, EN) == "withdrawn"
    sweep_at(world, datetime(2026, 5, 20, 0, 0, 30, tzinfo=UTC))
    assert state_of(world, EN) == "live"


def test_a_clinics_hold_ends_by_itself_for_all_its_posts(world: World) -> None:
    until = "2026-05-20T09:00:00+09:00"
    world.now = datetime(2026, 5, 2, tzinfo=UTC)
    key = f"clinics/{contents.CLINIC}/withdrawal.yaml"
    upload_all(world, *BOTH, put(key, contents.withdrawal("hold", until=until)))
    assert state_of(world, KO) == "withdrawn"
    sweep_at(world, datetime(2026, 5, 20, 0, 0, 30, tzinfo=UTC))
    assert state_of(world, KO) == state_of(world, EN) == "live"


def test_a_lost_request_is_repeated_at_growing_intervals() -> None:
    one = DueKey(NOW, EN)
    minutes = [minute for minute in range(-2, 70) if should_enqueue(one, NOW + minute * MINUTE + timedelta(seconds=7))]
    assert minutes == [0, 1, 2, 4, 8, 16, 32, 64]


def test_the_scan_finds_uploads_whose_events_were_lost(world: World) -> None:
    upload_without_events(
        world, put(SITE, contents.site(1)), put(CLINIC, contents.clinic(1)), put(PICTURE, contents.drawing(1))
    )
    upload_without_events(world, put(EN, contents.edition("en", 1, "room.png")), put("elsewhere/notes.txt", b"stray"))
    for day in range(3):
        sweep_at(world, NOW + timedelta(days=day, minutes=1))
    assert state_of(world, EN) == "live"
    assert world.index.read_stray("elsewhere/notes.txt").outcome


def test_the_scan_finds_deletions_and_withdrawals_whose_events_were_lost(world: World) -> None:
    upload_all(world, *BOTH)
    upload_without_events(world, delete(EN), put(f"{contents.POST}ko.md.withdrawal.yaml", contents.withdrawal()))
    sweep_at(world, NOW)
    assert (state_of(world, EN), state_of(world, KO)) == ("absent", "withdrawn")


def upload_without_relist(world: World, *uploads: Upload) -> None:
    """Relist gave up: what other pages and listings show of this is behind, and no request will come."""
    for upload in uploads:
        world.queued.append(upload(world))
    while message := next((one for one in world.queued if one.to != "relist"), None):
        world.queued.remove(message)
        world.handler_for(message)()
        world.deliver_stream()
    world.queued.clear()


def test_the_scan_repairs_a_lost_stream_record(world: World) -> None:
    upload_all(world, *SITE_AND_CLINIC, put(EN, contents.edition("en", 1)))
    upload_without_relist(world, put(KO, contents.edition("ko", 1)))
    sweep_at(world, NOW)
    assert state_of(world, KO) == "live"


@pytest.mark.parametrize("repair", [lambda world: sweep_at(world, NOW), republish_all], ids=["scan", "republish"])
def test_a_lost_stream_record_about_a_language_that_the_site_never_had_is_repaired(
    repair: Callable[[World], None], world: World
) -> None:
    """The entry of a post of a closed clinic has a tombstone even where there is no site."""
    upload_without_relist(world, put(WITHDRAWAL_CLINIC, contents.withdrawal()), put(KO, contents.edition("ko", 1)))
    home = [path_to_key(path("ko")) for path in (home_path, atom_path, json_feed_path)]
    assert not world.cloud.site().keys() & {*home}
    repair(world)
    assert [world.cloud.site()[key].status for key in home] == ["404"] * 3


def listing_messages(world: World) -> int:
    """Sweep; how many messages about listings then wait."""
    world.sweep()
    assert {message.to for message in world.queued} <= {"listings"}
    count = len(world.queued)
    world.run_until_quiet()
    return count


def test_a_scan_runs_once_a_day_and_enqueues_every_listing_once_a_week(world: World) -> None:
    upload_all(world, *BOTH)
    sent = []
    for _ in range(16):
        sent.append(listing_messages(world))
        world.now += timedelta(hours=12)
    assert [bool(number) for number in sent] == [True, *([False] * 13), True, False]


def test_a_scan_enqueues_a_listing_that_is_behind_its_entries(world: World) -> None:
    upload_all(world, *BOTH)
    assert listing_messages(world)
    world.now += timedelta(days=1)
    assert listing_messages(world) == 0
    upload_without_relist(world, put(EN, contents.edition("en", 2)))
    world.now += timedelta(days=1)
    world.sweep()
    bodies = [message.body for message in world.queued if message.to == "listings"]
    groups = [group for body in bodies for group in parse_groups(body)]
    assert SEARCH.group("en") in groups
    years = {(group.lang, group.clinic, group.year) for group in groups if group.year}
    assert years == {("en", contents.CLINIC, 2026)}, "and not the year of the other language"
    world.run_until_quiet()


def test_a_scan_resumes_where_it_stopped_and_passes_a_large_folder(world: World) -> None:
    upload_all(world, *BOTH, *(put(f"posts/{contents.CLINIC}/post-{number}/en.md", b"?") for number in range(6)))
    seen: list[str] = []
    after, stretches = "", 0
    while True:
        stretch = world.inbox.read_scan_batch(after, 1, page=3)
        seen += [folder.prefix for folder in stretch.folders]
        after, stretches = stretch.after, stretches + 1
        if not after:
            break
    assert len(seen) == len(set(seen)) == 9
    assert stretches > 3


@pytest.mark.parametrize(("seconds", "reads"), [(110.0, 4), (60.0, 3), (20.0, 1)])
def test_a_batch_reads_on_while_there_is_time_and_ends_before_the_next_minute(
    seconds: float, reads: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read takes ten seconds here, and finds one folder."""
    upload_all(world, *BOTH, *(put(f"posts/{contents.CLINIC}/post-{number}/en.md", b"?") for number in range(6)))
    read, seen = world.inbox.read_scan_batch, list[str]()

    def slow(after: str, *_: int, **__: int) -> ScanBatch:
        world.now += timedelta(seconds=10)
        seen.append(after)
        return read(after, 1, page=1)

    monkeypatch.setattr(world.inbox, "read_scan_batch", slow)
    world.sweep(seconds)
    assert len(seen) == reads
    assert world.index.read_scan_cursor().after
    monkeypatch.undo()
    world.run_until_quiet()


def test_listings_that_there_is_no_time_to_look_at_are_enqueued(world: World) -> None:
    upload_all(world, *BOTH)
    listing_messages(world)
    world.now += timedelta(days=1)
    world.sweep(seconds=0)
    assert {message.to for message in world.queued} == {"listings"}
    world.run_until_quiet()
