"""A claim to an address of another clinic needs that clinic's word: given, taken back, given again, in every order."""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from colophon.decision.claim import Claim
from colophon.upload.keys import PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import A, post_text, refresh_after, waiting_request_after, withdraw
from tests.protocol.scenarios import CLINIC, SITE_AND_CLINIC, Scenario, as_stream_record, delete, put
from tests.protocol.test_listing_call_counts import NEW_MONTH
from tests.rotating_seeds import share_of_the_day

# All of it; else a share of each, another one each day.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
OTHER = "badatga"
STRANGERS = 400 if WHOLE else 100
NEW = f"posts/{OTHER}/b/en.md"
OTHER_CLINIC = put(CLINIC.replace(contents.CLINIC, OTHER), contents.clinic(1))
TWO_CLINICS = (*SITE_AND_CLINIC, OTHER_CLINIC)


def accept(number: int, *clinics: str) -> Upload:
    """The first clinic's record accepts moves from ``clinics``."""
    return put(CLINIC, contents.clinic(number, accepts=", ".join(clinics)))


def claim(number: int, *earlier: str, post: str = "b") -> Upload:
    """A post of the other clinic that moved there from ``earlier`` posts of the first."""
    return put(NEW.replace("/b/", f"/{post}/"), contents.edition("en", number, post=post, moved_from=earlier))


ACCEPTED = (*TWO_CLINICS, accept(2, OTHER), claim(1, "a"))

PAIRS: Mapping[str, Scenario] = {
    "a claim, and the permission": Scenario(TWO_CLINICS, (claim(1, "a"), accept(2, OTHER))),
    "a claim, and the permission's fan-out": Scenario(TWO_CLINICS, (claim(1, "a"), as_stream_record(accept(2, OTHER)))),
    "a claim, and what the permission asks of claims that wait": Scenario(
        TWO_CLINICS, (claim(1, "a"), waiting_request_after(accept(2, OTHER), "accepted"))
    ),
    "a claim, and the permission taken back": Scenario((*TWO_CLINICS, accept(2, OTHER)), (claim(1, "a"), accept(3))),
    "a claim, and the fan-out of the permission taken back": Scenario(
        (*TWO_CLINICS, accept(2, OTHER)), (claim(1, "a"), as_stream_record(accept(3)))
    ),
    "a redirect, and the permission taken back": Scenario(
        (*TWO_CLINICS, accept(2, OTHER)), (refresh_after(claim(1, "a"), A), accept(3))
    ),
    "the claim's end, and the permission taken back": Scenario(ACCEPTED, (claim(2), as_stream_record(accept(3)))),
    "a waiting claim's end, and the permission": Scenario(
        (*TWO_CLINICS, claim(1, "a")), (claim(2), as_stream_record(accept(2, OTHER)))
    ),
    "the address's withdrawal, and the permission taken back": Scenario(
        (*ACCEPTED, post_text("a", 1)), (withdraw("a"), as_stream_record(accept(3)))
    ),
    "the claimant's withdrawal, and the permission": Scenario(
        (*TWO_CLINICS, claim(1, "a")),
        (put(f"posts/{OTHER}/b/withdrawal.yaml", contents.withdrawal()), as_stream_record(accept(2, OTHER))),
    ),
    "a new text at the address, and the permission": Scenario(
        (*TWO_CLINICS, claim(1, "a")), (post_text("a", 1), as_stream_record(accept(2, OTHER)))
    ),
}


@pytest.fixture
def world(account: Cloud, transport: Transport, request: pytest.FixtureRequest) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL, listing=getattr(request, "param", False))
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def status_of(world: World, name: str) -> str:
    found = world.cloud.find(f"en/{contents.CLINIC}/{name}/index.html")
    if found is None:
        return ""
    return found.metadata.get("location", found.metadata.get("kind", "page"))


def warnings_of(world: World, post: str = "b") -> list[str]:
    """What the report on a post of the other clinic says of its earlier addresses."""
    outcome = world.index.read_post(PostRef(OTHER, post))[0].pages["en"].outcome
    assert outcome.state == "live"
    return [problem.what for problem in outcome.problems if problem.field == "moved_from"]


def item_of(world: World, name: str) -> dict[str, Any]:
    """The item of a post of the first clinic; empty if there is none."""
    return world.cloud.items().get((f"post#{contents.CLINIC}/{name}", "post"), {})


def claims_of(world: World, name: str) -> dict[str, Claim]:
    """The claims in the item of a post of the first clinic that have not ended."""
    claims = world.index.read_post(PostRef(contents.CLINIC, name))[0].claims.get("en", {})
    return {post: claim for post, claim in claims.items() if claim.targets}


def notes(world: World) -> list[tuple[str, str]]:
    """The keys of all notes of claims that wait."""
    return sorted(key for key in world.cloud.items() if key[0].startswith("waits#"))


@pytest.mark.parametrize("pair", PAIRS if WHOLE else share_of_the_day(PAIRS, 4))
def test_a_handler_between_any_two_calls_of_another_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    if WHOLE:
        assert every_order(scheduler) > 3
        assert at_each_switch(scheduler, "second", ["first"]) > 1
    assert at_each_switch(scheduler, "first", ["second"]) > 2


@pytest.mark.parametrize("pair", PAIRS if WHOLE else share_of_the_day(PAIRS, 10))
def test_one_fault_at_any_call_ends_in_the_site_of_a_clean_build(
    pair: str, account: Cloud, transport: Transport
) -> None:
    scheduler = Scheduler(account, transport, PAIRS[pair].before, PAIRS[pair].participants)
    orders = [("first", "second"), ("second", "first")]
    assert single_faults(scheduler, orders if WHOLE else orders[:1], thorough=WHOLE) > 10


STORIES: Mapping[str, tuple[Upload, ...]] = {
    "permission comes, goes and comes back": (
        *TWO_CLINICS,
        claim(1, "a", "z"),
        accept(2, OTHER),
        accept(3),
        accept(4, OTHER),
        accept(5, "sorae"),
        accept(6, "sorae", OTHER),
    ),
    "the record of the other clinic comes last": (
        SITE_AND_CLINIC[0],
        OTHER_CLINIC,
        claim(1, "a"),
        put(CLINIC, contents.clinic(1)),
        accept(2, OTHER),
        delete(CLINIC),
        accept(3, OTHER),
    ),
    "a text comes and goes at the address": (*ACCEPTED, post_text("a", 1), accept(3), delete(A), accept(4, OTHER)),
    "a post of the same clinic claims it, too": (*ACCEPTED, post_text("c", 1, "a"), accept(3), accept(4, OTHER)),
    "the claimant is deleted while it waits": (*ACCEPTED, accept(3), delete(NEW), accept(4, OTHER), claim(2, "a")),
    "the claimant is deleted and claimed by the address's clinic": (
        *(*ACCEPTED, put(CLINIC.replace(contents.CLINIC, OTHER), contents.clinic(2, accepts=contents.CLINIC))),
        *(delete(NEW), accept(3), claim(2, "a"), accept(4, OTHER)),
    ),
    "both clinics are withdrawn and back": (
        *(*ACCEPTED, put(f"clinics/{contents.CLINIC}/withdrawal.yaml", contents.withdrawal()), accept(3)),
        *(accept(4, OTHER), delete(f"clinics/{contents.CLINIC}/withdrawal.yaml")),
        *(put(f"clinics/{OTHER}/withdrawal.yaml", contents.withdrawal()), accept(5)),
        *(delete(f"clinics/{OTHER}/withdrawal.yaml"), accept(6, OTHER)),
    ),
}


@pytest.mark.parametrize("story", STORIES if WHOLE else share_of_the_day(STORIES, 3))
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = World(account, transport, REAL)
    restore_or_settle(world, STORIES[story][:2])
    for upload in STORIES[story][2:]:
        upload_and_settle(world, upload)
        check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)


def test_a_claim_waits_for_the_word_of_the_other_clinic_and_nothing_is_written_there(world: World) -> None:
    upload_and_settle(world, *TWO_CLINICS, claim(1, "a"))
    assert (status_of(world, "a"), item_of(world, "a")) == ("", {})
    assert warnings_of(world) == [
        f"The earlier address {contents.CLINIC}/a belongs to another clinic, and {CLINIC} does not list {OTHER} in "
        "accepts_moves_from, so it does not redirect here."
    ]
    upload_and_settle(world, accept(2, "sorae"))
    assert (status_of(world, "a"), item_of(world, "a")) == ("", {})
    upload_and_settle(world, accept(3, OTHER))
    assert (status_of(world, "a"), warnings_of(world), notes(world)) == (f"/en/{OTHER}/b/", [], [])


def test_taking_the_word_back_ends_the_claims(world: World) -> None:
    upload_and_settle(world, *ACCEPTED)
    assert (status_of(world, "a"), list(claims_of(world, "a"))) == (f"/en/{OTHER}/b/", [f"{OTHER}/b"])
    upload_and_settle(world, accept(3))
    assert (status_of(world, "a"), claims_of(world, "a"), len(warnings_of(world))) == ("absent", {}, 1)
    assert notes(world) == [(f"waits#{contents.CLINIC}", NEW)]
    upload_and_settle(world, claim(2))
    assert (warnings_of(world), notes(world)) == ([], [])


def test_an_identity_of_a_claim_never_returns(world: World) -> None:
    upload_and_settle(world, *ACCEPTED)
    seen = set()
    for number in range(3, 9):
        (stored,) = world.index.read_post(PostRef(contents.CLINIC, "a"))[0].claims["en"].values()
        found = world.cloud.find(f"en/{contents.CLINIC}/a/index.html")
        assert found
        assert not {stored.id, found.metadata["fp"]} & seen
        seen |= {stored.id, found.metadata["fp"]}
        upload_and_settle(world, accept(number, *([OTHER] if number % 2 == 0 else [])))


def test_a_claim_and_its_permission_cost_no_call_more_than_a_claim_of_the_same_clinic(world: World) -> None:
    upload_and_settle(world, *TWO_CLINICS, accept(2, OTHER))
    for upload, calls in (
        (claim(1, "a"), ["GetObject", "BatchGetItem", *NEW_MONTH, "PutObject", "TransactWriteItems"]),
        (claim(1, "a"), ["BatchGetItem"]),
        (accept(3), None),
        (claim(1, "a"), ["BatchGetItem"]),
    ):
        message = upload(world)
        world.transport.calls.clear()
        world.handler_for(message)()
        made = [call.operation for call in world.transport.calls]
        assert calls is None or made == ["TransactGetItems", "ListObjectVersions", *calls]
        world.deliver_stream()
        world.run_until_quiet()


@pytest.mark.parametrize("world", [True], indirect=True, ids=["with listings"])
def test_the_scan_finds_what_lost_stream_records_left_undone_and_then_sends_nothing(world: World) -> None:
    upload_and_settle(world, *TWO_CLINICS, claim(1, "a"), claim(1, "z", post="c"))
    for upload, leads in ((accept(2, OTHER), f"/en/{OTHER}/b/"), (accept(3), "absent")):
        world.handler_for(upload(world))()
        world.records_delivered = len(world.cloud.stream())
        world.now += timedelta(days=2)
        world.sweep()
        world.run_until_quiet()
        assert status_of(world, "a") == leads
    world.now += timedelta(days=2)
    world.sweep()
    assert [message.body for message in world.queued if message.to == "intake"] == []


def test_many_waiting_claims_are_refreshed_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colophon.stores.index._WAITS_PER_READ", 2)
    upload_and_settle(world, *TWO_CLINICS, *(claim(1, f"a-{n}", post=f"b-{n}") for n in range(5)))
    upload_and_settle(world, accept(2, OTHER))
    assert [status_of(world, f"a-{n}") for n in range(5)] == [f"/en/{OTHER}/b-{n}/" for n in range(5)]


def test_claims_of_strangers_leave_the_item_of_a_post_as_it_is_and_its_withdrawal_counts(
    account: Cloud, transport: Transport
) -> None:
    account.empty()
    world = World(account, transport, REAL)
    upload_and_settle(world, *TWO_CLINICS, post_text("a", 1), post_text("c", 1, "a"))
    before, page = item_of(world, "a"), world.cloud.find(f"en/{contents.CLINIC}/a/index.html")
    for number in range(STRANGERS):
        world.handler_for(claim(1, "a", post=f"stranger-{number}")(world))()
    world.deliver_stream()
    records, world.queued = list(world.queued), []
    world.handler_for_batch(records)()
    assert len(world.queued) == STRANGERS, "each is decided once more, and no other page"
    for message in world.queued[::20]:
        world.handler_for(message)()
    world.queued.clear()
    assert len(notes(world)) == STRANGERS
    assert item_of(world, "a") == before
    assert world.cloud.find(f"en/{contents.CLINIC}/a/index.html") == page
    upload_and_settle(world, withdraw("a"))
    row = world.index.read_post(PostRef(contents.CLINIC, "a"))[0]
    assert row.withdrawals["withdrawal.yaml"].outcome.state == "live"
    assert (row.pages["en"].outcome.state, row.pages["en"].facts, status_of(world, "a")) == ("withdrawn", None, "gone")
    entry = row.pages["en"].entry_ref
    assert entry
    assert not entry.content_id, "listings show it no longer"
    assert world.purged == [f"p:{contents.CLINIC}/a"]
    check_at_rest(world, clean_build(world))
