"""Posts that moved: an earlier address leads to the one live post that claims it, whoever comes between."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.eyes import Eyes
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Theatre, Upload, do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import CHAIN, MOVED, PAIRS, STORIES, A, B, C, end, order, text
from tests.protocol.scenarios import HOUSE, delete, rung

WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))


@pytest.fixture
def world(account: Cloud, stage: Stage, request: pytest.FixtureRequest) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL, listing=getattr(request, "param", False))
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def stands(world: World, name: str) -> str:
    """What answers at the post ``name``: a kind of tombstone and where it leads, ``page``, or nothing."""
    found = world.cloud.stands(f"en/{texts.CLINIC}/{name}/index.html")
    if found is None:
        return ""
    kind = found.metadata.get("kind", "page")
    return f"{kind} {found.metadata['location'].split('/')[3]}" if kind == "moved" else kind


def rev(world: World, name: str) -> int:
    found = world.cloud.stands(f"en/{texts.CLINIC}/{name}/index.html")
    return int(found.metadata["rev"]) if found else 0


def told(world: World, name: str) -> tuple[str, ...]:
    """What the report on the post ``name`` says of its earlier addresses."""
    outcome = world.index.post(PostRef(texts.CLINIC, name))[0].pages["en"].outcome
    assert outcome.state == "live"
    return tuple(problem.what for problem in outcome.problems if problem.field == "moved_from")


@pytest.mark.parametrize("pair", PAIRS)
def test_two_handlers_of_a_claim_in_any_order_end_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, stage: Stage
) -> None:
    theatre = Theatre(account, stage, PAIRS[pair].before, PAIRS[pair].parts)
    assert every_order(theatre, reduced=not WHOLE) > 3


@pytest.mark.parametrize("pair", PAIRS)
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(pair: str, account: Cloud, stage: Stage) -> None:
    theatre = Theatre(account, stage, PAIRS[pair].before, PAIRS[pair].parts)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(theatre, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(story: str, account: Cloud, stage: Stage) -> None:
    account.empty()
    world, eyes = World(account, stage, REAL), Eyes(account)
    settled(world, HOUSE)
    for upload in STORIES[story][len(HOUSE) :]:
        do(world, upload)
        eyes.look()
        check_rest(world, clean := clean_build(world))
    check_replay(world)
    check_rest(world, clean)


def test_an_address_at_which_nothing_is_any_more_leads_to_the_post_that_claims_it(world: World) -> None:
    do(world, *HOUSE, text("a", 1), delete(A), text("b", 1, "a"))
    assert stands(world, "a") == "moved b"
    assert told(world, "b") == ()


def test_a_live_page_stays_and_the_claimant_is_told_until_it_goes(world: World) -> None:
    do(world, *HOUSE, text("a", 1), text("b", 1, "a"))
    assert stands(world, "a") == "page"
    assert told(world, "b") == (
        f"The earlier address {texts.CLINIC}/a still shows a page of its own, so it does not lead here.",
    )
    do(world, delete(A))
    assert stands(world, "a") == "moved b"
    assert told(world, "b") == ()
    do(world, text("a", 2))
    assert stands(world, "a") == "page"
    assert len(told(world, "b")) == 1


def test_of_two_claims_none_counts_and_both_are_told_until_one_is_left(world: World) -> None:
    do(world, *MOVED, text("c", 1, "a"))
    assert stands(world, "a") == "absent"
    assert f"({texts.CLINIC}/c)" in told(world, "b")[0]
    assert f"({texts.CLINIC}/b)" in told(world, "c")[0]
    do(world, text("b", 2))
    assert stands(world, "a") == "moved c"
    assert told(world, "c") == ()


def test_a_withdrawal_beats_a_redirect(world: World) -> None:
    do(world, *MOVED, order("a"))
    assert stands(world, "a") == "gone"
    do(world, end("a"))
    assert stands(world, "a") == "moved b"


def test_no_address_leads_to_a_post_that_is_withdrawn(world: World) -> None:
    do(world, *MOVED, order("b"))
    assert (stands(world, "a"), stands(world, "b")) == ("absent", "gone")
    do(world, end("b"))
    assert (stands(world, "a"), stands(world, "b")) == ("moved b", "page")


def test_a_chain_leads_to_its_end_at_once(world: World) -> None:
    do(world, *CHAIN)
    assert (stands(world, "a"), stands(world, "b")) == ("moved b", "page")
    do(world, delete(B))
    assert (stands(world, "a"), stands(world, "b")) == ("moved c", "moved c")
    do(world, text("d", 1, "c"), delete(C))
    assert {stands(world, name) for name in "abc"} == {"moved d"}
    do(world, order("d"))
    assert {stands(world, name) for name in "abc"} == {"absent"}


def test_a_circle_without_a_live_post_leads_nowhere(world: World) -> None:
    do(world, *STORIES["three in a circle, none of them left"][:-1])
    assert {stands(world, name) for name in "abc"} == {"moved d"}
    before = rev(world, "a")
    do(world, order("d"))
    assert {stands(world, name) for name in "abc"} == {"absent"}
    assert rev(world, "a") == before + 1, "it does not go round and round"
    do(world, end("d"))
    assert {stands(world, name) for name in "abc"} == {"moved d"}


def test_what_follows_from_a_tangle_does_not_hang_on_who_came_first(world: World) -> None:
    do(world, *STORIES["two lead to each other's addresses, and two others claim both"])
    assert {stands(world, name) for name in "ab"} == {"moved d"}
    do(world, text("c", 2, "a"))
    assert {stands(world, name) for name in "ab"} == {"absent"}


@pytest.mark.parametrize("world", [True], indirect=True, ids=["with listings"])
def test_claims_of_which_the_stream_told_nobody_are_found_and_a_quiet_round_rings_for_none(world: World) -> None:
    do(world, *MOVED)
    for upload in (text("c", 1, "a"), text("b", 2), text("d", 1, ["never"])):
        world.work(upload(world))()
    world.heard = len(world.cloud.stream())
    assert (stands(world, "a"), stands(world, "never")) == ("moved b", "")
    world.sweep()
    world.settle()
    assert (stands(world, "a"), stands(world, "never")) == ("moved c", "moved d")
    world.now += timedelta(days=2)
    world.sweep()
    assert [message.body for message in world.waiting if message.to == "intake"] == []


def test_a_ring_for_a_whole_post_is_for_its_claimed_addresses_too(world: World) -> None:
    do(world, *HOUSE)
    world.work(text("b", 1, "a")(world))()
    world.heard = len(world.cloud.stream())
    do(world, rung(A.removesuffix("en.md")))
    assert stands(world, "a") == "moved b"


@pytest.mark.parametrize(
    ("before", "upload", "calls"),
    [
        (HOUSE, text("b", 1, "a"), ["GetObject", "PutObject", "BatchGetItem", "TransactWriteItems"]),
        (MOVED, text("b", 1, "a"), ["BatchGetItem"]),
        (MOVED, text("b", 2, "a"), ["GetObject", "PutObject", "BatchGetItem", "TransactWriteItems"]),
    ],
    ids=["a claim", "the same again", "a correction"],
)
def test_a_claim_costs_one_read_more(
    before: tuple[Upload, ...], upload: Upload, calls: list[str], world: World
) -> None:
    do(world, *before)
    message = upload(world)
    world.stage.calls.clear()
    world.work(message)()
    assert [call.operation for call in world.stage.calls] == ["TransactGetItems", "ListObjectVersions", *calls]
    world.overhear()
    world.settle()
