"""Measures ``processor_time``: the built functions, each in a sandbox, publish batches of both baskets.

Each basket is measured some times, and the least counts: what else the machine does makes a processor slower, and
never faster. What ``relist`` does for messages of the listing queue is left out: it is gathered, and costs by time and
not by posts (``search_cost``).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from colophon.upload.keys import ClinicFile, SiteFile
from tests.bench.corpus import SITE, clinic_file
from tests.bench.post import make_clinic
from tests.bench.price import BASKETS
from tests.bench.processor_time import MEASURED
from tests.built.built_stack import open_built_stack
from tests.built.sandbox import ARCHITECTURE
from tests.template.sam_build import sam_built

# One batch starts the functions, and does not count.
_BATCHES, _ROUNDS = 10, 3
_FUNCTIONS = ("publish", "image", "relist", "report")
_GATHERED = ("relist", "aws:sqs")


def measure_processor_time() -> dict[str, float]:
    """Measure both baskets and write them down. Milliseconds for ten posts, by basket and function."""
    measured = {basket: _least([_measure(basket) for _ in range(_ROUNDS)]) for basket in BASKETS}
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    return {f"processor.{basket}.{name}": ms for basket, by in measured.items() for name, ms in by.items()}


def _least(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: min(found[name] for found in rounds) for name in rounds[0]}


def _measure(basket: str) -> dict[str, float]:
    clinic = make_clinic(0)
    with open_built_stack(sam_built(ARCHITECTURE)) as (driver, sandboxes):
        driver.put(SiteFile().key, SITE)
        driver.put(ClinicFile(clinic.key).key, clinic_file(clinic))
        driver.settle()
        for batch in range(_BATCHES + 1):
            if batch == 1:
                sandboxes.calls.clear()
            for key, content in BASKETS[basket](0, batch):
                driver.put(key, content)
            driver.settle()
        total: Counter[str] = Counter()
        for (name, source), calls in sandboxes.calls.items():
            if (name, source) != _GATHERED:
                total[name] += sum(call.processor_milliseconds for call in calls)
    return {name: round(total[name] / _BATCHES, 1) for name in _FUNCTIONS if total[name]}
