"""Posts that moved: an earlier address leads to the one live post that claims it, in every order."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import CHAIN, MOVED, PAIRS, STORIES, A, B, C, post_text, reinstate, withdraw
from tests.protocol.scenarios import SITE_AND_CLINIC, delete, refresh
from tests.protocol.test_listing_call_counts import NEW_MONTH
from tests.rotating_seeds import share_of_the_day, third_of_the_day

# Every order and every fault of every pair; else of a third of them. ``make simulate`` plays all, too.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
IN_EVERY_ORDER = list(PAIRS) if WHOLE else share_of_the_day(PAIRS, 3)


@pytest.fixture
def world(account: Cloud, transport: Transport, request: pytest.FixtureRequest) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=getattr(request, "param", False))
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def status_of(world: World, name: str) -> str:
    """What answers at the post ``name``: a kind of tombstone and where it leads, ``page``, or nothing."""
    found = world.cloud.find(f"en/{contents.CLINIC}/{name}/index.html")
    if found is None:
        return ""
    kind = found.metadata.get("kind", "page")
    return f"{kind} {found.metadata['location'].split('/')[3]}" if kind == "moved" else kind


def rev(world: World, name: str) -> int:
    found = world.cloud.find(f"en/{contents.CLINIC}/{name}/index.html")
    return int(found.metadata["rev"]) if found else 0


def warnings_of(world: World, name: str) -> tuple[str, ...]:
    """What the report on the post ``name`` says of its earlier addresses."""
    outcome = world.index.read_post(PostRef(contents.CLINIC, name))[0].pages["en"].outcome
    assert outcome.state == "live"
    return tuple(problem.what for problem in outcome.problems if problem.field == "moved_from")


@pytest.mark.parametrize("pair", IN_EVERY_ORDER)
def test_two_handlers_of_a_claim_in_any_order_end_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert every_order(scheduler, reduced=not WHOLE) > 3


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in IN_EVERY_ORDER])
def test_a_handler_between_any_two_calls_of_another_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 2


@pytest.mark.parametrize("pair", third_of_the_day(PAIRS))
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(scheduler, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world, checker = World(account, transport, REAL), InvariantChecker(account)
    restore_or_settle(world, SITE_AND_CLINIC)
    for upload in STORIES[story][len(SITE_AND_CLINIC) :]:
        upload_and_settle(world, upload)
        checker.check()
        check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)


def test_an_address_at_which_nothing_is_any_more_leads_to_the_post_that_claims_it(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, post_text("a", 1), delete(A), post_text("b", 1, "a"))
    assert status_of(world, "a") == "moved b"
    assert warnings_of(world, "b") == ()


def test_a_live_page_stays_and_the_claimant_is_warned_until_it_is_deleted(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, post_text("a", 1), post_text("b", 1, "a"))
    assert status_of(world, "a") == "page"
    assert warnings_of(world, "b") == (
        f"The earlier address {contents.CLINIC}/a still shows a page of its own, so it does not redirect here.",
    )
    upload_and_settle(world, delete(A))
    assert status_of(world, "a") == "moved b"
    assert warnings_of(world, "b") == ()
    upload_and_settle(world, post_text("a", 2))
    assert status_of(world, "a") == "page"
    assert len(warnings_of(world, "b")) == 1


def test_of_two_claims_none_counts_and_both_are_warned_until_one_is_left(world: World) -> None:
    upload_and_settle(world, *MOVED, post_text("c", 1, "a"))
    assert status_of(world, "a") == "absent"
    assert f"({contents.CLINIC}/c)" in warnings_of(world, "b")[0]
    assert f"({contents.CLINIC}/b)" in warnings_of(world, "c")[0]
    upload_and_settle(world, post_text("b", 2))
    assert status_of(world, "a") == "moved c"
    assert warnings_of(world, "c") == ()


def test_a_withdrawal_beats_a_redirect(world: World) -> None:
    upload_and_settle(world, *MOVED, withdraw("a"))
    assert status_of(world, "a") == "gone"
    upload_and_settle(world, reinstate("a"))
    assert status_of(world, "a") == "moved b"


def test_no_address_leads_to_a_post_that_is_withdrawn(world: World) -> None:
    upload_and_settle(world, *MOVED, withdraw("b"))
    assert (status_of(world, "a"), status_of(world, "b")) == ("absent", "gone")
    upload_and_settle(world, reinstate("b"))
    assert (status_of(world, "a"), status_of(world, "b")) == ("moved b", "page")


def test_a_chain_leads_to_its_end_at_once(world: World) -> None:
    upload_and_settle(world, *CHAIN)
    assert (status_of(world, "a"), status_of(world, "b")) == ("moved b", "page")
    upload_and_settle(world, delete(B))
    assert (status_of(world, "a"), status_of(world, "b")) == ("moved c", "moved c")
    upload_and_settle(world, post_text("d", 1, "c"), delete(C))
    assert {status_of(world, name) for name in "abc"} == {"moved d"}
    upload_and_settle(world, withdraw("d"))
    assert {status_of(world, name) for name in "abc"} == {"absent"}


def test_a_circle_without_a_live_post_leads_nowhere(world: World) -> None:
    upload_and_settle(world, *STORIES["three in a circle, none of them left"][:-1])
    assert {status_of(world, name) for name in "abc"} == {"moved d"}
    before = rev(world, "a")
    upload_and_settle(world, withdraw("d"))
    assert {status_of(world, name) for name in "abc"} == {"absent"}
    assert rev(world, "a") == before + 1, "it does not go round and round"
    upload_and_settle(world, reinstate("d"))
    assert {status_of(world, name) for name in "abc"} == {"moved d"}


def test_what_follows_from_a_tangle_does_not_hang_on_who_came_first(world: World) -> None:
    upload_and_settle(world, *STORIES["two lead to each other's addresses, and two others claim both"])
    assert {status_of(world, name) for name in "ab"} == {"moved d"}
    upload_and_settle(world, post_text("c", 2, "a"))
    assert {status_of(world, name) for name in "ab"} == {"absent"}


@pytest.mark.parametrize("world", [True], indirect=True, ids=["with listings"])
def test_the_scan_finds_claims_whose_stream_records_were_lost_and_a_quiet_scan_sends_nothing(world: World) -> None:
    upload_and_settle(world, *MOVED)
    for upload in (post_text("c", 1, "a"), post_text("b", 2), post_text("d", 1, ["never"])):
        world.handler_for(upload(world))()
    world.records_delivered = len(world.cloud.stream())
    assert (status_of(world, "a"), status_of(world, "never")) == ("moved b", "")
    world.sweep()
    world.run_until_quiet()
    assert (status_of(world, "a"), status_of(world, "never")) == ("moved c", "moved d")
    world.now += timedelta(days=2)
    world.sweep()
    assert [message.body for message in world.queued if message.to == "intake"] == []


def test_a_refresh_of_a_whole_post_includes_its_claimed_addresses(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC)
    world.handler_for(post_text("b", 1, "a")(world))()
    world.records_delivered = len(world.cloud.stream())
    upload_and_settle(world, refresh(A.removesuffix("en.md")))
    assert status_of(world, "a") == "moved b"


@pytest.mark.parametrize(
    ("before", "upload", "calls"),
    [
        (
            SITE_AND_CLINIC,
            post_text("b", 1, "a"),
            ["GetObject", "BatchGetItem", *NEW_MONTH, "PutObject", "TransactWriteItems"],
        ),
        (MOVED, post_text("b", 1, "a"), ["BatchGetItem"]),
        (MOVED, post_text("b", 2, "a"), ["GetObject", "BatchGetItem", "PutObject", "TransactWriteItems"]),
    ],
    ids=["a claim", "the same again", "a correction"],
)
def test_a_claim_costs_one_read_more(
    before: tuple[Upload, ...], upload: Upload, calls: list[str], world: World
) -> None:
    upload_and_settle(world, *before)
    message = upload(world)
    world.transport.calls.clear()
    world.handler_for(message)()
    assert [call.operation for call in world.transport.calls] == ["TransactGetItems", "ListObjectVersions", *calls]
    world.deliver_stream()
    world.run_until_quiet()
