"""The numbers in infra/ come from the run: what is cheap is done again, the rest is compared with what was kept."""

import msgspec
import pytest

from tests.scale.counts import count_batches
from tests.scale.knobs import read_knobs
from tests.scale.model import capacities
from tests.scale.run import KEPT, MINUTES, PLOT, RATES, Run, draw, find_section, pages, render, settings
from tests.scale.simulation import Simulation

AGAIN = "Run `make scale` and look at what changed."


@pytest.fixture(scope="module")
def run() -> Run:
    return msgspec.json.decode(KEPT.read_bytes(), type=Run)


def test_a_page_of_infra_holds_the_tables_of_the_run(run: Run) -> None:
    section = render(run.counts, read_knobs(), run.results)
    assert pages()
    assert [find_section(page.read_text("utf-8")) for page in pages()] == [section for _ in pages()], AGAIN


def test_the_plot_is_that_of_the_run(run: Run) -> None:
    assert PLOT.read_text("utf-8") == draw(run.counts, read_knobs(), run.results), AGAIN
    assert PLOT.stat().st_size < 20_000


def test_relist_lists_twenty_posts_a_second_of_each_shard(run: Run) -> None:
    knobs = read_knobs()
    assert capacities(run.counts, knobs)["relist"] / knobs.shards >= 20


def test_batches_cost_what_was_kept(run: Run) -> None:
    sizes = (1, 2)
    found = count_batches(sizes, in_one_clinic=False)
    kept = {name: [cost for cost in costs if cost.posts in sizes] for name, costs in run.counts.spread.items()}
    assert found == kept, AGAIN


@pytest.mark.parametrize("rate", RATES[:2])
def test_a_rate_ends_as_was_kept(run: Run, rate: int) -> None:
    kept = [(setting, result) for setting, result in run.results if result.rate == rate]
    found = [(name, Simulation(run.counts, knobs, rate).run(MINUTES)) for name, knobs in settings(read_knobs(), rate)]
    assert found == kept, AGAIN


def test_every_rate_was_tried_with_every_setting(run: Run) -> None:
    knobs = read_knobs()
    tried = [(setting, result.rate) for setting, result in run.results]
    assert tried == [(setting, rate) for rate in RATES for setting, _ in settings(knobs, rate)]
