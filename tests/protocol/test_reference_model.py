"""At rest the stack, a build of the inbox and a model that shares no code with either agree on what readers find."""

from random import Random

import pytest
from msgspec.structs import replace

from tests.protocol.harness.at_rest import CleanBuild, check_at_rest, clean_build
from tests.protocol.harness.cloud import INBOX, Cloud, StoredObject
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.model_differences import find_differences, versions_in
from tests.protocol.harness.random_inbox import draw_steps, later_moments
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.rotating_seeds import seeds_of_the_day


@pytest.mark.parametrize("seed", seeds_of_the_day(4, of=600))
def test_what_readers_find_is_what_the_design_says(seed: int, account: Cloud, transport: Transport) -> None:
    account.empty()
    random = Random(seed)
    world = World(account, transport, REAL, listing=True, searching=True)
    steps = draw_steps(random, 25)
    for step in steps:
        world.queued.append(world.delete(step.key) if step.content is None else world.put(step.key, step.content))
        if random.random() < 0.4:
            random.shuffle(world.queued)
            world.run_until_quiet()
    world.run_until_quiet()
    check_agreement(world, steps)
    for moment in later_moments(random):
        world.now = moment
        world.sweep()
        world.run_until_quiet()
        check_agreement(world, (moment, steps))


def check_agreement(world: World, story: object) -> None:
    """The stack and a build, each compared with the model, and with each other in all that the model does not say."""
    clean = clean_build(world)
    versions = versions_in(world.cloud.bucket(INBOX))
    assert find_differences(versions, world.cloud.site(), world.now) == [], ("the stack", story)
    assert find_differences(versions, built_site(clean), world.now) == [], ("the build", story)
    check_at_rest(world, clean)


def built_site(clean: CleanBuild) -> dict[str, StoredObject]:
    """The objects of a build. Their revisions are left out, also the member of a JSON file that has no other before."""
    objects = {key: StoredObject(*masked) for key, masked in clean.objects.items()}
    return {key: replace(one, content=one.content.replace(b"{,", b"{", 1)) for key, one in objects.items()}
