"""The file of a withdrawal, from the options of the command line."""

from datetime import UTC, datetime

import pytest

from colophon.problem import Refused
from colophon.withdrawal import read_withdrawal
from colophon_ops.withdraw.draft import draft_withdrawal

NOW = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "gone", "until": "2026-06-15T18:30:00+09:00"}, "until"),
        ({"kind": "hold"}, "until"),
        ({"kind": "hold", "until": "2026-07-15T18:30:00+09:00"}, "until"),
        ({"kind": "hold", "at": "2026-05-01T00:00:00Z", "until": "2026-05-31T09:30:00Z"}, "until"),
        ({"kind": "gone", "at": "2026-05-31"}, "at"),
        ({"kind": "gone", "at": "2026-05-31T09:36:00Z"}, "at"),
        ({"kind": "hold", "at": "2026-07-01T00:00:00Z", "until": "2026-07-15T00:00:00Z"}, "at"),
    ],
)
def test_only_a_hold_ends_and_within_thirty_days_of_an_order_not_to_come(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        draft_withdrawal({"reason": "legal", **fields}, NOW)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("field", ["kind", "at", "until", "note", "requested_by", "reference"])
def test_words_that_are_not_utf8_are_refused(field: str) -> None:
    with pytest.raises(Refused) as refused:
        draft_withdrawal({"kind": "gone", "reason": "legal", field: "No. \udcbb"}, NOW)
    assert [(problem.field, problem.what) for problem in refused.value.problems] == [
        (field, f"“{field}” is not UTF-8.")
    ]


def test_the_file_reads_as_it_was_ordered_whatever_the_words_hold() -> None:
    fields = {
        "kind": "gone",
        "reason": "other",
        "reference": 'No. 7: "x" # {',
        "note": "일\n둘: [",
        "requested_by": "- 김",
    }
    draft = draft_withdrawal(fields, NOW, "Asia/Seoul")
    assert read_withdrawal(draft.content) == draft.withdrawal
    assert draft.withdrawal.at is not None
    assert draft.withdrawal.at.isoformat() == "2026-05-31T18:30:00+09:00"
    assert {name: getattr(draft.withdrawal, name) for name in fields} == fields


def test_the_same_order_is_known_again_and_another_moment_counts_only_if_somebody_said_it() -> None:
    fields = {"kind": "gone", "reason": "other"}
    first, later = draft_withdrawal(fields, NOW), draft_withdrawal(fields, NOW.replace(hour=11))
    assert later.adds_nothing_to(first.withdrawal)
    assert not draft_withdrawal({**fields, "at": "2026-05-31T00:00:00Z"}, NOW).adds_nothing_to(first.withdrawal)
    assert not draft_withdrawal({**fields, "reference": "1"}, NOW).adds_nothing_to(first.withdrawal)
