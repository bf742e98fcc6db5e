"""A withdrawal at an earlier address, where no text ever was: it says what it ends, and only while it ends it."""

from collections.abc import Iterator

import pytest

from colophon.decision.rows import Outcome
from colophon.upload.keys import PostRef
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import every_order
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.scheduler import Participant, Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.redirect_scenarios import MOVED, A, post_text, refresh_after, reinstate, withdraw
from tests.protocol.scenarios import SITE_AND_CLINIC, delete, put

WITHDRAWAL, WITHDRAWAL_EN = A.replace("en.md", "withdrawal.yaml"), f"{A}.withdrawal.yaml"
IN_ENGLISH = put(WITHDRAWAL_EN, contents.withdrawal())
ENDS_IT = (
    f"No text was ever uploaded here. It withdraws an earlier address of {contents.CLINIC}/b, "
    "so this address does not redirect there."
)


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    account.empty()
    world = World(account, transport, REAL)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)


def outcome_of(world: World, key: str) -> tuple[str, list[str]]:
    row = world.index.read_post(PostRef(contents.CLINIC, "a"))[0]
    outcome: Outcome = row.withdrawals[key.rpartition("/")[2]].outcome
    return outcome.state, [problem.what for problem in outcome.problems]


def claimant_warnings(world: World, post: str = "b") -> list[tuple[str, str]]:
    """What the report of the text that claims says of it: what was seen, and how to fix it."""
    row = world.index.read_post(PostRef(contents.CLINIC, post))[0].pages["en"]
    return [(problem.what, problem.fix) for problem in row.outcome.problems if problem.field == "moved_from"]


def withdrawn_warning(key: str, target: str) -> list[tuple[str, str]]:
    what = f"The earlier address {contents.CLINIC}/a is withdrawn ({key}), so it does not redirect here."
    return [(what, f"Nothing to do if it should stay withdrawn; otherwise run colophon reinstate {target}.")]


@pytest.mark.parametrize(
    ("upload", "back", "key", "subject"),
    [
        (withdraw("a"), reinstate("a"), WITHDRAWAL, f"{contents.CLINIC}/a"),
        (IN_ENGLISH, delete(WITHDRAWAL_EN), WITHDRAWAL_EN, f"{contents.CLINIC}/a/en"),
    ],
    ids=["post", "edition"],
)
@pytest.mark.parametrize(
    "before", [MOVED, (*MOVED, post_text("a", 1)), (*MOVED, post_text("a", 1), delete(A))], ids=len
)
def test_the_claimant_is_warned_while_the_withdrawal_stands(
    before: tuple[Upload, ...], upload: Upload, back: Upload, key: str, subject: str, world: World
) -> None:
    upload_and_settle(world, *before, upload)
    assert claimant_warnings(world) == withdrawn_warning(key, subject)
    upload_and_settle(world, back)
    assert not [what for what, _ in claimant_warnings(world) if "withdrawn" in what]


def test_a_claim_to_a_withdrawn_address_is_warned_of_from_the_start(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, withdraw("a"), IN_ENGLISH, post_text("b", 1, "a"))
    ((what, fix),) = claimant_warnings(world)
    assert (WITHDRAWAL in what, WITHDRAWAL_EN in what) == (True, True)
    assert fix.endswith(f"colophon reinstate {contents.CLINIC}/a and colophon reinstate {contents.CLINIC}/a/en.")


def test_the_claimant_is_no_longer_warned_when_a_hold_is_over(world: World) -> None:
    hold = put(WITHDRAWAL, contents.withdrawal("hold", until="2026-05-20T09:00:00+09:00"))
    world.now = world.now.replace(month=5, day=10)
    upload_and_settle(world, *MOVED, hold)
    assert claimant_warnings(world) == withdrawn_warning(WITHDRAWAL, f"{contents.CLINIC}/a")
    world.now = world.now.replace(month=5, day=21)
    world.sweep()
    world.queued = [message for message in world.queued if message.to == "intake"]
    world.run_until_quiet()
    assert claimant_warnings(world) == []


@pytest.mark.parametrize(
    ("upload", "key"), [(withdraw("a"), WITHDRAWAL), (IN_ENGLISH, WITHDRAWAL_EN)], ids=["post", "edition"]
)
def test_it_says_whose_earlier_address_it_withdraws(upload: Upload, key: str, world: World) -> None:
    upload_and_settle(world, *MOVED, upload)
    assert outcome_of(world, key) == ("live", [ENDS_IT])


def test_it_says_so_when_the_claim_comes_later_and_no_longer_when_it_ends(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, withdraw("a"))
    assert outcome_of(world, WITHDRAWAL)[0] == "waiting"
    upload_and_settle(world, post_text("b", 1, "a"))
    assert outcome_of(world, WITHDRAWAL) == ("live", [ENDS_IT])
    upload_and_settle(world, post_text("b", 2))
    assert outcome_of(world, WITHDRAWAL)[0] == "waiting"


def test_a_withdrawal_of_another_language_ends_nothing(world: World) -> None:
    upload_and_settle(world, *MOVED, put(WITHDRAWAL_EN.replace("en.md", "ko.md"), contents.withdrawal()))
    assert outcome_of(world, WITHDRAWAL.replace("withdrawal", "ko.md.withdrawal"))[0] == "waiting"


def test_both_that_claim_one_address_are_named(world: World) -> None:
    upload_and_settle(world, *MOVED, post_text("c", 1, "a"), withdraw("a"))
    assert f"{contents.CLINIC}/b and {contents.CLINIC}/c" in outcome_of(world, WITHDRAWAL)[1][0]


def test_where_a_text_was_it_withdraws_that(world: World) -> None:
    upload_and_settle(world, *SITE_AND_CLINIC, post_text("a", 1), post_text("b", 1, "a"), withdraw("a"))
    assert outcome_of(world, WITHDRAWAL) == ("live", [])


def test_every_order_of_a_claim_and_the_withdrawal_ends_in_the_site_of_a_clean_build(
    account: Cloud, transport: Transport
) -> None:
    participants = (
        Participant("first", refresh_after(post_text("b", 1, "a"), A), early=True),
        Participant("second", withdraw("a")),
    )
    assert every_order(Scheduler(account, transport, SITE_AND_CLINIC, participants)) > 3
