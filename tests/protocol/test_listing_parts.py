"""Listings of at most two posts: a third divides a year into months, a month into days, a day into prefixes."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.listings.kind import EntryTraits
from colophon.listings.kinds import groups_of_key
from colophon.listings.kinds.year import YEAR
from colophon.listings.periods import ListingLimits, prefix_of
from colophon.page.paths import page_key
from colophon.upload.keys import PageRef, PageWithdrawal, PostRef
from colophon.verbs.listings import rebuild
from colophon_ops.site_reader import SiteBucket
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint
from colophon_ops.withdraw.listings import listings_that_mention, part_listings_that_mention
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import SITE as SITE_BUCKET
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker
from tests.protocol.harness.links import links_in
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.versions import (
    NEW,
    OLD,
    TwoVersionScheduler,
    TwoVersionWorld,
    check_at_rest_but_for_code,
    two_versions,
)
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import (
    CLINIC_REINSTATEMENT,
    CLINIC_WITHDRAWAL,
    FEBRUARY,
    MARCH,
    OTHER,
    REINSTATEMENT,
    TWO,
    WITHDRAWAL,
    as_listing_record,
    first,
    rebuild_request,
)
from tests.protocol.scenarios import CLINIC, KO, SITE, Scenario, delete, put

FEW = replace(REAL, limits=ListingLimits(posts=2))
FOLDER = f"en/{contents.CLINIC}/"
# What follows what on the table's stream when a post is the first too many.
SPLITS = ("entries#", "years#", "months#", "days#")
NEXT_DAY = "2026-03-03"
YEAR_OF_POSTS = YEAR.group("en", contents.CLINIC, 2026)


def post(letter: str, number: int = 1, posted: str = MARCH) -> Upload:
    """Edition ``number`` of another post."""
    key = f"posts/{contents.CLINIC}/{letter}-side/en.md"
    return put(key, contents.edition("en", number, posted=posted, post=letter))


THREE = (*TWO, post("c"))
FOUR_DAYS = (*TWO, post("c", posted=NEXT_DAY), post("d", posted=FEBRUARY))
STORIES: Mapping[str, tuple[Upload, ...]] = {
    "a correction": (post("c"), post("c", 2)),
    "withdrawn, reinstated": (post("c"), WITHDRAWAL, REINSTATEMENT),
    "the clinic is withdrawn and reinstated": (post("c"), CLINIC_WITHDRAWAL, CLINIC_REINSTATEMENT),
    "the site changes, and an original comes": (
        *(post("c"), put(SITE, contents.site(2)), put(KO, contents.edition("ko", 1))),
    ),
    "the clinic is renamed": (post("c"), put(CLINIC, contents.clinic(2))),
    "a corrected day": (post("c"), post("c", 2, NEXT_DAY), post("c", 3, FEBRUARY), post("c", 4)),
    "a post leaves before there are too many, and still counts": (delete(OTHER), post("c")),
}


def few(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, FEW, listing=True)


def pages(world: World) -> set[str]:
    """The listings of periods that readers get, without what all their keys begin with."""
    live = {key for key, stored in world.cloud.site().items() if key.startswith(f"{FOLDER}2026/") and not stored.status}
    return {key.removeprefix(FOLDER).removesuffix("index.html") for key in live}


@pytest.mark.parametrize("story", STORIES)
def test_every_story_ends_as_a_clean_build_and_links_lead_somewhere_after_every_message(
    story: str, account: Cloud, transport: Transport
) -> None:
    world = few(account, transport)
    restore_or_settle(world, TWO)
    checker = InvariantChecker(account)
    for upload in STORIES[story]:
        world.queued.append(upload(world))
        while world.queued:
            world.handle(0)
            checker.check()
    check_at_rest(world, clean_build(world))
    check_replay(world)
    check_at_rest(world, clean_build(world))


def test_a_period_is_divided_as_far_as_it_has_too_many_posts(account: Cloud, transport: Transport) -> None:
    world = few(account, transport)
    restore_or_settle(world, FOUR_DAYS)
    assert pages(world) == {"2026/", "2026/02/", "2026/03/", "2026/03/02/", "2026/03/03/"}
    world.queued.append(post("e")(world))
    world.run_until_quiet()
    prefixes = {prefix_of(name) for name in ("e-side", "b-side", contents.POST.split("/")[-2])}
    assert pages(world) == {"2026/", "2026/02/", "2026/03/", "2026/03/02/", "2026/03/03/"} | {
        f"2026/03/02/{prefix}/" for prefix in prefixes
    }


def test_what_was_divided_once_stays_so(account: Cloud, transport: Transport) -> None:
    world = few(account, transport)
    restore_or_settle(world, (*THREE, delete(f"posts/{contents.CLINIC}/c-side/en.md"), delete(OTHER)))
    assert pages(world) == {
        "2026/",
        "2026/03/",
        "2026/03/02/",
        f"2026/03/02/{prefix_of(contents.POST.split('/')[-2])}/",
    }
    check_at_rest(world, clean_build(world))


def test_the_proof_of_a_withdrawal_reads_every_object_that_mentions_the_post(
    account: Cloud, transport: Transport
) -> None:
    world = few(account, transport)
    restore_or_settle(world, (*FOUR_DAYS, post("e")))
    page = PageRef(PostRef(contents.CLINIC, "b-side"), "en")
    listed_by = EntryTraits(frozenset({date.fromisoformat(MARCH)}))
    edition = EditionFootprint(page, True, frozenset(), listed_by)
    footprint = Footprint(PageWithdrawal(page), (edition,), (), (), (), ())
    (parts,) = part_listings_that_mention(footprint)
    read = {key for _, key in listings_that_mention(footprint, ("en", "ko"))}
    read |= {page_key(page), *parts.find(SiteBucket(account.s3, SITE_BUCKET))}
    mentioning = {key for key, stored in world.cloud.site().items() if page_key(page) in links_in(stored.content)}
    assert mentioning <= read
    prefix = prefix_of("b-side")
    assert {f"{FOLDER}2026/03/02/{prefix}/index.html", f"{FOLDER}search-2026-03-02-{prefix}.json"} <= mentioning
    world.queued.append(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal())(world))
    world.run_until_quiet()
    assert not {key for key, stored in world.cloud.site().items() if page_key(page) in links_in(stored.content)}


def test_what_relist_never_heard_of_the_daily_scan_finds(account: Cloud, transport: Transport) -> None:
    world = few(account, transport)
    restore_or_settle(world, (*FOUR_DAYS, post("e")))
    world.queued.append(post("f")(world))
    world.handle(0)
    world.queued = [message for message in world.queued if message.to != "relist"]
    assert not any(b"Text en-f 1" in stored.content for key, stored in account.site().items() if "search-" in key)
    world.sweep()
    world.run_until_quiet()
    check_at_rest(world, clean_build(world))
    check_replay(world)


PAIRS: Mapping[str, Scenario] = {
    "a year is divided, and a correction": Scenario(
        TWO, (as_listing_record(post("c"), "entries#"), as_listing_record(first(2), "entries#"))
    ),
    "the months are made, and a withdrawal": Scenario(
        TWO, (as_listing_record(post("c"), "years#", SPLITS), as_listing_record(WITHDRAWAL, "entries#"))
    ),
    "a prefix, and another post of it": Scenario(
        THREE, (as_listing_record(post("c", 2), "entries#"), as_listing_record(post("s"), "entries#"))
    ),
    "a day from republish, and a withdrawal": Scenario(
        THREE,
        (
            rebuild_request(groups_of_key(f"{FOLDER}2026/03/02/index.html")[0]),
            as_listing_record(WITHDRAWAL, "entries#"),
        ),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_handler_that_comes_between_any_two_calls_of_another_leaves_a_clean_site(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants, FEW, listing=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3


def test_one_fault_at_any_call_leaves_a_clean_site(account: Cloud, transport: Transport) -> None:
    pair = Scenario(TWO, (as_listing_record(post("c"), "months#", SPLITS), as_listing_record(post("d"), "entries#")))
    scheduler = Scheduler(account, transport, pair.before, pair.participants, FEW, listing=True)
    assert single_faults(scheduler, [("first", "second")], of="first") > 5


@pytest.mark.parametrize("keeps_fields", [True, False], ids=["that keeps what it does not know", "that drops it"])
def test_what_earlier_code_lists_as_a_whole_is_divided_again(
    keeps_fields: bool, account: Cloud, transport: Transport
) -> None:
    world = few(account, transport)
    restore_or_settle(world, THREE)
    year = YEAR.item_key(YEAR_OF_POSTS)
    divided = world.cloud.items()[year]
    # Code before listings had parts, so to speak: a row that names none, and no limit.
    change_row(world, year, lambda row: {name: row[name] for name in row if name not in ("split", "awaited", "parts")})
    rebuild(YEAR_OF_POSTS, REAL.listing_clients(World(account, transport, REAL, listing=True)))
    assert b"Text en-c 1" in world.cloud.site()[f"{FOLDER}2026/03/index.html"].content
    if keeps_fields:
        kept = json.loads(divided["row"]["S"])
        change_row(world, year, lambda row: {**row, "split": kept["split"], "parts": kept["parts"]})
    world.records_delivered = len(world.cloud.stream())
    world.queued.append(first(2)(world))
    world.run_until_quiet()
    check_at_rest(world, clean_build(world))
    check_replay(world)


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), (NEW, OLD)])
def test_a_divided_year_counts_a_post_though_only_other_code_made_its_files(
    first: str, second: str, account: Cloud, transport: Transport
) -> None:
    """They name the months and stay; the row has the counts, and the archive shows them."""
    account.empty()
    world = TwoVersionWorld(account, transport, FEW, listing=True)
    with two_versions(account):
        world.choose = lambda: first
        upload_and_settle(world, *THREE)
        files = [key for key in world.cloud.site() if key in (f"{FOLDER}search-2026.json", f"{FOLDER}sitemap-2026.xml")]
        before = {key: world.cloud.site()[key] for key in files}
        world.choose = lambda: second
        upload_and_settle(world, post("d"))
        assert json.loads(world.cloud.items()[YEAR.item_key(YEAR_OF_POSTS)]["row"]["S"])["months"] == {"3": 4}
        assert len(files) == 2
        assert {key: world.cloud.site()[key] for key in files} == before
        check_at_rest_but_for_code(world)
        world.choose = lambda: first
        check_replay(world)


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), (NEW, OLD)])
def test_two_versions_that_meet_in_a_divided_year_leave_a_clean_site(
    first: str, second: str, account: Cloud, transport: Transport
) -> None:
    pair, versions = PAIRS["a prefix, and another post of it"], {"first": first, "second": second}
    with two_versions(account):
        scheduler = TwoVersionScheduler(
            account, transport, pair.before, pair.participants, FEW, listing=True, versions=versions
        )
        assert at_each_switch(scheduler, "first", ["second"]) > 3


def change_row(world: World, key: tuple[str, str], change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Store another row in the item with ``key``, as other code may have left it."""
    item = world.cloud.items()[key]
    row = json.dumps(change(json.loads(item["row"]["S"])))
    world.cloud.dynamodb.put_item(TableName=TABLE, Item={**item, "row": {"S": row}})
