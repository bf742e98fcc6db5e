"""At rest the stack, a build of the inbox and a model that shares no code with either agree on what readers find."""

from functools import partial

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.inbox_schedule import InboxSchedule
from tests.protocol.harness.player import play
from tests.protocol.harness.reduction import run_or_reduce
from tests.protocol.harness.transport import Transport
from tests.rotating_seeds import seeds_of_the_day


@pytest.mark.parametrize("seed", seeds_of_the_day(4, of=600))
def test_what_readers_find_is_what_the_design_says(seed: int, account: Cloud, transport: Transport) -> None:
    run_or_reduce(
        f"inbox-{seed}", InboxSchedule(account, transport, seed), partial(play, cloud=account, transport=transport)
    )
