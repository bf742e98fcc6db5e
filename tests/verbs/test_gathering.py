"""When the messages for gathered listings are sent, and which: pure arithmetic of intervals."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from colophon.listings.kind import ListingGroup
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.search import SEARCH
from colophon.listings.kinds.tags import TAGS
from colophon.stores.queues import MessageQueue
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import CLOCK_MARGIN, parse_groups
from tests.verbs.account import Account

# Of a kind that every stack gathers for its own interval, and of one that is gathered for five minutes at least.
SEARCHED, TAGGED = SEARCH.group("en"), TAGS.group("en", "noeul")
# A moment at which both intervals begin.
START = 1_772_323_200


def sent(account: Account) -> list[tuple[ListingGroup, int]]:
    """Each group that a message names, and after how many seconds readers get it."""
    entries = [entry for asked in account.asked_of("send_message_batch") for entry in asked["Entries"]]
    return [(group, entry.get("DelaySeconds", 0)) for entry in entries for group in parse_groups(entry["MessageBody"])]


class Clock:
    """A process at a moment that the test sets, and the messages that it has sent."""

    def __init__(self, seconds: int) -> None:
        self.account, self.at = Account({}), 0
        client: Any = self.account
        self.gathering = Gathering(MessageQueue(client, "queue"), lambda: datetime.fromtimestamp(self.at, UTC), seconds)

    def gather(self, at: int, *groups: ListingGroup) -> list[tuple[ListingGroup, int]]:
        """What is sent for a change of ``groups`` so many seconds after the start."""
        self.at = START + at
        before = len(sent(self.account))
        self.gathering.enqueue((), groups)
        return sent(self.account)[before:]


def message(group: ListingGroup, until: int, delay: int) -> tuple[ListingGroup, int]:
    return replace(group, until=START + until), delay + CLOCK_MARGIN + 1


def test_a_group_has_one_message_for_each_interval_with_a_change() -> None:
    clock = Clock(60)
    assert clock.gather(0, SEARCHED) == [message(SEARCHED, 60, 60)]
    assert clock.gather(59, SEARCHED) == []
    assert clock.gather(60, SEARCHED) == [message(SEARCHED, 120, 60)]
    assert clock.gather(185, SEARCHED) == [message(SEARCHED, 240, 55)]


def test_the_longer_of_the_stacks_interval_and_the_kinds_counts() -> None:
    assert Clock(60).gather(10, SEARCHED, TAGGED) == [message(SEARCHED, 60, 50), message(TAGGED, 300, 290)]
    found = Clock(600).gather(10, SEARCHED, TAGGED)
    assert sorted(found) == sorted([message(SEARCHED, 600, 590), message(TAGGED, 600, 590)])


def test_a_message_that_was_sent_for_a_longer_interval_is_not_forgotten_meanwhile() -> None:
    clock = Clock(60)
    assert clock.gather(0, TAGGED) == [message(TAGGED, 300, 300)]
    for at in (30, 90, 150):
        clock.gather(at, SEARCHED)
    assert clock.gather(299, TAGGED) == []
    assert clock.gather(301, TAGGED) == [message(TAGGED, 600, 299)]


def test_without_an_interval_each_change_has_a_message_at_once() -> None:
    clock = Clock(0)
    for at in (0, 1):
        assert clock.gather(at, HOME.group("en")) == [(replace(HOME.group("en"), until=START + at + 1), 0)]
