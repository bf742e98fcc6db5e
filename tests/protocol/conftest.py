"""One emulated account and one stage for all schedules of a module: no longer, or it would stay under other tests."""

from collections.abc import Iterator

import botocore.endpoint
import pytest

from colophon_emulator.lock import patch
from tests.protocol.harness.cloud import Cloud, cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.stage import Stage, without_waiting
from tests.protocol.harness.world import World


@pytest.fixture(scope="module")
def account() -> Iterator[Cloud]:
    with patch(botocore.endpoint, "time", without_waiting()), cloud() as made:
        yield made


@pytest.fixture(scope="module")
def stage(account: Cloud) -> Stage:
    return Stage(account.s3, account.dynamodb)


@pytest.fixture
def world(account: Cloud, stage: Stage) -> Iterator[World]:
    """An empty site with listings, which must end as a clean build of what the test uploaded."""
    account.empty()
    world = World(account, stage, REAL, listing=True)
    yield world
    check_rest(world, clean_build(world))
    check_replay(world)
