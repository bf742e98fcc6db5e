"""One emulated account and one stage for all schedules of a module: no longer, or it would stay under other tests."""

from collections.abc import Iterator

import botocore.endpoint
import pytest

from colophon.local.lock import replaced
from tests.protocol.harness.cloud import Cloud, cloud
from tests.protocol.harness.stage import Stage, without_waiting


@pytest.fixture(scope="module")
def account() -> Iterator[Cloud]:
    with replaced(botocore.endpoint, "time", without_waiting()), cloud() as made:
        yield made


@pytest.fixture(scope="module")
def stage(account: Cloud) -> Stage:
    return Stage(account.s3, account.dynamodb)
