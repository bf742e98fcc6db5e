"""What republishing costs."""

import pytest

from colophon_ops.republish import list_price


def test_a_million_pages_cost_what_their_calls_cost() -> None:
    assert 15 < list_price(1_000_000, 1_000_000, 0) < 25
    assert list_price(0, 0, 0) == 0
    assert list_price(10, 30, 20) == pytest.approx(10 * list_price(1, 3, 2))
