"""A withdrawal at an earlier address, where no text ever was: it says what it ends, and only while it ends it."""

from collections.abc import Iterator

import pytest

from colophon.decision.outcome import Outcome
from colophon.upload.keys import PostRef
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Part, Theatre, Upload, do
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.moved_scenes import MOVED, A, order, rung_after, text
from tests.protocol.scenarios import HOUSE, put

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
