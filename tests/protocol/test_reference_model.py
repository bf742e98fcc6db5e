"""At rest the stack, a build of the inbox and a model that shares no code with either agree on what readers find."""

from random import Random

import pytest

from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.cloud import INBOX, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.model_differences import Difference, find_differences, versions_in
from tests.protocol.harness.random_inbox import draw_steps, later_moments
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.rotating_seeds import seeds_of_the_day


@pytest.mark.parametrize("seed", seeds_of_the_day(8, of=600))
def test_what_readers_find_is_what_the_design_says(seed: int, account: Cloud, transport: Transport) -> None:
    account.empty()
    random = Random(seed)
    world = World(account, transport, REAL, listing=True)
    steps = draw_steps(random, 25)
    for step in steps:
        world.queued.append(world.delete(step.key) if step.content is None else world.put(step.key, step.content))
        if random.random() < 0.4:
            random.shuffle(world.queued)
            world.run_until_quiet()
    world.run_until_quiet()
    assert differences(world) == [], steps
    for moment in later_moments(random):
        world.now = moment
        world.sweep()
        world.run_until_quiet()
        assert differences(world) == [], (moment, steps)
    check_at_rest(world, clean_build(world))


def differences(world: World) -> list[Difference]:
    """Where the stack differs from the model: the key, what stands there, and what should."""
    return find_differences(versions_in(world.cloud.bucket(INBOX)), world.cloud.site(), world.now)
