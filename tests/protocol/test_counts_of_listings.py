"""How many calls the listings cost: of one change, and of ten new posts that come together."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from msgspec import Struct

from colophon.decision.listing_rows import EntryRow
from colophon.stores import row_encoding
from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.listing_scenes import FEBRUARY, ONE, ORDER, TWO, first, other
from tests.protocol.scenarios import EXCERPT, HOUSE, LONGER, put

PUBLISH = ["TransactGetItems", "ListObjectVersions", "GetObject", "PutObject", "TransactWriteItems"]
# Of each group of listings: its token, its look, a swap for each object that changes, its row.
YEAR = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
YEAR_OF_TWO_MONTHS = ["TransactGetItems", "Query", *["PutObject"] * 4, "PutItem"]
ARCHIVE = ["TransactGetItems", "Query", "Query", *["PutObject"] * 3, "PutItem"]
DIRECTORY = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
HOME = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
HOME_PAGE_ALONE = ["TransactGetItems", "Query", "PutObject", "PutItem"]
SETTLED: list[str] = []
# Cache tags on their way: what was corrected or withdrawn before anything else, listings that lost it once swapped.
PURGE = ["SendMessage"]


class Case(Struct, frozen=True):
    """``relist`` are the calls of each round of relist: it hears first of the entries, then of the rows that follow."""

    before: tuple[Upload, ...]
    upload: Upload
    relist: tuple[list[str], ...]


CASES: Mapping[str, Case] = {
    "a clinic's first post": Case(HOUSE, first(1), ([*YEAR, *HOME], ARCHIVE, DIRECTORY, HOME_PAGE_ALONE)),
    "another post of its month": Case(ONE, other(1), ([*YEAR, *HOME], ARCHIVE)),
    "another post of its year": Case(ONE, other(1, FEBRUARY), ([*YEAR, *HOME], ARCHIVE)),
    "a correction that listings show": Case(TWO, first(2), ([*PURGE, *YEAR, *HOME], ARCHIVE)),
    "a correction that listings do not show": Case((*HOUSE, EXCERPT), LONGER, (PURGE,)),
    "a correction of the day": Case(TWO, first(2, FEBRUARY), ([*PURGE, *YEAR_OF_TWO_MONTHS, *HOME], ARCHIVE)),
    "a withdrawal": Case(TWO, ORDER, ([*PURGE, *YEAR, *HOME, *PURGE], [*ARCHIVE, *PURGE])),
    "the withdrawal of the only post": Case(
        ONE,
        ORDER,
        (
            [*PURGE, *YEAR, *HOME, *PURGE],
            [*ARCHIVE, *PURGE],
            [*DIRECTORY, *PURGE],
            [*HOME_PAGE_ALONE, *PURGE],
        ),
    ),
}


@pytest.fixture
def world(account: Cloud, stage: Stage) -> World:
    account.empty()
    return World(account, stage, REAL, reporting=True, listing=True)


def calls_of(world: World, reader: str) -> list[str]:
    """The calls that ``reader`` makes to answer, together, all that waits for it."""
    batch = [message for message in world.waiting if message.to == reader]
    world.waiting = [message for message in world.waiting if message.to != reader]
    world.stage.calls.clear()
    for part in [batch] if reader != "report" else [[message] for message in batch]:
        if part:
            world.work_on(part)()
    return [call.operation for call in world.stage.calls]


def rounds_of_relist(world: World) -> list[list[str]]:
    """Its calls of each round until it hears of nothing more that calls for any."""
    rounds: list[list[str]] = []
    while world.overhear() or any(message.to == "relist" for message in world.waiting):
        rounds.append(calls_of(world, "relist"))
    return rounds


@pytest.mark.parametrize("case", CASES)
def test_a_change_costs_these_calls_and_no_other(case: str, world: World) -> None:
    settled(world, CASES[case].before)
    world.waiting.append(CASES[case].upload(world))
    assert len(calls_of(world, "intake")) == len(PUBLISH)
    rounds = rounds_of_relist(world)
    # The last round's rows call for nothing: what listings show of a group did not change, or nothing shows it.
    assert rounds == [*CASES[case].relist, SETTLED][: len(rounds)]
    assert len(rounds) >= len(CASES[case].relist)


@pytest.mark.parametrize(
    ("before", "relist", "most"),
    [
        (ONE, ([*YEAR, *HOME], ARCHIVE), 7.9),
        (HOUSE, ([*YEAR, *HOME], ARCHIVE, DIRECTORY, HOME_PAGE_ALONE), 8.9),
    ],
    ids=["of a clinic that has posts", "the clinic's first ones"],
)
def test_ten_new_posts_that_come_together_cost_at_most_nine_calls_each(
    before: tuple[Upload, ...], relist: tuple[list[str], ...], most: float, world: World
) -> None:
    settled(world, before)
    for letter in "abcdefghij":
        key = f"posts/{texts.CLINIC}/new-{letter}/en.md"
        world.waiting.append(put(key, texts.edition("en", 1, post=letter))(world))
    published = calls_of(world, "intake")
    assert Counter(published) == Counter(PUBLISH * 10)
    listed = rounds_of_relist(world)
    assert listed == [*relist, SETTLED]
    reported = calls_of(world, "report")
    assert reported == ["PutObject"] * 10
    total = len(published) + sum(map(len, listed)) + len(reported)
    assert total / 10 == most <= 9


def test_a_thousand_posts_that_left_cost_the_newest_posts_three_queries_more(world: World) -> None:
    settled(world, ONE)
    for number in range(1000):
        blank = EntryRow("en", texts.CLINIC, date(2027, 1, 4), f"left-{number:03}", f"{number:064}")
        for item in row_encoding.entry_items(blank):
            world.cloud.table.put_item(item)
    world.heard = len(world.cloud.stream())
    world.waiting.append(other(1)(world))
    calls_of(world, "intake")
    queries = [Counter(calls)["Query"] for calls in rounds_of_relist(world)]
    assert queries[:2] == [YEAR.count("Query") + HOME.count("Query") + 3, ARCHIVE.count("Query") + 3]
