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
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.stores import listing_keys, row_encoding
from colophon.stores.listing_index import ListingIndex
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import FEBRUARY, ONE, TWO, WITHDRAWAL, first, other
from tests.protocol.scenarios import EXCERPT, LONGER, SITE_AND_CLINIC, put

PUBLISH = ["TransactGetItems", "ListObjectVersions", "GetObject", "PutObject", "TransactWriteItems"]
# Of the first post of a month: a redirect at the month's address, and the month in the clinic's row.
NEW_MONTH = ["PutObject", "UpdateItem"]
# Of each group of listings: its token, its look, a swap for each object that changes, its row.
YEAR = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
# It finds the redirect, and reads the token of that before it looks once more.
YEAR_OF_NEW_MONTH = ["TransactGetItems", "Query", "HeadObject", *YEAR]
YEAR_OF_TWO_MONTHS = [*YEAR_OF_NEW_MONTH[:5], *["PutObject"] * 4, "PutItem"]
# The months of a year link to its page, so an empty one comes before them. It refuses the first PUT of the whole page.
FIRST_OF_YEAR = YEAR_OF_TWO_MONTHS
FIRST_YEAR_PAGE = ["TransactGetItems", "PutObject", "HeadObject", "TransactGetItems", "PutObject", "PutItem"]
# When a month gets its first post or loses its last.
YEAR_PAGE = ["TransactGetItems", "PutObject", "PutItem"]
ARCHIVE = ["TransactGetItems", "Query", "Query", *["PutObject"] * 3, "PutItem"]
DIRECTORY = ["TransactGetItems", "Query", *["PutObject"] * 3, "PutItem"]
# The days of the language, then the entries of each clinic that has some of the newest; of one with many, twice.
HOME = ["TransactGetItems", *["Query"] * 2, *["PutObject"] * 3, "PutItem"]
HOME_OF_MANY = ["TransactGetItems", *["Query"] * 3, *["PutObject"] * 3, "PutItem"]
HOME_PAGE_ALONE = ["TransactGetItems", *["Query"] * 2, "PutObject", "PutItem"]
HOME_PAGE_OF_MANY = ["TransactGetItems", *["Query"] * 3, "PutObject", "PutItem"]
UP_TO_DATE: list[str] = []
# Cache tags on their way: what was corrected or withdrawn before anything else, listings that lost it once swapped.
PURGE = ["SendMessage"]


def together(*groups: list[str]) -> list[str]:
    """The calls of groups that are not made from each other: one token for all of them, then each on its own."""
    return ["TransactGetItems", *(call for calls in groups for call in calls[1:])]


class Case(Struct, frozen=True):
    """``relist`` are the calls of each round of relist: it hears first of the entries, then of the rows that follow.

    ``new_month``: whether the post is the first of its month.
    """

    before: tuple[Upload, ...]
    upload: Upload
    relist: tuple[list[str], ...]
    new_month: bool = False


CASES: Mapping[str, Case] = {
    "a clinic's first post": Case(
        SITE_AND_CLINIC,
        first(1),
        (together(FIRST_OF_YEAR, HOME), together(FIRST_YEAR_PAGE, ARCHIVE), DIRECTORY, HOME_PAGE_ALONE),
        new_month=True,
    ),
    "another post of its month": Case(ONE, other(1), (together(YEAR, HOME), ARCHIVE)),
    "another post of its year": Case(
        ONE, other(1, FEBRUARY), (together(YEAR_OF_NEW_MONTH, HOME), together(YEAR_PAGE, ARCHIVE)), new_month=True
    ),
    "a correction that listings show": Case(TWO, first(2), ([*PURGE, *together(YEAR, HOME)], ARCHIVE)),
    "a correction that listings do not show": Case((*SITE_AND_CLINIC, EXCERPT), LONGER, (PURGE,)),
    "a correction of the day": Case(
        TWO,
        first(2, FEBRUARY),
        ([*PURGE, *together(YEAR_OF_TWO_MONTHS, HOME)], together(YEAR_PAGE, ARCHIVE)),
        new_month=True,
    ),
    "a withdrawal": Case(TWO, WITHDRAWAL, ([*PURGE, *together(YEAR, HOME), *PURGE], [*ARCHIVE, *PURGE])),
    "the withdrawal of the only post": Case(
        ONE,
        WITHDRAWAL,
        (
            [*PURGE, *together(YEAR, HOME), *PURGE],
            [*together(YEAR_PAGE, ARCHIVE), *PURGE],
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
    for messages in [batch] if reader in ("intake", "relist") else [[message] for message in batch]:
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
    assert len(calls_of(world, "intake")) == len(PUBLISH) + len(NEW_MONTH) * CASES[case].new_month
    rounds = rounds_of_relist(world)
    # The last round's rows call for nothing: what listings show of a group did not change, or nothing shows it.
    assert rounds == [*CASES[case].relist, UP_TO_DATE][: len(rounds)]
    assert len(rounds) >= len(CASES[case].relist)


@pytest.mark.parametrize(
    ("before", "month", "relist", "most"),
    [
        (ONE, [], (together(YEAR, HOME_OF_MANY), ARCHIVE), 6.2),
        (
            SITE_AND_CLINIC,
            NEW_MONTH,
            (together(FIRST_OF_YEAR, HOME_OF_MANY), together(FIRST_YEAR_PAGE, ARCHIVE), DIRECTORY, HOME_PAGE_OF_MANY),
            8.5,
        ),
    ],
    ids=["of a clinic that has posts", "the clinic's first ones"],
)
def test_ten_new_posts_that_come_together_cost_at_most_nine_calls_each(
    before: tuple[Upload, ...], month: list[str], relist: tuple[list[str], ...], most: float, world: World
) -> None:
    restore_or_settle(world, before)
    for letter in "abcdefghij":
        key = f"posts/{contents.CLINIC}/new-{letter}/en.md"
        world.queued.append(put(key, contents.edition("en", 1, post=letter))(world))
    published = calls_of(world, "intake")
    # One token and one listing for all of them, and one redirect for a new month.
    assert Counter(published) == Counter([*PUBLISH[:2], *PUBLISH[2:] * 10, *month])
    listed = rounds_of_relist(world)
    assert listed == [*relist, UP_TO_DATE]
    reported = calls_of(world, "report")
    assert reported == ["PutObject"] * 10
    total = len(published) + sum(map(len, listed)) + len(reported)
    assert total / 10 == most <= 9


def tagged(letter: str, *tags: str) -> Upload:
    return put(f"posts/{contents.CLINIC}/{letter}-side/en.md", contents.edition("en", 1, post=letter, tags=tags))


# New posts have the pages of their tags made again by a message, whose changes are gathered.
TAGS_MESSAGE = ["SendMessageBatch"]
# The rows of the years, the entries of those with the tags, a swap for each tag.
TAGS = ["TransactGetItems", "Query", "Query", "PutObject", "PutItem"]
# It asks which tags have pages.
ARCHIVE_WITH_TAGS = [*ARCHIVE[:3], "BatchGetItem", *ARCHIVE[3:]]
# A new tag: the row says so first, then the page is put, then the archive links to it.
NEW_TAG = ["TransactGetItems", "Query", "PutItem"]


def test_a_post_has_the_pages_of_its_own_tags_put_and_by_a_message(world: World) -> None:
    restore_or_settle(world, (*SITE_AND_CLINIC, tagged("a", "Sleep", "Water")))
    world.queued.append(tagged("b", "Sleep")(world))
    calls_of(world, "intake")
    assert rounds_of_relist(world) == [together(YEAR, HOME), [*TAGS_MESSAGE, *ARCHIVE_WITH_TAGS], UP_TO_DATE]
    assert calls_of(world, "listings") == TAGS


def test_a_new_tag_costs_its_page_and_the_archive_once_more(world: World) -> None:
    restore_or_settle(world, (*SITE_AND_CLINIC, tagged("a", "Sleep")))
    world.queued.append(tagged("b", "Water")(world))
    calls_of(world, "intake")
    archive_alone = [*ARCHIVE_WITH_TAGS[:4], "PutObject", "PutItem"]
    # The year's page names its tags, and the directory those of the clinic.
    assert rounds_of_relist(world) == [
        together(YEAR, HOME),
        [*TAGS_MESSAGE, *TAGS_MESSAGE, *ARCHIVE_WITH_TAGS],
        DIRECTORY,
        UP_TO_DATE,
    ]
    assert calls_of(world, "listings") == [*YEAR_PAGE, *NEW_TAG]
    assert rounds_of_relist(world) == [TAGS, archive_alone, UP_TO_DATE]


def test_a_withdrawal_waits_for_no_message_about_tags(world: World) -> None:
    posts = (tagged("a", "Sleep"), tagged("b", "Sleep"))
    restore_or_settle(world, (*SITE_AND_CLINIC, *posts))
    key = f"posts/{contents.CLINIC}/b-side/withdrawal.yaml"
    world.queued.append(put(key, contents.withdrawal())(world))
    calls_of(world, "intake")
    listed = rounds_of_relist(world)
    assert listed == [[*PURGE, *together(YEAR, HOME), *PURGE], [*TAGS, *ARCHIVE_WITH_TAGS, *PURGE], UP_TO_DATE]
    assert not any(message.to == "listings" for message in world.queued)


def test_ten_posts_put_no_page_of_a_tag_before_the_message_about_their_clinic_comes(world: World) -> None:
    restore_or_settle(world, (*SITE_AND_CLINIC, *(tagged(letter, "Sleep") for letter in ascii_lowercase[:10])))
    for letter in ascii_lowercase[10:20]:
        world.queued.append(tagged(letter, "Sleep", "Water")(world))
    published = calls_of(world, "intake")
    listed = rounds_of_relist(world)
    put_by_listings = [call for calls in listed for call in calls if call == "PutObject"]
    # Month, sitemap, search; the archive, its two feeds; the home page and its two. And once the directory, which names
    # the new tag.
    assert len(put_by_listings) == 9 + DIRECTORY.count("PutObject")
    assert (len(published) + sum(map(len, listed)) + 10) / 10 <= 9


# Of a day that is listed by prefix, after the year's months: which row lists the post, that part with the entries it
# names; with it the archive, as its newest posts may have changed. The rows above follow one another in further rounds.
PART = ["BatchGetItem", "TransactGetItems", "BatchGetItem", *["PutObject"] * 3, "PutItem"]
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
    of_part = [*together(WHOLE[:2], HOME_OF_MANY), *PART[:1], *together(PART[1:], ARCHIVE)]
    assert rounds_of_relist(world)[:1] == [[*PURGE, *of_part]]
    # Of a prefix that has posts. The first post of another reads the whole day, once for each of the sixteen.
    known = {prefix_of(f"{letter}-side") for letter in "bcdefg"}
    new = next(name for name in map("h{}".format, ascii_lowercase) if prefix_of(f"{name}-side") in known)
    world.queued.append(third(new)(world))
    calls_of(world, "intake")
    first_round, *others = rounds_of_relist(world)
    assert Counter(first_round) == Counter(of_part)
    # The day, the month, the year (of which only the row changes), and the archive's counts.
    assert others[:4] == [WHOLE, WHOLE, ["TransactGetItems", "Query", "PutItem"], [*ARCHIVE[:4], "PutItem"]]


def third(name: str, number: int = 1) -> Upload:
    key = f"posts/{contents.CLINIC}/{name}-side/en.md"
    return put(key, contents.edition("en", number, post=name))


def test_a_thousand_posts_that_left_cost_the_newest_posts_a_few_queries_more(world: World) -> None:
    restore_or_settle(world, ONE)
    for number in range(1000):
        blank = EntryRow("en", contents.CLINIC, date(2027, 1, 4), f"left-{number:03}", f"{number:064}")
        for item in (row_encoding.encode_entry(blank), listing_keys.recent_day_key(blank)):
            world.cloud.table.put_item(item)
    world.records_delivered = len(world.cloud.stream())
    world.queued.append(other(1)(world))
    calls_of(world, "intake")
    queries = [Counter(calls)["Query"] for calls in rounds_of_relist(world)]
    assert queries[:2] == [YEAR.count("Query") + HOME.count("Query") + 4, ARCHIVE.count("Query") + 3]


def test_the_newest_posts_of_clinics_that_take_turns_are_read_from_each_once(world: World) -> None:
    """Twenty-five clinics: the home page shows twenty posts, and reads of no clinic that has none of them."""
    for number in range(25):
        for day in (date(2027, 1, 1 + number), date(2026, 1, 1 + number)):
            row = EntryRow("en", f"clinic-{number:02}", day, "post", f"{day}", entry_of(number, day))
            for item in (row_encoding.encode_entry(row), listing_keys.recent_day_key(row)):
                world.cloud.table.put_item(item)
    world.transport.calls.clear()
    newest = ListingIndex(world.cloud.dynamodb, TABLE).read_newest("en")
    assert [row.clinic for row in newest] == [f"clinic-{number:02}" for number in range(24, 4, -1)]
    assert all(row.posted.year == 2027 for row in newest)
    assert len(world.transport.calls) <= 1 + 22


def test_the_newest_posts_of_one_clinic_are_read_without_its_earlier_days(world: World) -> None:
    days = [date(2027, 1 + number // 28, 1 + number % 28) for number in range(100)]
    for day in days:
        row = EntryRow("en", "clinic-01", day, f"post-{day}", f"{day}", entry_of(1, day))
        for item in (row_encoding.encode_entry(row), listing_keys.recent_day_key(row)):
            world.cloud.table.put_item(item)
    world.transport.calls.clear()
    newest = ListingIndex(world.cloud.dynamodb, TABLE).read_newest("en")
    assert [row.posted for row in newest] == days[: -len(newest) - 1 : -1]
    # One page of the days; the clinic's first entries, then those that follow them.
    assert len(world.transport.calls) <= 3


def test_days_that_earlier_code_noted_for_each_post_are_read_too(world: World) -> None:
    row = EntryRow("en", "clinic-01", date(2027, 1, 1), "post", "an identity", entry_of(1, date(2027, 1, 1)))
    world.cloud.table.put_item(row_encoding.encode_entry(row))
    earlier = {**row_encoding.make_key("recent#en", "2027/01/01#clinic-01/post"), **row_encoding.encode_row(row)}
    world.cloud.table.put_item(earlier)
    assert ListingIndex(world.cloud.dynamodb, TABLE).read_newest("en") == (row,)


def entry_of(number: int, day: date) -> Entry:
    names = (ClinicName("en", f"Clinic {number}"),)
    return Entry(
        lang="en",
        clinic=f"clinic-{number:02}",
        post="post",
        posted=day,
        title="A post",
        source_title="글",
        excerpt="Words.",
        original=False,
        reviewed=False,
        published=f"{day}",
        modified="",
        names=names,
        languages=("en",),
        tags=(),
    )
