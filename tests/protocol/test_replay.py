"""Withdrawn, and then everything that ever called a function comes again, in a random order: nothing of it is read.

The same on the whole emulated stack, and by the command: tests/emulated/test_withdraw_replay.py.
"""

import os
from functools import partial

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.player import play
from tests.protocol.harness.reduction import run_or_reduce
from tests.protocol.harness.replay import Replay
from tests.protocol.harness.transport import Transport
from tests.rotating_seeds import seeds_of_the_day

# Eight that follow one another have each kind of withdrawal with and without listings. ``make simulate`` plays all 200.
_MANY = os.environ.get("COLOPHON_REPLAYS")
REPLAYS = range(int(_MANY)) if _MANY else seeds_of_the_day(8, of=200)


@pytest.mark.parametrize("seed", REPLAYS)
def test_no_repeated_message_restores_withdrawn_content(seed: int, account: Cloud, transport: Transport) -> None:
    run_or_reduce(f"replay-{seed}", Replay(account, transport, seed), partial(play, cloud=account, transport=transport))


def test_the_replays_show_what_happens_when_writes_land_whatever_stands_there(
    account: Cloud, transport: Transport
) -> None:
    story = Replay(account, transport, 3, "a put without a condition")
    with pytest.raises(Violation, match=r"I3: .* is back"):
        story.run()
