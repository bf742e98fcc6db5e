"""An address takes a bounded number of claims in a language, those of the first posts by name; the others wait.

Here it takes two instead of ``MAX_CLAIMS``.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.decision import earlier_address
from colophon.stores import index
from colophon.upload.keys import PostRef
from colophon_ops.build import moves
from tests.protocol.harness import broken_publish, contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import (
    A,
    B,
    C,
    post_text,
    refresh_after,
    reinstate,
    waiting_request_after,
    withdraw,
)
from tests.protocol.scenarios import SITE_AND_CLINIC, Scenario, as_stream_record, delete
from tests.protocol.test_claims_across_clinics import ACCEPTED, TWO_CLINICS, accept, claim
from tests.rotating_seeds import share_of_the_day

# All of it; else a share of each, another one each day.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
D, E = A.replace("/a/", "/d/"), A.replace("/a/", "/e/")


@pytest.fixture(autouse=True)
def two_claims_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (earlier_address, index, moves):
        monkeypatch.setattr(module, "MAX_CLAIMS", 2)


def claims(name: str, number: int = 1) -> Upload:
    """The post ``name`` claims the address ``a``."""
    return post_text(name, number, "a")


FULL = (*SITE_AND_CLINIC, claims("c"), claims("d"))
CROWDED = (*FULL, claims("e"))

PAIRS: Mapping[str, Scenario] = {
    "two claims for the last room": Scenario((*SITE_AND_CLINIC, claims("c")), (claims("d"), claims("b"))),
    "a third claim, and the end of one": Scenario(FULL, (claims("e"), delete(C))),
    "a third claim, and what follows from the end of one": Scenario(FULL, (claims("e"), as_stream_record(delete(C)))),
    "a third claim, and what the end of one asks of claims that wait": Scenario(
        FULL, (claims("e"), waiting_request_after(delete(C), "room"))
    ),
    "a claim that displaces another, and the other's correction": Scenario(FULL, (claims("b"), claims("d", 2))),
    "a claim that displaces another, and a new report on the other": Scenario(
        FULL, (claims("b"), refresh_after(post_text("a", 1), D))
    ),
    "a claim that displaces another, and the other's end": Scenario(FULL, (claims("b"), delete(D))),
    "a claim that displaces another, and the end of a third": Scenario(FULL, (claims("b"), delete(C))),
    "two claims that displace": Scenario(FULL, (claims("b"), post_text("b-2", 1, "a"))),
    "the end of one, and of the one that waits": Scenario(CROWDED, (as_stream_record(delete(C)), delete(E))),
    "the end of one, and the address's withdrawal": Scenario(CROWDED, (as_stream_record(delete(C)), withdraw("a"))),
    "the address's redirect, and the end of one": Scenario(
        (*CROWDED, delete(C)), (refresh_after(post_text("d", 2), A), delete(E))
    ),
}


@pytest.fixture
def world(account: Cloud, transport: Transport, request: pytest.FixtureRequest) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=getattr(request, "param", False))
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def made(world: World) -> str:
    """The posts whose claims to ``a`` are made."""
    found = world.index.read_post(PostRef(contents.CLINIC, "a"))[0].claims.get("en", {})
    return " ".join(sorted(post.partition("/")[2] for post, claim in found.items() if claim.targets))


def waiting(world: World) -> str:
    """The posts that are noted as waiting for room at ``a``."""
    partition = f"waits#{contents.CLINIC}/a#en"
    return " ".join(sk.partition("/")[2] for pk, sk in sorted(world.cloud.items()) if pk == partition)


def leads_to(world: World) -> str:
    found = world.cloud.find(f"en/{contents.CLINIC}/a/index.html")
    return found.metadata.get("location", found.metadata.get("kind", "page")) if found else ""


def warning_of(world: World, name: str) -> str:
    outcome = world.index.read_post(PostRef(contents.CLINIC, name))[0].pages["en"].outcome
    return " ".join(problem.what for problem in outcome.problems if problem.field == "moved_from")


@pytest.mark.parametrize("pair", PAIRS if WHOLE else share_of_the_day(PAIRS, 4))
def test_a_handler_between_any_two_calls_of_another_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    assert at_each_switch(scheduler, "first", ["second"]) > 1
    if WHOLE:
        assert every_order(scheduler) > 3
        assert at_each_switch(scheduler, "second", ["first"]) > 1


@pytest.mark.parametrize("pair", PAIRS if WHOLE else share_of_the_day(PAIRS, 10))
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(scheduler, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


# What a claim's record must not leave out, and what goes wrong without it.
CASES: Mapping[str, tuple[str, Scenario, str]] = {
    "that no other claim was made at its address": ("Update", PAIRS["two claims for the last room"], "I10"),
    "that its clinic accepts it still": (
        "ConditionCheck",
        Scenario((*TWO_CLINICS, accept(2, "badatga")), (claim(1, "a"), accept(3))),
        "I6",
    ),
}


@pytest.mark.parametrize("left_out", CASES)
def test_the_schedules_show_what_happens_without_the_condition(
    left_out: str, account: Cloud, transport: Transport
) -> None:
    kind, scenario, invariant = CASES[left_out]
    broken = replace(REAL, publish_clients=partial(broken_publish.claims_without_condition, kind))
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, broken)
    with pytest.raises(Violation, match=f"^{invariant}:"):
        at_each_switch(scheduler, "first", ["second"])


STORIES: Mapping[str, tuple[Upload, ...]] = {
    "the last by name comes first": (
        *(*SITE_AND_CLINIC, claims("e"), claims("d"), claims("c"), claims("b")),
        *(delete(B), delete(C), delete(D), claims("b", 2), delete(E)),
    ),
    "the displaced one ends, comes back and is displaced again": (
        *(*FULL, claims("b"), delete(D), claims("d", 2), delete(B), claims("b", 2), withdraw("c")),
        *(reinstate("c"), post_text("d", 3), claims("d", 4)),
    ),
    "claims that ended make room": (
        *SITE_AND_CLINIC,
        *(
            post_text(f"x-{number}", version, earlier)
            for number in range(4)
            for version, earlier in ((1, "a"), (2, ()))
        ),
        *(claims("b"), claims("c"), delete(B)),
    ),
    "both that are made end at once": (*CROWDED, claims("f"), withdraw("c"), withdraw("d"), reinstate("d")),
    "a text comes to the address and goes": (*CROWDED, post_text("a", 1), delete(C), delete(A)),
    "those of another clinic, accepted and not": (
        *(*ACCEPTED, claim(1, "a", post="c"), claim(1, "a", post="d"), accept(3), accept(4, "badatga")),
        *(claims("b"), claims("c"), accept(5), delete(B)),
    ),
    "a claim is passed on to an address that is full": (
        *(*SITE_AND_CLINIC, claims("c"), claims("d"), post_text("e", 1, "a"), post_text("f", 1, "e"), delete(E)),
        *(delete(C), delete(D), claims("b")),
    ),
}


@pytest.mark.parametrize("story", STORIES if WHOLE else share_of_the_day(STORIES, 3))
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world, checker = World(account, transport, REAL), InvariantChecker(account)
    restore_or_settle(world, STORIES[story][:2])
    for upload in STORIES[story][2:]:
        upload_and_settle(world, upload)
        checker.check()
        check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)


def test_the_first_by_name_are_made_whoever_comes_first_and_a_room_goes_to_the_next(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, claims("e"), claims("d"), claims("c"))
    assert (made(world), waiting(world)) == ("c d", "e")
    assert warning_of(world, "e") == (
        f"2 other posts claim the earlier address {contents.CLINIC}/a already, so it does not redirect here."
    )
    upload_and_settle(world, claims("b"))
    assert (made(world), waiting(world)) == ("b c", "d e")
    check_at_rest(world, clean_build(world))
    upload_and_settle(world, delete(C))
    assert (made(world), waiting(world), leads_to(world)) == ("b d", "e", "absent")
    upload_and_settle(world, delete(D), delete(E))
    assert (made(world), waiting(world), warning_of(world, "b")) == ("b", "", "")
    assert leads_to(world) == f"/en/{contents.CLINIC}/b/"


def test_claims_that_ended_are_kept_only_while_there_is_room(world: World) -> None:
    upload_and_settle(world, *FULL, delete(C), claims("e"), claims("f"), delete(D), claims("g"))
    item = world.cloud.items()[f"post#{contents.CLINIC}/a", "post"]
    assert sorted(name for name in item if name.startswith("M#en#")) == [
        f"M#en#{contents.CLINIC}/{name}" for name in "ef"
    ]
    assert waiting(world) == "g"


@pytest.mark.parametrize("world", [True], indirect=True, ids=["with listings"])
def test_the_scan_finds_what_lost_stream_records_left_undone_and_then_sends_nothing(world: World) -> None:
    upload_and_settle(world, *CROWDED)
    for upload, expected in ((delete(C), "d e"), (claims("b"), "b d"), (delete(B), "d e")):
        world.handler_for(upload(world))()
        world.records_delivered = len(world.cloud.stream())
        world.now += timedelta(days=2)
        world.sweep()
        world.run_until_quiet()
        assert made(world) == expected
    world.now += timedelta(days=2)
    world.sweep()
    assert [message.body for message in world.queued if message.to == "intake"] == []


def test_a_claim_whose_address_lost_its_row_is_made_again(world: World) -> None:
    upload_and_settle(world, *FULL)
    key = {"pk": {"S": f"post#{contents.CLINIC}/a"}, "sk": {"S": "post"}}
    world.cloud.dynamodb.delete_item(TableName="the-index", Key=key)
    upload_and_settle(world, post_text("c", 2, "a"), post_text("d", 2, "a"))
    assert made(world) == "c d"
