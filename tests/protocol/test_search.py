"""The search of a language: no change is lost between processes, clocks and messages; rebuilds that meet end well."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs import gathering, listings
from colophon.verbs.clients import AssetWriter
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import CLOCK_MARGIN, ListingClients, parse_groups, rebuild
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SITE, TABLE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.listing_scenarios import FEBRUARY, ONE, OTHER, WITHDRAWAL, first, other
from tests.protocol.scenarios import SITE_AND_CLINIC, Scenario, put
from tests.protocol.search_timeline import SECONDS, TagsTimeline, Timeline, draw_skews

SEEDS = range(8)


def play(
    account: Cloud,
    transport: Transport,
    seed: int,
    skew: float = CLOCK_MARGIN,
    late: float = 20.0,
    within: float = 2.5 * SECONDS,
    kind: type[Timeline] = Timeline,
) -> Timeline:
    account.empty()
    restore_or_settle(World(account, transport, REAL, listing=True), SITE_AND_CLINIC)
    timeline = kind(account, transport, seed, draw_skews(seed, skew), late)
    timeline.run(changes=10, within=within)
    return timeline


@pytest.mark.parametrize(("late", "within"), [(20.0, 2.5 * SECONDS), (1.0, 54.0)], ids=["late", "quick"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_change_is_shown_in_the_end_whatever_clocks_and_messages_do(
    seed: int, late: float, within: float, account: Cloud, transport: Transport
) -> None:
    assert play(account, transport, seed, late=late, within=within).is_up_to_date()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_change_of_tags_is_shown_in_the_end_by_one_rebuild_in_five_minutes_and_one_for_each_removal(
    seed: int, account: Cloud, transport: Transport
) -> None:
    timeline = play(account, transport, seed, late=250.0, within=700.0, kind=TagsTimeline)
    assert timeline.is_up_to_date()
    timeline = play(account, transport, seed, skew=0.0, late=0.5, within=700.0, kind=TagsTimeline)
    assert timeline.is_up_to_date()
    intervals = {int(moment) // TAGS.gathered_seconds for moment in timeline.recorded_at}
    assert 0 < len(timeline.recorded_at) <= len(intervals) + timeline.removed < 10


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_changes_are_shown_by_one_rebuild_a_minute_and_one_for_each_removal(
    seed: int, account: Cloud, transport: Transport
) -> None:
    timeline = play(account, transport, seed, skew=0.0, late=0.5)
    minutes = {int(moment) // SECONDS for moment in timeline.rebuilt_at}
    # Each removal has a message of its own, which may come twice; those that another rebuild has covered read nothing.
    assert len(timeline.rebuilt_at) <= len(minutes) + 2 * timeline.removed
    assert timeline.removed < 10


def is_lost(account: Cloud, transport: Transport) -> bool:
    """Whether the last change of a minute is lost with some seed, where messages are quick."""
    of_a_minute = {"late": 1.0, "within": 54.0}
    return not all(play(account, transport, seed, **of_a_minute).is_up_to_date() for seed in range(40))


def test_without_a_margin_for_clocks_a_change_is_lost(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (gathering, listings):
        monkeypatch.setattr(module, "CLOCK_MARGIN", -2)
    assert is_lost(account, transport)


def test_where_each_process_has_intervals_of_its_own_a_change_is_lost(
    account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that names the moment at which it was sent, as if nothing came after it."""
    enqueue = gathering.enqueue_listings

    def from_now(groups: Any, queue: Any, delay: int = 0) -> None:
        enqueue({listings.replace(group, until=group.until - SECONDS) for group in groups}, queue, delay)

    monkeypatch.setattr(gathering, "enqueue_listings", from_now)
    assert is_lost(account, transport)


class SentMessages:
    """A queue that keeps what is sent to it, and with which delay."""

    def __init__(self, *failures: Exception) -> None:
        self.sent: list[tuple[Any, int]] = []
        self.failures = list(failures)

    def send(self, bodies: list[str], delay: int = 0) -> None:
        if self.failures:
            raise self.failures.pop()
        self.sent += [(group, delay) for body in bodies for group in parse_groups(body)]


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(1_780_000_020 - 1_780_000_020 % SECONDS + seconds, UTC)


def test_a_process_sends_one_message_a_minute_which_is_read_after_it() -> None:
    queue, clock = SentMessages(), [moment(50)]
    own = Gathering(queue, lambda: clock[0], SECONDS)  # type: ignore[arg-type]
    for seconds in (50, 52, 59.9, 60, 61, 121):
        clock[0] = moment(seconds)
        own.enqueue([], [SEARCH.group("en")])
    ends = [int(moment(60 * minute).timestamp()) for minute in (1, 2, 3)]
    assert [(group.until, delay) for group, delay in queue.sent] == [
        (ends[0], 10 + CLOCK_MARGIN + 1),
        (ends[1], 60 + CLOCK_MARGIN + 1),
        (ends[2], 59 + CLOCK_MARGIN + 1),
    ]


def test_a_process_sends_one_message_in_five_minutes_about_the_tags_of_each_clinic() -> None:
    queue, clock = SentMessages(), [moment(0)]
    own = Gathering(queue, lambda: clock[0], SECONDS)  # type: ignore[arg-type]
    start = int(moment(0).timestamp())
    end = start - start % TAGS.gathered_seconds + TAGS.gathered_seconds
    for seconds in (end - start - 40, end - start - 1, end - start):
        clock[0] = moment(seconds)
        own.enqueue([], [TAGS.group("en", "one"), TAGS.group("en", "other")])
    assert [(group.clinic, group.until - end) for group, _ in queue.sent] == [
        *(("one", 0), ("other", 0)),
        *(("one", TAGS.gathered_seconds), ("other", TAGS.gathered_seconds)),
    ]
    # SQS delays a message for 900 seconds at most (API reference, "SendMessage").
    assert max(delay for _, delay in queue.sent) == TAGS.gathered_seconds + CLOCK_MARGIN + 1 <= 900


def test_a_message_that_was_not_accepted_is_sent_again() -> None:
    queue = SentMessages(TimeoutError())
    own = Gathering(queue, lambda: moment(5), SECONDS)  # type: ignore[arg-type]
    with pytest.raises(TimeoutError):
        own.enqueue([], [SEARCH.group("en")])
    own.enqueue([], [SEARCH.group("en")])
    assert len(queue.sent) == 1


def test_what_is_taken_down_does_not_wait() -> None:
    queue = SentMessages()
    own = Gathering(queue, lambda: moment(5), SECONDS)  # type: ignore[arg-type]
    own.enqueue([], [SEARCH.group("en")])
    own.enqueue([SEARCH.group("en")], [])
    assert [delay for _, delay in queue.sent] == [55 + CLOCK_MARGIN + 1, 0]


def as_search_message(upload: Upload) -> Upload:
    """An upload that is answered for, and its entry's record: what comes is the message about the search."""

    def tell(world: World) -> Message:
        world.handler_for(upload(world))()
        world.deliver_stream()
        record = next(m for m in world.queued if m.to == "relist" and m.partition.startswith("entries#"))
        world.queued.remove(record)
        world.handled.append(record)
        world.handler_for(record)()
        world.deliver_stream()
        message = next(message for message in world.queued if message.to == "listings")
        world.queued.remove(message)
        return message

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


PAIRS: Mapping[str, Scenario] = {
    "a correction, and another post": Scenario(ONE, (as_search_message(first(2)), as_search_message(other(1)))),
    "a new post, and its withdrawal": Scenario(
        ONE,
        (as_search_message(other(1)), as_search_message(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()))),
    ),
    "a correction, and a publish that records another post": Scenario(
        ONE, (as_search_message(first(2)), other(1, FEBRUARY))
    ),
    "another post, and a withdrawal that records into it": Scenario(ONE, (as_search_message(other(1)), WITHDRAWAL)),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_handler_that_comes_between_any_two_calls_of_a_rebuild_leaves_a_clean_site(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scenario = PAIRS[pair]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, listing=True, searching=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3


def test_one_fault_at_any_call_leaves_a_clean_site(account: Cloud, transport: Transport) -> None:
    scenario = PAIRS["a new post, and its withdrawal"]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, listing=True, searching=True)
    assert single_faults(scheduler, [("first", "second")], of="first") > 10


def test_a_withdrawal_costs_one_rebuild_at_once_and_purges_the_listings_once_it_is_recorded(
    account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = World(account, transport, REAL, listing=True, searching=True)
    restore_or_settle(world, (*ONE, other(1)))
    world.queued.append(WITHDRAWAL(world))
    messages: list[Any] = []
    purged_before_search: list[str] = []
    while world.queued or world.deliver_stream():
        (message,), world.queued = world.queued[:1], world.queued[1:]
        if message.to == "listings":
            messages += json.loads(message.body)["listings"]
            purged_before_search = list(world.purged)
            world.purged.clear()
            transport.calls.clear()
            world.handler_for(message)()
            # The days of the language, then the entries of its clinic: the shard, the index, and the row.
            assert [call.operation for call in transport.calls] == [
                *("TransactGetItems", "Query", "Query", "PutObject", "PutObject", "PutItem")
            ]
        else:
            world.handler_for(message)()
        world.deliver_stream()
    assert [(group["place"], group["lang"]) for group in messages] == [(SEARCH.number, "en")]
    assert "l:en" in purged_before_search
    assert "l:en" in world.purged


def test_a_row_of_a_clock_that_is_ahead_keeps_no_message_from_being_answered(
    account: Cloud, transport: Transport
) -> None:
    """Else nothing would be rebuilt until every other clock has come so far."""
    account.empty()
    world = World(account, transport, REAL, listing=True)
    restore_or_settle(world, ONE)
    site = Site(account.s3, SITE)
    ahead, on_time = (
        ListingClients(ListingIndex(account.dynamodb, TABLE), site, AssetWriter(site), now=lambda at=at: moment(at))
        for at in (3600, 60)
    )
    rebuild(SEARCH.group("en"), ahead)
    other(1)(world)
    before = account.site()["en/search/00.json"]
    world.queued.append(other(1)(world))
    while world.queued or world.deliver_stream():
        (message,), world.queued = world.queued[:1], world.queued[1:]
        if message.to != "listings":
            world.handler_for(message)()
    rebuild(listings.replace(SEARCH.group("en"), until=int(moment(60).timestamp())), on_time)
    assert account.site()["en/search/00.json"] != before
