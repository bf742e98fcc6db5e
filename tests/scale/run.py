"""``make scale``: how the stack grows. The real verbs are counted, then posts arrive in virtual time at four rates.

Prints the tables, writes them into the pages of infra/ that have their marks, and draws infra/growth.svg. What was
counted and found is kept in tests/scale/run.json, so that tests can do a part of it again.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from tests.scale import at_rest, plot, tables
from tests.scale.counts import SIZES, count_batches, count_purged_tags, measure_growth, measure_sizes
from tests.scale.knobs import ROOT, Knobs, read_knobs, turn_up
from tests.scale.limits import MOST_BATCHES_OF_A_SHARD
from tests.scale.model import Counts, capacities
from tests.scale.simulation import Result, Simulation

KEPT = Path(__file__).with_name("run.json")
PLOT = ROOT / "infra/growth.svg"
RATES, MINUTES = (1, 10, 100, 1_000), 60
SITES = (100_000, 1_000_000, 10_000_000)
DEFAULTS, ALL_KNOBS = "defaults", "all knobs"


class Run(msgspec.Struct, frozen=True):
    """What was counted, and how each rate ended, with the name of the setting."""

    counts: Counts
    results: list[tuple[str, Result]]


def main() -> None:
    """Count, simulate, print and write."""
    counts, knobs = _count(), read_knobs()
    results = list(_simulate(counts, knobs))
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(Run(counts, results)), indent=1) + b"\n")
    section = render(counts, knobs, results)
    print(section)
    for page in pages():
        page.write_text(replace_section(page.read_text("utf-8"), section), "utf-8")
    PLOT.write_text(draw(counts, knobs, results), "utf-8")


def settings(knobs: Knobs, rate: float) -> Iterator[tuple[str, Knobs]]:
    """The settings that are tried at ``rate``, each with its name."""
    yield DEFAULTS, knobs
    # Where it would be tried first: relist is the first that posts without images can saturate.
    if rate == 100:
        wide = replace(knobs, batches=MOST_BATCHES_OF_A_SHARD)
        yield f"`ParallelizationFactor: {wide.batches}` of `relist`", wide
    if rate >= 1_000:
        yield ALL_KNOBS, turn_up(knobs)


def render(counts: Counts, knobs: Knobs, results: list[tuple[str, Result]]) -> str:
    """The section with its tables."""
    sites = [at_rest.describe(posts, counts, knobs) for posts in SITES]
    return tables.render_section((capacities(counts, knobs), capacities(counts, turn_up(knobs))), results, sites, knobs)


def draw(counts: Counts, knobs: Knobs, results: list[tuple[str, Result]]) -> str:
    """The plot."""
    shown = [
        (f"{result.rate:,.0f} a second, {setting}", result)
        for setting, result in results
        if setting in (DEFAULTS, ALL_KNOBS)
    ]
    return plot.draw(capacities(counts, knobs), capacities(counts, turn_up(knobs)), shown, knobs.intake_late)


def pages() -> list[Path]:
    """The pages of infra/ that hold the section."""
    return [page for page in sorted((ROOT / "infra").glob("*.md")) if tables.BEGIN in page.read_text("utf-8")]


def find_section(page: str) -> str:
    """The section of ``page``, marks included."""
    return tables.BEGIN + page.partition(tables.BEGIN)[2].partition(tables.END)[0] + tables.END


def replace_section(page: str, section: str) -> str:
    """``page`` with ``section`` in the place of its own."""
    return page.replace(find_section(page), section)


def _count() -> Counts:
    spread = count_batches(SIZES, in_one_clinic=False, on_step=_tell)
    one_clinic = count_batches(SIZES, in_one_clinic=True, on_step=_tell)
    _tell("what a post leaves behind")
    sizes = measure_sizes()
    _tell("the directory and the scan on sites of two sizes")
    return Counts(spread, one_clinic, sizes, measure_growth(), count_purged_tags())


def _simulate(counts: Counts, knobs: Knobs) -> Iterator[tuple[str, Result]]:
    for rate in RATES:
        for setting, chosen in settings(knobs, rate):
            _tell(f"{rate:,} posts a second for an hour, {setting}")
            yield setting, Simulation(counts, chosen, rate).run(MINUTES)


def _tell(step: str) -> None:
    print(f"scale: {step} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
