"""The functions' own handlers, with the events of AWS: an answer is true, whichever call to AWS fails."""

import os
from collections.abc import Sequence
from functools import partial

import pytest

from tests.protocol.function_scenarios import SCENARIOS
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.deployed_functions import DeployedFunctions, world_of
from tests.protocol.harness.function_answers import check_answer
from tests.protocol.harness.function_events import UNREADABLE
from tests.protocol.harness.function_faults import FUNCTION_FAULTS, FunctionFaults, Plan
from tests.protocol.harness.function_player import play_functions
from tests.protocol.harness.function_schedule import FunctionSchedule
from tests.protocol.harness.invariants import InvariantChecker
from tests.protocol.harness.reduction import run_or_reduce
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE
from tests.rotating_seeds import seeds_of_the_day, share_of_the_day

# Every fault at every call, and every seed; otherwise a share that changes daily.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
_REFUSED, _TO_REST = 12, 1


def share(plans: Sequence[Plan], most: int) -> Sequence[Plan]:
    """``plans``, or about ``most`` of them each day."""
    return plans if WHOLE or len(plans) <= most else share_of_the_day(plans, -(-len(plans) // most))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_handler_acknowledges_only_what_it_has_done(scenario: str, deployed: DeployedFunctions) -> None:
    faults = FunctionFaults(deployed, SCENARIOS[scenario], counts_waste=WHOLE)
    counts = [faults.run(plan) for plan in share(faults.plans(("refused",), brief=not WHOLE), _REFUSED)]
    assert any(counted.failed for counted in counts)
    for plan in share(faults.plans(FUNCTION_FAULTS), _TO_REST):
        faults.run(plan, to_rest=True)
    print(f"{scenario}: {faults.runs} faults, {faults.wasted} records reported as failed with nothing left to do")


@pytest.mark.parametrize("seed", range(400) if WHOLE else seeds_of_the_day(1, of=400))
def test_concurrent_handlers_lose_nothing_but_dead_letters(seed: int, deployed: DeployedFunctions) -> None:
    schedule = FunctionSchedule(deployed, seed, rollout=seed % 4 == 0)
    run_or_reduce(f"functions-{seed}", schedule, partial(play_functions, deployed=deployed))


def test_four_batches_of_one_mapping_at_once_end_in_a_clean_site(deployed: DeployedFunctions) -> None:
    """Each batch has one upload to the same post. The handlers take turns at every call."""
    mapping = "PublishFunctionIntake"
    deployed.cloud.empty()
    deployed.begin(batch_sizes={mapping: 1})
    deployed.notify(deployed.put(SITE, contents.site(1)), deployed.put(CLINIC, contents.clinic(1)))
    deployed.run_until_quiet()
    for key, content in (
        (EN, contents.edition("en", 1, "room.png")),
        (KO, contents.edition("ko", 1)),
        (f"{KO}.withdrawal.yaml", contents.withdrawal()),
        (EN, contents.edition("en", 2, "room.png")),
    ):
        deployed.notify(deployed.put(key, content))
    works = [work for _ in range(4) if (work := deployed.sources[mapping].take(skip_delays=False))]
    handlers = [deployed.transport.start(f"handler {number}", work) for number, work in enumerate(works)]
    assert all(handler.pending_call for handler in handlers)
    assert len(handlers) == 4
    checker = InvariantChecker(deployed.cloud)
    while running := [handler for handler in handlers if handler.pending_call]:
        for handler in running:
            deployed.transport.step(handler)
            checker.check()
    deployed.notify(deployed.put(PICTURE, contents.drawing(1)))
    deployed.run_until_quiet()
    world = world_of(deployed)
    check_at_rest(world, clean_build(world))


def test_an_unreadable_message_becomes_a_dead_letter_after_max_receive_count(deployed: DeployedFunctions) -> None:
    deployed.cloud.empty()
    deployed.begin()
    deployed.functions.listeners.append(partial(check_answer, deployed))
    deployed.send("intake", UNREADABLE)
    deployed.run_until_quiet()
    counts = [
        int(record["attributes"]["ApproximateReceiveCount"])
        for delivery in deployed.functions.deliveries
        for record in delivery.records
    ]
    (queue,) = (one for one in deployed.deployment.of_type("AWS::SQS::Queue") if one.logical_id == "IntakeQueue")
    assert counts == list(range(1, queue.properties["RedrivePolicy"]["maxReceiveCount"] + 1))
    assert deployed.dead_letters() == {"intake-dead": [UNREADABLE]}


@pytest.mark.parametrize("later", ["", "en, ko"], ids=["deleted", "one language less"])
@pytest.mark.parametrize("before", ["", "en, ko"], ids=["the first settings", "later settings"])
def test_listings_of_unrecorded_settings_are_removed(before: str, later: str, deployed: DeployedFunctions) -> None:
    """The process ends after it has put a language's listings, and the settings change before the retry."""
    deployed.cloud.empty()
    deployed.begin()
    if before:
        deployed.notify(deployed.put(SITE, contents.site(1, before)))
        deployed.run_until_quiet()
    deployed.notify(deployed.put(SITE, contents.site(2, "en, ko, ja")))
    work = deployed.sources["PublishFunctionIntake"].take(skip_delays=False)
    assert work
    handler = deployed.transport.start("handler", work)
    while handler.pending_call and not any(key.startswith("ja/") for key in deployed.cloud.site()):
        deployed.transport.step(handler)
    deployed.transport.stop_all([handler])
    deployed.notify(deployed.put(SITE, contents.site(3, later)) if later else deployed.delete(SITE))
    deployed.run_until_quiet()
    assert [key for key, stored in deployed.cloud.site().items() if key.startswith("ja/") and not stored.status] == []
    check_at_rest(world := world_of(deployed), clean_build(world))
