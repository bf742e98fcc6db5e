"""``make load``, but small: the loads on a real ``colophon dev``, with a tenth of the limits; each day two of them."""

from pathlib import Path

from tests.load.load import Size
from tests.load.run import LOADS, render, run_loads
from tests.rotating_seeds import DAY

SMALL = Size(posts=4, files=60, sent=44, versions=30, month=540, counted=14, shared=4, part=10, idle_timeout=60.0)
OTHERS = LOADS[1:]


def test_nothing_is_lost_and_nothing_that_was_live_changes(tmp_path: Path) -> None:
    shown: list[str] = []
    results = run_loads(tmp_path, SMALL, [LOADS[0], OTHERS[DAY % len(OTHERS)]], shown.append)
    assert [fault for result in results for fault in result.faults] == [], "\n".join([*shown, render(results)])
    assert (results[0].states, len(results)) == ({"live": 2 * SMALL.posts}, 2)
