"""What ``infra/README.md`` says of prices is what the project computes."""

import pytest

from tests.bench import price_table
from tests.infra_readme import page
from tests.infra_readme.rewrite import measure_texts, render_tables


@pytest.mark.parametrize("name", ["monthly bill", "a million posts"])
def test_the_tables_are_those_that_are_computed(name: str) -> None:
    assert page.computed(name) == render_tables()[name], "python -m tests.infra_readme.rewrite writes them"


def test_the_table_shows_every_call() -> None:
    assert price_table.unlisted(measure_texts()) == set()


def test_a_million_posts_cost_at_most_twenty_dollars() -> None:
    assert measure_texts()[""] <= 20


def test_what_a_million_posts_cost_is_the_sum_of_the_rows() -> None:
    figures = measure_texts()
    rows = sum(
        sum(each for name, each in figures.items() if name[1:].startswith(row.lines)) for row in price_table.ROWS
    )
    assert rows == pytest.approx(figures[""])
    assert sum(row.before for row in price_table.ROWS) == pytest.approx(price_table.BEFORE, abs=0.01)
