"""Write the computed tables of ``infra/README.md``: ``python -m tests.infra_readme.rewrite``."""

from functools import cache

from tests.bench import monthly_bill, price_table
from tests.bench.one_site import build_site
from tests.bench.price import measure_basket
from tests.infra_readme.page import PAGE, text, with_computed
from tests.protocol.harness.cloud import emulated_cloud

_SITE = 60


@cache
def measure_texts() -> dict[str, float]:
    """The figures of the first basket."""
    with emulated_cloud() as account:
        return measure_basket(account, build_site(account, _SITE), _SITE, "million_posts")


@cache
def render_tables() -> dict[str, str]:
    """The computed blocks by their names."""
    counted = monthly_bill.count()
    return {
        "monthly bill": monthly_bill.render(counted),
        "a million posts": price_table.render(measure_texts(), counted.basket),
    }


if __name__ == "__main__":
    page = text()
    for name, content in render_tables().items():
        page = with_computed(page, name, content)
    PAGE.write_text(page, "utf-8")
