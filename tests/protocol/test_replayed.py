"""Withdrawn, and then everything that ever called a function comes again, in a random order: nothing of it is read.

The same on the whole emulated stack, and by the command: tests/emulated/test_withdraw_replayed.py.
"""

import os
from functools import partial

import pytest
from msgspec.structs import replace

from tests.protocol.harness import broken
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.eyes import Violation
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.replayed import Replayed
from tests.protocol.harness.stage import Stage

# ``make simulate`` plays 200 of them.
REPLAYS = range(int(os.environ.get("COLOPHON_REPLAYS", "20")))


@pytest.mark.parametrize("seed", REPLAYS)
def test_nothing_that_comes_again_brings_a_withdrawn_thing_back(seed: int, account: Cloud, stage: Stage) -> None:
    Replayed(account, stage, seed).play()


def test_the_replays_show_what_happens_when_writes_land_whatever_stands_there(account: Cloud, stage: Stage) -> None:
    doors = partial(broken.with_site, broken.UnconditionalPut)
    story = Replayed(account, stage, 9, replace(REAL, doors=doors))
    with pytest.raises(Violation, match=r"I3: .* is back"):
        story.play()
