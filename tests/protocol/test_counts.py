"""How many calls one publish makes: a post's cost, and its time."""

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import EN, EXCERPT, HOUSE, KO, LIVE, LONGER, ORDER, ORDER_EN, delete, put

LOOK = ["TransactGetItems", "ListObjectVersions"]
NEW_STATE = [*LOOK, "GetObject", "PutObject", "TransactWriteItems"]

CASES: dict[str, tuple[tuple[Upload, ...], Upload, list[str]]] = {
    "a new post": (HOUSE, put(EN, texts.edition("en", 1)), NEW_STATE),
    "a correction": (LIVE, put(EN, texts.edition("en", 2)), NEW_STATE),
    # What was published becomes a row of its own, in the same transaction as the page's: no call of its own.
    "a correction that listings do not show": ((*HOUSE, EXCERPT), LONGER, NEW_STATE),
    "an edition's withdrawal": (LIVE, put(ORDER_EN, texts.withdrawal()), NEW_STATE),
    "a withdrawal of a post in one language": (LIVE, put(ORDER, texts.withdrawal()), NEW_STATE),
    "a reinstatement": ((*LIVE, put(ORDER_EN, texts.withdrawal())), delete(ORDER_EN), NEW_STATE),
    "a deletion": (LIVE, delete(EN), [*LOOK, "PutObject", "TransactWriteItems"]),
    "the same bytes again": (LIVE, put(EN, texts.edition("en", 1)), LOOK),
    "a new post that is refused": (HOUSE, put(EN, texts.refused(1)), [*LOOK, "GetObject", "UpdateItem"]),
    "a post that waits for its clinic": (
        HOUSE[:1],
        put(EN, texts.edition("en", 1)),
        [*LOOK, "GetObject", "UpdateItem"],
    ),
    "a second language": ((*LIVE,), put(KO, texts.edition("ko", 1)), NEW_STATE),
}


def calls(world: World, message: Upload) -> list[str]:
    answer = world.work(message(world))
    world.stage.calls.clear()
    answer()
    return [call.operation for call in world.stage.calls]


@pytest.fixture
def world(account: Cloud, stage: Stage) -> World:
    account.empty()
    return World(account, stage, REAL)


@pytest.mark.parametrize("case", CASES)
def test_a_publish_makes_these_calls_and_no_other(case: str, world: World) -> None:
    before, upload, expected = CASES[case]
    settled(world, before)
    assert calls(world, upload) == expected


@pytest.mark.parametrize("case", CASES)
def test_a_duplicate_costs_two_reads_and_no_write(case: str, world: World) -> None:
    before, upload, _ = CASES[case]
    settled(world, before)
    message = upload(world)
    world.waiting.append(message)
    world.settle()
    assert calls(world, lambda _: message) == LOOK


def test_a_refused_correction_leaves_the_page_alone(world: World) -> None:
    settled(world, LIVE)
    made = calls(world, put(EN, texts.refused(2)))
    assert "PutObject" not in made
    assert made == [*LOOK, "GetObject", "GetObject", "UpdateItem"]
