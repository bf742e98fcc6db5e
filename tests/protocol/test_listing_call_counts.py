"""How many calls the listings cost: of one change, and of ten new posts that come together."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from string import ascii_lowercase

import pytest
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.periods import ListingLimits, prefix_of
from colophon.stores import row_encoding
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import FEBRUARY, ONE, TWO, WITHDRAWAL, first, other
from tests.protocol.scenarios import EXCERPT, LONGER, SITE_AND_CLINIC, put

PUBLISH = ["TransactGetItems", "ListObjectVersions", "GetObject", "PutObject", "TransactWriteItems"]
# Of each group of listings: its token, its look, a swap for each object that changes, its row.
YEAR = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
YEAR_OF_TWO_MONTHS = ["TransactGetItems", "Query", *["PutObject"] * 4, "PutItem"]
ARCHIVE = ["TransactGetItems", "Query", "Query", *["PutObject"] * 3, "PutItem"]
DIRECTORY = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
HOME = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
HOME_PAGE_ALONE = ["TransactGetItems", "Query", "PutObject", "PutItem"]
UP_TO_DATE: list[str] = []
# Cache tags on their way: what was corrected or withdrawn before anything else, listings that lost it once swapped.
PURGE = ["SendMessage"]


class Case(Struct, frozen=True):
    """``relist`` are the calls of each round of relist: it hears first of the entries, then of the rows that follow."""

    before: tuple[Upload, ...]
    upload: Upload
    relist: tuple[list[str], ...]


CASES: Mapping[str, Case] = {
    "a clinic's first post": Case(SITE_AND_CLINIC, first(1), ([*YEAR, *HOME], ARCHIVE, DIRECTORY, HOME_PAGE_ALONE)),
    "another post of its month": Case(ONE, other(1), ([*YEAR, *HOME], ARCHIVE)),
    "another post of its year": Case(ONE, other(1, FEBRUARY), ([*YEAR, *HOME], ARCHIVE)),
    "a correction that listings show": Case(TWO, first(2), ([*PURGE, *YEAR, *HOME], ARCHIVE)),
    "a correction that listings do not show": Case((*SITE_AND_CLINIC, EXCERPT), LONGER, (PURGE,)),
    "a correction of the day": Case(TWO, first(2, FEBRUARY), ([*PURGE, *YEAR_OF_TWO_MONTHS, *HOME], ARCHIVE)),
    "a withdrawal": Case(TWO, WITHDRAWAL, ([*PURGE, *YEAR, *HOME, *PURGE], [*ARCHIVE, *PURGE])),
    "the withdrawal of the only post": Case(
        ONE,
        WITHDRAWAL,
        (
            [*PURGE, *YEAR, *HOME, *PURGE],
            [*ARCHIVE, *PURGE],
            [*DIRECTORY, *PURGE],
            [*HOME_PAGE_ALONE, *PURGE],
        ),
    ),
}


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL, reporting=True, listing=True)


def calls_of(world: World, reader: str) -> list[str]:
    """The calls that ``reader`` makes to answer, together, all that waits for it."""
    batch = [message for message in world.queued if message.to == reader]
    world.queued = [message for message in world.queued if message.to != reader]
    world.transport.calls.clear()
    for messages in [batch] if reader != "report" else [[message] for message in batch]:
        if messages:
            world.handler_for_batch(messages)()
    return [call.operation for call in world.transport.calls]


def rounds_of_relist(world: World) -> list[list[str]]:
    """Its calls of each round until it hears of nothing more that calls for any."""
    rounds: list[list[str]] = []
    while world.deliver_stream() or any(message.to == "relist" for message in world.queued):
        rounds.append(calls_of(world, "relist"))
    return rounds


@pytest.mark.parametrize("case", CASES)
def test_a_change_costs_these_calls_and_no_other(case: str, world: World) -> None:
    restore_or_settle(world, CASES[case].before)
    world.queued.append(CASES[case].upload(world))
    assert len(calls_of(world, "intake")) == len(PUBLISH)
    rounds = rounds_of_relist(world)
    # The last round's rows call for nothing: what listings show of a group did not change, or nothing shows it.
    assert rounds == [*CASES[case].relist, UP_TO_DATE][: len(rounds)]
    assert len(rounds) >= len(CASES[case].relist)


@pytest.mark.parametrize(
    ("before", "relist", "most"),
    [
        (ONE, ([*YEAR, *HOME], ARCHIVE), 7.9),
        (SITE_AND_CLINIC, ([*YEAR, *HOME], ARCHIVE, DIRECTORY, HOME_PAGE_ALONE), 8.9),
    ],
    ids=["of a clinic that has posts", "the clinic's first ones"],
)
def test_ten_new_posts_that_come_together_cost_at_most_nine_calls_each(
    before: tuple[Upload, ...], relist: tuple[list[str], ...], most: float, world: World
) -> None:
    restore_or_settle(world, before)
    for letter in "abcdefghij":
        key = f"posts/{contents.CLINIC}/new-{letter}/en.md"
        world.queued.append(put(key, contents.edition("en", 1, post=letter))(world))
    published = calls_of(world, "intake")
    assert Counter(published) == Counter(PUBLISH * 10)
    listed = rounds_of_relist(world)
    assert listed == [*relist, UP_TO_DATE]
    reported = calls_of(world, "report")
    assert reported == ["PutObject"] * 10
    total = len(published) + sum(map(len, listed)) + len(reported)
    assert total / 10 == most <= 9


# Of a day that is listed by prefix: the year's months, which row lists the post, that part with the entries it names;
# then the archive, as its newest posts may have changed. The rows above follow one another in further rounds.
PART = ["TransactGetItems", "Query", "BatchGetItem", "TransactGetItems", "BatchGetItem", *["PutObject"] * 3, "PutItem"]
WHOLE = ["TransactGetItems", "Query", "PutObject", "PutItem"]


def test_a_post_of_a_divided_year_reads_the_entries_of_its_part_and_no_other(
    account: Cloud, transport: Transport
) -> None:
    account.empty()
    functions = replace(REAL, limits=ListingLimits(posts=2))
    world = World(account, transport, functions, listing=True)
    restore_or_settle(world, (*TWO, *map(third, "cdefg")))
    world.queued.append(third("c", 2)(world))
    calls_of(world, "intake")
    assert rounds_of_relist(world)[:1] == [[*PURGE, *WHOLE[:2], *HOME, *PART[2:], *ARCHIVE]]
    # Of a prefix that has posts. The first post of another reads the whole day, once for each of the sixteen.
    known = {prefix_of(f"{letter}-side") for letter in "bcdefg"}
    new = next(name for name in map("h{}".format, ascii_lowercase) if prefix_of(f"{name}-side") in known)
    world.queued.append(third(new)(world))
    calls_of(world, "intake")
    first_round, *others = rounds_of_relist(world)
    assert Counter(first_round) == Counter([*WHOLE[:2], *HOME, *PART[2:], *ARCHIVE])
    # The day, the month, the year (of which only the row changes), and the archive's counts.
    assert others[:4] == [WHOLE, WHOLE, ["TransactGetItems", "Query", "PutItem"], [*ARCHIVE[:4], "PutItem"]]


def third(name: str, number: int = 1) -> Upload:
    key = f"posts/{contents.CLINIC}/{name}-side/en.md"
    return put(key, contents.edition("en", number, post=name))


def test_a_thousand_posts_that_left_cost_the_newest_posts_three_queries_more(world: World) -> None:
    restore_or_settle(world, ONE)
    for number in range(1000):
        blank = EntryRow("en", contents.CLINIC, date(2027, 1, 4), f"left-{number:03}", f"{number:064}")
        for item in row_encoding.encode_entry(blank):
            world.cloud.table.put_item(item)
    world.records_delivered = len(world.cloud.stream())
    world.queued.append(other(1)(world))
    calls_of(world, "intake")
    queries = [Counter(calls)["Query"] for calls in rounds_of_relist(world)]
    assert queries[:2] == [YEAR.count("Query") + HOME.count("Query") + 3, ARCHIVE.count("Query") + 3]
