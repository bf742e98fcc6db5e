"""One emulated account and one transport for all schedules of this folder: it must not stay under other tests."""

from collections.abc import Iterator

import pytest

from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud, emulated_cloud
from tests.protocol.harness.deployed_functions import DeployedFunctions, deploy_functions, wire_functions
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.transport import Transport, without_sleep
from tests.protocol.harness.world import World


@pytest.fixture(scope="package")
def account() -> Iterator[Cloud]:
    with without_sleep(), emulated_cloud() as made:
        yield made


@pytest.fixture(scope="package")
def transport(account: Cloud) -> Transport:
    return Transport(account.s3, account.dynamodb)


@pytest.fixture(scope="package")
def unwired(account: Cloud, transport: Transport) -> DeployedFunctions:
    return deploy_functions(account, transport)


@pytest.fixture
def deployed(unwired: DeployedFunctions) -> Iterator[DeployedFunctions]:
    """The handlers of functions/*/app.py, and the queues before them."""
    with wire_functions(unwired):
        yield unwired


@pytest.fixture
def world(account: Cloud, transport: Transport) -> Iterator[World]:
    """An empty site with listings, which must end as a clean build of what the test uploaded."""
    account.empty()
    world = World(account, transport, REAL, listing=True)
    yield world
    check_at_rest(world, clean_build(world))
    check_replay(world)
