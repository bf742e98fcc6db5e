"""The functions' own handlers, with the events of AWS: what one answers is true, whichever of its calls fails."""

import os
from collections.abc import Sequence

import pytest

from tests.protocol.door_scenes import SCENES
from tests.protocol.harness.door_faults import DOOR_FAULTS, DoorFaults, Plan
from tests.protocol.harness.doors import Doors
from tests.rotating_seeds import share_of_the_day

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
