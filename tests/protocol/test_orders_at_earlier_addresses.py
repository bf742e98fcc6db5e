"""A withdrawal at an earlier address, where no text ever was: it says what it ends, and only while it ends it."""

from collections.abc import Iterator

import pytest

from colophon.decision.rows import Outcome
from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Part, Theatre, Upload, do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import MOVED, A, end, order, rung_after, text
from tests.protocol.scenarios import HOUSE, delete, put

ORDER, ORDER_EN = A.replace("en.md", "withdrawal.yaml"), f"{A}.withdrawal.yaml"
IN_ENGLISH = put(ORDER_EN, texts.withdrawal())
ENDS_IT = (
    f"No text was ever uploaded here. It withdraws an earlier address of {texts.CLINIC}/b, "
    "so that readers are not led there from it."
)


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    account.empty()
    world = World(account, stage, REAL)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)


def told(world: World, key: str) -> tuple[str, list[str]]:
    row = world.index.post(PostRef(texts.CLINIC, "a"))[0]
    outcome: Outcome = row.orders[key.rpartition("/")[2]].outcome
    return outcome.state, [problem.what for problem in outcome.problems]


def claimant_told(world: World, post: str = "b") -> list[tuple[str, str]]:
    """What the report of the text that claims says of it: what was seen, and how to fix it."""
    part = world.index.post(PostRef(texts.CLINIC, post))[0].pages["en"]
    return [(problem.what, problem.fix) for problem in part.outcome.problems if problem.field == "moved_from"]


def in_vain(key: str, subject: str) -> list[tuple[str, str]]:
    what = f"The earlier address {texts.CLINIC}/a is withdrawn ({key}), so it does not lead here."
    return [(what, f"Nothing to do, if it is to stay withdrawn; else end that: colophon reinstate {subject}.")]


@pytest.mark.parametrize(
    ("upload", "back", "key", "subject"),
    [
        (order("a"), end("a"), ORDER, f"{texts.CLINIC}/a"),
        (IN_ENGLISH, delete(ORDER_EN), ORDER_EN, f"{texts.CLINIC}/a/en"),
    ],
    ids=["post", "edition"],
)
@pytest.mark.parametrize("before", [MOVED, (*MOVED, text("a", 1)), (*MOVED, text("a", 1), delete(A))], ids=len)
def test_the_claimant_is_told_as_long_as_the_withdrawal_stands(
    before: tuple[Upload, ...], upload: Upload, back: Upload, key: str, subject: str, world: World
) -> None:
    do(world, *before, upload)
    assert claimant_told(world) == in_vain(key, subject)
    do(world, back)
    assert not [what for what, _ in claimant_told(world) if "withdrawn" in what]


def test_whoever_claims_a_withdrawn_address_is_told_from_the_first(world: World) -> None:
    do(world, *HOUSE, order("a"), IN_ENGLISH, text("b", 1, "a"))
    ((what, fix),) = claimant_told(world)
    assert (ORDER in what, ORDER_EN in what) == (True, True)
    assert fix.endswith(f"colophon reinstate {texts.CLINIC}/a, colophon reinstate {texts.CLINIC}/a/en.")


def test_the_claimant_is_told_no_more_when_a_hold_is_over(world: World) -> None:
    hold = put(ORDER, texts.withdrawal("hold", until="2026-05-20T09:00:00+09:00"))
    world.now = world.now.replace(month=5, day=10)
    do(world, *MOVED, hold)
    assert claimant_told(world) == in_vain(ORDER, f"{texts.CLINIC}/a")
    world.now = world.now.replace(month=5, day=21)
    world.sweep()
    world.waiting = [message for message in world.waiting if message.to == "intake"]
    world.settle()
    assert claimant_told(world) == []


@pytest.mark.parametrize(("upload", "key"), [(order("a"), ORDER), (IN_ENGLISH, ORDER_EN)], ids=["post", "edition"])
def test_it_says_whose_earlier_address_it_withdraws(upload: Upload, key: str, world: World) -> None:
    do(world, *MOVED, upload)
    assert told(world, key) == ("live", [ENDS_IT])


def test_it_says_so_when_the_claim_comes_later_and_no_longer_when_it_ends(world: World) -> None:
    do(world, *HOUSE, order("a"))
    assert told(world, ORDER)[0] == "waiting"
    do(world, text("b", 1, "a"))
    assert told(world, ORDER) == ("live", [ENDS_IT])
    do(world, text("b", 2))
    assert told(world, ORDER)[0] == "waiting"


def test_an_order_against_another_language_ends_nothing(world: World) -> None:
    do(world, *MOVED, put(ORDER_EN.replace("en.md", "ko.md"), texts.withdrawal()))
    assert told(world, ORDER.replace("withdrawal", "ko.md.withdrawal"))[0] == "waiting"


def test_both_that_claim_one_address_are_named(world: World) -> None:
    do(world, *MOVED, text("c", 1, "a"), order("a"))
    assert f"{texts.CLINIC}/b and {texts.CLINIC}/c" in told(world, ORDER)[1][0]


def test_where_a_text_was_it_withdraws_that(world: World) -> None:
    do(world, *HOUSE, text("a", 1), text("b", 1, "a"), order("a"))
    assert told(world, ORDER) == ("live", [])


def test_every_order_of_a_claim_and_the_withdrawal_ends_in_the_site_of_a_clean_build(
    account: Cloud, stage: Stage
) -> None:
    parts = (Part("first", rung_after(text("b", 1, "a"), A), early=True), Part("second", order("a")))
    assert every_order(Theatre(account, stage, HOUSE, parts)) > 3
