"""An earlier address in another clinic's folder: it leads to the post that claims it until that clinic is withdrawn."""

from collections.abc import Iterator

import pytest

from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Part, Theatre, Upload, do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import A, rung_after, text
from tests.protocol.scenarios import CLINIC, HOUSE, ORDER_CLINIC, delete, put

OTHER = "badatga"
NEW = f"posts/{OTHER}/b/en.md"
TWO_HOUSES = (*HOUSE, put(CLINIC.replace(texts.CLINIC, OTHER), texts.clinic(1)))
WITHDRAWN, BACK = put(ORDER_CLINIC, texts.withdrawal()), delete(ORDER_CLINIC)


def claim(number: int, *earlier: str) -> Upload:
    """A post of the other clinic that moved there from ``earlier`` posts of the first."""
    return put(NEW, texts.edition("en", number, post="b", moved_from=earlier))


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def stands(world: World, name: str) -> str:
    found = world.cloud.stands(f"en/{texts.CLINIC}/{name}/index.html")
    if found is None:
        return ""
    return found.metadata.get("location", found.metadata.get("kind", "page"))


def claimant_told(world: World) -> list[tuple[str, str]]:
    """What the report of the text that claims says of it: what was seen, and how to fix it."""
    outcome = world.index.post(PostRef(OTHER, "b"))[0].pages["en"].outcome
    return [(problem.what, problem.fix) for problem in outcome.problems if problem.field == "moved_from"]


@pytest.mark.parametrize(
    "before",
    [(claim(1, "a"),), (text("a", 1), delete(A), claim(1, "a")), (text("a", 1), claim(1, "a"), delete(A))],
    ids=["where nothing ever was", "a deleted text", "a text deleted after the claim"],
)
def test_a_clinics_withdrawal_ends_the_redirects_from_its_addresses(before: tuple[Upload, ...], world: World) -> None:
    do(world, *TWO_HOUSES, *before)
    assert stands(world, "a") == f"/en/{OTHER}/b/"
    do(world, WITHDRAWN)
    assert stands(world, "a") == "absent"
    ((what, fix),) = claimant_told(world)
    assert f"is withdrawn ({ORDER_CLINIC})" in what
    assert fix.endswith(f"colophon reinstate {texts.CLINIC}.")
    do(world, BACK)
    assert stands(world, "a") == f"/en/{OTHER}/b/"
    assert claimant_told(world) == []


def test_a_claim_to_an_address_of_a_withdrawn_clinic_leads_nowhere(world: World) -> None:
    do(world, *TWO_HOUSES, WITHDRAWN, claim(1, "a"))
    assert stands(world, "a") == "absent"
    assert len(claimant_told(world)) == 1
    do(world, BACK)
    assert stands(world, "a") == f"/en/{OTHER}/b/"
    assert claimant_told(world) == []


def test_a_chain_does_not_lead_through_a_withdrawn_clinic(world: World) -> None:
    do(world, *TWO_HOUSES, text("a", 1, ["z"]), delete(A), claim(1, "a"))
    assert stands(world, "z") == f"/en/{OTHER}/b/"
    do(world, WITHDRAWN)
    assert {stands(world, "a"), stands(world, "z")} == {"absent"}


def test_a_hold_that_is_over_lets_the_address_lead_on(world: World) -> None:
    do(world, *TWO_HOUSES, claim(1, "a"))
    hold = put(ORDER_CLINIC, texts.withdrawal("hold", until="2026-05-20T09:00:00+09:00"))
    world.now = world.now.replace(month=5, day=10)
    do(world, hold)
    assert stands(world, "a") == "absent"
    world.now = world.now.replace(month=5, day=21)
    world.sweep()
    world.waiting = [message for message in world.waiting if message.to == "intake"]
    world.settle()
    assert stands(world, "a") == f"/en/{OTHER}/b/"


def test_a_hold_that_was_over_when_it_came_changes_nothing_for_earlier_addresses(world: World) -> None:
    do(world, *TWO_HOUSES, text("b", 1, ["a"]), claim(1, "z"))
    do(world, put(ORDER_CLINIC, texts.withdrawal("hold", until="2026-05-20T09:00:00+09:00")))
    assert (stands(world, "a"), stands(world, "z")) == (f"/en/{texts.CLINIC}/b/", f"/en/{OTHER}/b/")


def test_every_order_of_a_claim_and_the_clinics_withdrawal_ends_in_the_site_of_a_clean_build(
    account: Cloud, stage: Stage
) -> None:
    parts = (Part("first", rung_after(claim(1, "a"), A), early=True), Part("second", WITHDRAWN))
    theatre = Theatre(account, stage, TWO_HOUSES, parts)
    assert every_order(theatre) > 3
    assert single_faults(theatre, [("first", "second")]) > 10
