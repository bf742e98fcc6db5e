"""The processor time that functions take for ten posts, as it was measured under AWS's runtime interface emulator.

``make bench BENCH="--only processor"`` measures it with the built functions and writes ``processor_ms.json`` beside
this file. The price is made from it: a processor is the same whatever the network, while how long AWS's services take
is modelled (``modelled_time``).
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

MEASURED = Path(__file__).with_name("processor_ms.json")


@cache
def read_measured() -> Mapping[str, Mapping[str, float]]:
    """The milliseconds of one processor for ten posts, by basket and function, as they were measured last."""
    read: Mapping[str, Mapping[str, float]] = json.loads(MEASURED.read_text("utf-8"))
    return read
