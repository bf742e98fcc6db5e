"""An earlier address in another clinic's folder: it leads to the post that claims it until that clinic is withdrawn."""

from collections.abc import Iterator

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Participant, Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import A, post_text, refresh_after
from tests.protocol.scenarios import CLINIC, SITE_AND_CLINIC, WITHDRAWAL_CLINIC, delete, put

OTHER = "badatga"
NEW = f"posts/{OTHER}/b/en.md"
ACCEPTANCE = put(CLINIC, contents.clinic(1, accepts=OTHER))
SITE_AND_TWO_CLINICS = (SITE_AND_CLINIC[0], ACCEPTANCE, put(CLINIC.replace(contents.CLINIC, OTHER), contents.clinic(1)))
WITHDRAWAL, REINSTATEMENT = put(WITHDRAWAL_CLINIC, contents.withdrawal()), delete(WITHDRAWAL_CLINIC)


def claim(number: int, *earlier: str) -> Upload:
    """A post of the other clinic that moved there from ``earlier`` posts of the first."""
    return put(NEW, contents.edition("en", number, post="b", moved_from=earlier))


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def status_of(world: World, name: str) -> str:
    found = world.cloud.find(f"en/{contents.CLINIC}/{name}/index.html")
    if found is None:
        return ""
    return found.metadata.get("location", found.metadata.get("kind", "page"))


def claimant_warnings(world: World) -> list[tuple[str, str]]:
    """What the report of the text that claims says of it: what was seen, and how to fix it."""
    outcome = world.index.read_post(PostRef(OTHER, "b"))[0].pages["en"].outcome
    return [(problem.what, problem.fix) for problem in outcome.problems if problem.field == "moved_from"]


@pytest.mark.parametrize(
    "before",
    [(claim(1, "a"),), (post_text("a", 1), delete(A), claim(1, "a")), (post_text("a", 1), claim(1, "a"), delete(A))],
    ids=["where nothing ever was", "a deleted text", "a text deleted after the claim"],
)
def test_a_clinics_withdrawal_ends_the_redirects_from_its_addresses(before: tuple[Upload, ...], world: World) -> None:
    upload_and_settle(world, *SITE_AND_TWO_CLINICS, *before)
    assert status_of(world, "a") == f"/en/{OTHER}/b/"
    upload_and_settle(world, WITHDRAWAL)
    assert status_of(world, "a") == "absent"
    ((what, fix),) = claimant_warnings(world)
    assert f"is withdrawn ({WITHDRAWAL_CLINIC})" in what
    assert fix.endswith(f"colophon reinstate {contents.CLINIC}.")
    upload_and_settle(world, REINSTATEMENT)
    assert status_of(world, "a") == f"/en/{OTHER}/b/"
    assert claimant_warnings(world) == []


def test_a_claim_to_an_address_of_a_withdrawn_clinic_leads_nowhere(world: World) -> None:
    upload_and_settle(world, *SITE_AND_TWO_CLINICS, WITHDRAWAL, claim(1, "a"))
    assert status_of(world, "a") == "absent"
    assert len(claimant_warnings(world)) == 1
    upload_and_settle(world, REINSTATEMENT)
    assert status_of(world, "a") == f"/en/{OTHER}/b/"
    assert claimant_warnings(world) == []


def test_a_chain_does_not_lead_through_a_withdrawn_clinic(world: World) -> None:
    upload_and_settle(world, *SITE_AND_TWO_CLINICS, post_text("a", 1, ["z"]), delete(A), claim(1, "a"))
    assert status_of(world, "z") == f"/en/{OTHER}/b/"
    upload_and_settle(world, WITHDRAWAL)
    assert {status_of(world, "a"), status_of(world, "z")} == {"absent"}


def test_a_hold_that_is_over_lets_the_address_lead_on(world: World) -> None:
    upload_and_settle(world, *SITE_AND_TWO_CLINICS, claim(1, "a"))
    hold = put(WITHDRAWAL_CLINIC, contents.withdrawal("hold", until="2026-05-20T09:00:00+09:00"))
    world.now = world.now.replace(month=5, day=10)
    upload_and_settle(world, hold)
    assert status_of(world, "a") == "absent"
    world.now = world.now.replace(month=5, day=21)
    world.sweep()
    world.queued = [message for message in world.queued if message.to == "intake"]
    world.run_until_quiet()
    assert status_of(world, "a") == f"/en/{OTHER}/b/"


def test_a_hold_that_was_over_when_it_came_changes_nothing_for_earlier_addresses(world: World) -> None:
    upload_and_settle(world, *SITE_AND_TWO_CLINICS, post_text("b", 1, ["a"]), claim(1, "z"))
    upload_and_settle(world, put(WITHDRAWAL_CLINIC, contents.withdrawal("hold", until="2026-05-20T09:00:00+09:00")))
    assert (status_of(world, "a"), status_of(world, "z")) == (f"/en/{contents.CLINIC}/b/", f"/en/{OTHER}/b/")


def test_every_order_of_a_claim_and_the_clinics_withdrawal_ends_in_the_site_of_a_clean_build(
    account: Cloud, transport: Transport
) -> None:
    participants = (
        Participant("first", refresh_after(claim(1, "a"), A), early=True),
        Participant("second", WITHDRAWAL),
    )
    scheduler = Scheduler(account, transport, SITE_AND_TWO_CLINICS, participants)
    assert every_order(scheduler) > 3
    assert single_faults(scheduler, [("first", "second")]) > 10
