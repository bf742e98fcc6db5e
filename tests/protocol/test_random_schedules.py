"""A few of the schedules that ``make simulate`` plays by the thousand: others every day."""

import re
from pathlib import Path

import pytest

from colophon import stores
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.matrix import CALLS, WITHOUT_SCHEDULES, cells
from tests.protocol.harness.random_schedule import RandomSchedule
from tests.protocol.harness.transport import Transport
from tests.rotating_seeds import seeds_of_the_day


@pytest.mark.parametrize("seed", seeds_of_the_day(4, of=2000))
def test_whatever_fails_or_is_lost_the_site_comes_out_right(seed: int, account: Cloud, transport: Transport) -> None:
    RandomSchedule(account, transport, seed, reporting=seed % 4 == 0, listing=bool(seed % 2)).run()


def test_the_matrix_knows_every_call_of_the_stores() -> None:
    known = {operation for operations in CALLS.values() for operation in operations}
    assert _calls_of_stores() == known | WITHOUT_SCHEDULES.keys()
    assert {call for _, call in cells()} == known


def _calls_of_stores() -> set[str]:
    """The operations that stores ask clients for, in the names of AWS."""
    asked = re.compile(r'self\._client\.(?:get_paginator\("(\w+)"\)|(?!get_paginator|meta)(\w+)\()')
    texts = [path.read_text() for path in Path(stores.__file__).parent.glob("*.py")]
    names = {a or b for text in texts for a, b in asked.findall(text)}
    return {"".join(part.capitalize() for part in name.split("_")) for name in names}
