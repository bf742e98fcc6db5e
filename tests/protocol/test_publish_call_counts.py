"""How many calls one publish makes: a post's cost, and its time."""

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import (
    BOTH,
    EN,
    EXCERPT,
    KO,
    LIVE,
    LONGER,
    SITE_AND_CLINIC,
    WITHDRAWAL,
    WITHDRAWAL_EN,
    delete,
    put,
)

SNAPSHOT = ["TransactGetItems", "ListObjectVersions"]
NEW_STATE = [*SNAPSHOT, "GetObject", "PutObject", "TransactWriteItems"]
# The month that the page leads to is not there: a redirect is put first, and noted in the clinic's row.
FIRST_OF_MONTH = [*SNAPSHOT, "GetObject", "PutObject", "UpdateItem", "PutObject", "TransactWriteItems"]
# A translation is decided with the original that readers see: one text more to read.
WITH_ORIGINAL = [*SNAPSHOT, "GetObject", "GetObject", "PutObject", "TransactWriteItems"]
OTHER, OTHER_KO = (f"posts/{contents.CLINIC}/b-side/{lang}.md" for lang in ("en", "ko"))
ENGLISH = put(OTHER, contents.edition("en", 1, post="b"))
KOREAN = contents.edition("ko", 1)

CASES: dict[str, tuple[tuple[Upload, ...], Upload, list[str]]] = {
    "a new post": (LIVE, ENGLISH, NEW_STATE),
    "the first post of a month": (SITE_AND_CLINIC, put(EN, contents.edition("en", 1)), FIRST_OF_MONTH),
    "a correction": (LIVE, put(EN, contents.edition("en", 2)), NEW_STATE),
    # What was published becomes a row of its own, in the same transaction as the page's: no call of its own.
    "a correction that listings do not show": ((*SITE_AND_CLINIC, EXCERPT), LONGER, NEW_STATE),
    "an edition's withdrawal": (LIVE, put(WITHDRAWAL_EN, contents.withdrawal()), NEW_STATE),
    "a withdrawal of a post in one language": (LIVE, put(WITHDRAWAL, contents.withdrawal()), NEW_STATE),
    "a reinstatement": ((*LIVE, put(WITHDRAWAL_EN, contents.withdrawal())), delete(WITHDRAWAL_EN), NEW_STATE),
    "a deletion": (LIVE, delete(EN), [*SNAPSHOT, "PutObject", "TransactWriteItems"]),
    "the same bytes again": (LIVE, put(EN, contents.edition("en", 1)), SNAPSHOT),
    "a new post that is refused": (
        SITE_AND_CLINIC,
        put(EN, contents.refused(1)),
        [*SNAPSHOT, "GetObject", "UpdateItem"],
    ),
    "a post that waits for its clinic": (
        SITE_AND_CLINIC[:1],
        put(EN, contents.edition("en", 1)),
        [*SNAPSHOT, "GetObject", "UpdateItem"],
    ),
    "a second language": ((*LIVE, put(OTHER_KO, contents.edition("ko", 1, post="b"))), put(KO, KOREAN), NEW_STATE),
    "a translation of an original": (
        (*LIVE, put(OTHER_KO, contents.edition("ko", 1, post="b"))),
        ENGLISH,
        WITH_ORIGINAL,
    ),
    "a correction of a translation": (BOTH, put(EN, contents.edition("en", 2)), WITH_ORIGINAL),
    "a correction of an original": (BOTH, put(KO, contents.edition("ko", 2)), NEW_STATE),
    "a second language, the first post of a month in it": (LIVE, put(KO, KOREAN), FIRST_OF_MONTH),
}


def calls(world: World, message: Upload) -> list[str]:
    answer = world.handler_for(message(world))
    world.transport.calls.clear()
    answer()
    return [call.operation for call in world.transport.calls]


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    return World(account, transport, REAL)


@pytest.mark.parametrize("case", CASES)
def test_a_publish_makes_these_calls_and_no_other(case: str, world: World) -> None:
    before, upload, expected = CASES[case]
    restore_or_settle(world, before)
    assert calls(world, upload) == expected


@pytest.mark.parametrize("case", CASES)
def test_a_duplicate_costs_two_reads_and_no_write(case: str, world: World) -> None:
    before, upload, _ = CASES[case]
    restore_or_settle(world, before)
    message = upload(world)
    world.queued.append(message)
    world.run_until_quiet()
    assert calls(world, lambda _: message) == SNAPSHOT


def test_a_refused_correction_leaves_the_page_alone(world: World) -> None:
    restore_or_settle(world, LIVE)
    made = calls(world, put(EN, contents.refused(2)))
    assert "PutObject" not in made
    assert made == [*SNAPSHOT, "GetObject", "GetObject", "UpdateItem"]
