"""Measures ``processor_time``: the built functions, each in a sandbox, publish batches of both baskets."""

import json
from collections import Counter

from colophon.upload.keys import ClinicFile, SiteFile
from tests.bench.corpus import SITE, clinic_file
from tests.bench.post import make_clinic
from tests.bench.price import BASKETS
from tests.bench.processor_time import MEASURED
from tests.built.built_stack import open_built_stack
from tests.built.sandbox import ARCHITECTURE
from tests.template.sam_build import sam_built

# One batch starts the functions, and does not count.
_BATCHES = 10
_FUNCTIONS = ("publish", "image", "relist", "report")


def measure_processor_time() -> dict[str, float]:
    """Measure both baskets and write them down. Milliseconds for ten posts, by basket and function."""
    measured = {basket: _measure(basket) for basket in BASKETS}
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    return {f"processor.{basket}.{name}": ms for basket, by in measured.items() for name, ms in by.items()}


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
        total = Counter(
            {name: sum(call.processor_milliseconds for call in calls) for name, calls in sandboxes.calls.items()}
        )
    return {name: round(total[name] / _BATCHES, 1) for name in _FUNCTIONS if total[name]}
