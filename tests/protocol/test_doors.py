"""The functions' own handlers, with the events of AWS: what one answers is true, whichever of its calls fails."""

import os
from collections.abc import Sequence
from functools import partial

import pytest

from tests.protocol.door_scenes import SCENES
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.door_events import UNREADABLE
from tests.protocol.harness.door_faults import DOOR_FAULTS, DoorFaults, Plan
from tests.protocol.harness.door_judge import check_answer
from tests.protocol.harness.door_schedule import DoorSchedule
from tests.protocol.harness.doors import Doors, world_of
from tests.protocol.harness.invariants import InvariantChecker
from tests.protocol.scenarios import CLINIC, EN, KO, PICTURE, SITE
from tests.rotating_seeds import seeds_of_the_day, share_of_the_day

# Every fault at every call, each to its end; else a share that changes daily.
WHOLE = bool(os.environ.get("COLOPHON_EVERY_ORDER"))
_REFUSED, _TO_REST = 12, 1


def share(plans: Sequence[Plan], most: int) -> Sequence[Plan]:
    """``plans``, or about ``most`` of them each day."""
    return plans if WHOLE or len(plans) <= most else share_of_the_day(plans, -(-len(plans) // most))


@pytest.mark.parametrize("scene", SCENES)
def test_a_handler_acknowledges_nothing_that_a_failed_call_left_undone(scene: str, doors: Doors) -> None:
    """A call that is refused at each attempt is the worst that a handler can be told without ending."""
    faults = DoorFaults(doors, SCENES[scene], counts_waste=WHOLE)
    verdicts = [faults.run(plan) for plan in share(faults.plans(("refused",), brief=not WHOLE), _REFUSED)]
    assert any(verdict.failed for verdict in verdicts)
    for plan in share(faults.plans(DOOR_FAULTS), _TO_REST):
        faults.run(plan, to_rest=True)
    print(f"{scene}: {faults.runs} faults, {faults.wasted} records reported as failed with nothing left to do")


@pytest.mark.parametrize("seed", range(400) if WHOLE else seeds_of_the_day(1, of=400))
def test_what_is_not_there_after_many_handlers_at_once_is_in_a_dead_letter_queue(seed: int, doors: Doors) -> None:
    DoorSchedule(doors, seed, rollout=seed % 4 == 0).run()


def test_four_batches_of_one_mapping_at_once_end_in_a_clean_site(doors: Doors) -> None:
    """Each has one upload to one post, and they take turns at every call."""
    mapping = "PublishFunctionIntake"
    doors.cloud.empty()
    doors.begin(batch_sizes={mapping: 1})
    doors.notify(doors.put(SITE, contents.site(1)), doors.put(CLINIC, contents.clinic(1)))
    doors.run_until_quiet()
    for key, content in (
        (EN, contents.edition("en", 1, "room.png")),
        (KO, contents.edition("ko", 1)),
        (f"{KO}.withdrawal.yaml", contents.withdrawal()),
        (EN, contents.edition("en", 2, "room.png")),
    ):
        doors.notify(doors.put(key, content))
    works = [work for _ in range(4) if (work := doors.sources[mapping].take(skip_delays=False))]
    handlers = [doors.transport.start(f"handler {number}", work) for number, work in enumerate(works)]
    assert all(handler.pending_call for handler in handlers)
    assert len(handlers) == 4
    checker = InvariantChecker(doors.cloud)
    while running := [handler for handler in handlers if handler.pending_call]:
        for handler in running:
            doors.transport.step(handler)
            checker.check()
    doors.notify(doors.put(PICTURE, contents.drawing(1)))
    doors.run_until_quiet()
    world = world_of(doors)
    check_at_rest(world, clean_build(world))


def test_a_message_that_no_function_reads_is_tried_as_often_as_the_template_says(doors: Doors) -> None:
    doors.cloud.empty()
    doors.begin()
    doors.functions.listeners.append(partial(check_answer, doors))
    doors.send("intake", UNREADABLE)
    doors.run_until_quiet()
    counts = [
        int(record["attributes"]["ApproximateReceiveCount"])
        for delivery in doors.functions.deliveries
        for record in delivery.records
    ]
    (queue,) = (one for one in doors.deployment.of_type("AWS::SQS::Queue") if one.logical_id == "IntakeQueue")
    assert counts == list(range(1, queue.properties["RedrivePolicy"]["maxReceiveCount"] + 1))
    assert doors.dead_letters() == {"intake-dead": [UNREADABLE]}


@pytest.mark.parametrize("later", ["", "en, ko"], ids=["deleted", "one language less"])
@pytest.mark.parametrize("before", ["", "en, ko"], ids=["the first settings", "later settings"])
def test_listings_of_settings_that_were_never_recorded_end_with_them(before: str, later: str, doors: Doors) -> None:
    """The process ends after it put a language's listings. Before it is called again, the settings change."""
    doors.cloud.empty()
    doors.begin()
    if before:
        doors.notify(doors.put(SITE, contents.site(1, before)))
        doors.run_until_quiet()
    doors.notify(doors.put(SITE, contents.site(2, "en, ko, ja")))
    work = doors.sources["PublishFunctionIntake"].take(skip_delays=False)
    assert work
    handler = doors.transport.start("handler", work)
    while handler.pending_call and not any(key.startswith("ja/") for key in doors.cloud.site()):
        doors.transport.step(handler)
    doors.transport.stop_all([handler])
    doors.notify(doors.put(SITE, contents.site(3, later)) if later else doors.delete(SITE))
    doors.run_until_quiet()
    assert [key for key, stored in doors.cloud.site().items() if key.startswith("ja/") and not stored.status] == []
    check_at_rest(world := world_of(doors), clean_build(world))
