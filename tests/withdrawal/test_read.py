"""Reading withdrawals, and which of several answers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.problem import Refused
from colophon.withdrawal import UNREADABLE_WITHDRAWAL, Withdrawal, find_strongest, read_withdrawal

ORDER = "kind: gone\nreason: clinic-request\nat: 2024-06-01T09:00:00+09:00\n"
HOLD = "kind: hold\nreason: legal\nat: 2024-06-01T09:00:00+09:00\nuntil: 2024-07-01T00:00:00Z\n"


def test_a_whole_order_is_read() -> None:
    order = read_withdrawal((ORDER + "requested_by: Kim\nreference: 12/34\nnote: |\n  a\n  b\n").encode())
    assert (order.kind, order.reason, order.reference, order.note) == ("gone", "clinic-request", "12/34", "a\nb")
    assert order.at == datetime(2024, 6, 1, tzinfo=UTC)


def test_a_hold_stands_until_it_ends() -> None:
    hold = read_withdrawal(HOLD.encode())
    assert hold.is_in_force(datetime(2024, 6, 30, 23, 59, tzinfo=UTC))
    assert not hold.is_in_force(datetime(2024, 7, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ORDER.replace("gone", "deleted"), [(1, "kind")]),
        (ORDER.replace("clinic-request", "because"), [(2, "reason")]),
        (ORDER[: ORDER.index("at:")], [(None, "at")]),
        (ORDER.replace("at: 2024-06-01T09:00:00+09:00", "at:"), [(3, "at")]),
        (ORDER.replace("+09:00", ""), [(3, "at")]),
        (ORDER + "until: 2024-06-05T09:00:00+09:00\n", [(4, "until")]),
        (ORDER + "untill: x\n", [(4, "untill")]),
        (HOLD[: HOLD.index("until")], [(None, "until")]),
        (HOLD.replace("2024-07-01T00:00:00Z", "2024-07-01T00:00:01Z"), [(4, "until")]),
        (HOLD.replace("2024-07-01", "2024-05-01"), [(4, "until")]),
        (HOLD.replace("2024-07-01T00:00:00Z", "2024-06-01T00:00:00Z"), [(4, "until")]),
        (HOLD.replace("2024-07-01T00:00:00Z", "soon"), [(4, "until")]),
        ("kind: hold\n", [(None, "at"), (None, "reason"), (None, "until")]),
        ("nothing", [(1, "")]),
    ],
)
def test_each_flaw_is_told_with_line_and_field(text: str, expected: list[tuple[int | None, str]]) -> None:
    with pytest.raises(Refused) as refused:
        read_withdrawal(text.encode())
    found = [(problem.line, problem.field) for problem in refused.value.problems]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_the_gravest_order_answers() -> None:
    hold, gone = read_withdrawal(HOLD.encode()), read_withdrawal(ORDER.encode())
    legal = Withdrawal(kind="legal", reason="legal")
    assert find_strongest((hold, UNREADABLE_WITHDRAWAL, gone)) == gone
    assert find_strongest((hold, UNREADABLE_WITHDRAWAL)) == UNREADABLE_WITHDRAWAL
    assert find_strongest((gone, legal)) == legal
    assert find_strongest(()) is None


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (ORDER + text).encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert read_withdrawal(content).at
    except Refused as refused:
        assert refused.problems  # noqa: PT017
