"""Rows as they are written: what is as it was at first is left out, and what is read back is what was written."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import Struct, field

from colophon.decision.claim import Claim, ClaimTarget, Rivals
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, EntryRef, ImageRow, Outcome, PageRow, PageToken, SiteRow, WithdrawalRow
from colophon.decision.stray import StrayRow
from colophon.decision.sweep import DueKey
from colophon.listings.kinds.clinic import ClinicInLanguageRow
from colophon.listings.kinds.home import HomeRow
from colophon.listings.kinds.language import LanguageRow
from colophon.listings.kinds.year import YearRow
from colophon.problem import Problem
from colophon.stores.row_encoding import (
    DamagedRow,
    ScanCursor,
    decode_post,
    decode_row,
    due_item_key,
    encode_row,
    last_due_sort_key,
    parse_due_item,
    post_key,
)
from colophon.upload.keys import PostRef
from colophon.withdrawal import UNREADABLE_WITHDRAWAL, Withdrawal

SEOUL = timezone(timedelta(hours=9))
UPLOAD = Outcome("posts/a/b/en.md", "absent")
NEW = [
    (PageRow(UPLOAD), '{"outcome":{"key":"posts/a/b/en.md","state":"absent"}}'),
    (ImageRow(UPLOAD), '{"outcome":{"key":"posts/a/b/en.md","state":"absent"}}'),
    (WithdrawalRow(UPLOAD), '{"outcome":{"key":"posts/a/b/en.md","state":"absent"}}'),
    (Claim(), "{}"),
    (ClinicRow("a"), '{"clinic":"a"}'),
    (SiteRow(), "{}"),
    (StrayRow("x"), '{"key":"x"}'),
    (ScanCursor(), "{}"),
    (YearRow("en", "a", 2026), '{"lang":"en","clinic":"a","year":2026}'),
    (ClinicInLanguageRow("en", "a"), '{"lang":"en","clinic":"a"}'),
    (LanguageRow("en"), '{"lang":"en"}'),
    (HomeRow("en"), '{"lang":"en"}'),
]
GROWN = [
    PageRow(
        Outcome(UPLOAD.key, "live", "/en/a/b/", (Problem("what", "fix", line=3),), "v1"),
        n=4,
        token=PageToken('"e"', 2, "fp"),
        entry_ref=EntryRef(date(2026, 5, 31), "id", "value"),
        next_at=datetime(2026, 5, 31, 18, 30, tzinfo=UTC),
        claims={"a/c": Claim((ClaimTarget("a/b", ("a/d",)),), "id", Rivals(("a/e",), has_page=True))},
    ),
    ClinicRow("a", 2, withdrawal=Withdrawal(kind="hold", reason="legal", until=datetime(2026, 6, 1, tzinfo=SEOUL))),
    ScanCursor(4, "posts/a/b/en.md", datetime(2026, 5, 31, 9, tzinfo=UTC), "code", datetime(2026, 5, 30, tzinfo=UTC)),
    YearRow("en", "a", 2026, 3, {"en/a/2026/05/index.html": PageToken('"e"')}, {5: 2}, ("눈",)),
    EntryRow("en", "a", date(2026, 5, 31), "b", "id", clinic_withdrawn=True),
    PublishedVersion("en", 2, datetime(2026, 5, 31, 9, tzinfo=UTC), "page", "v1", 1),
]


@pytest.mark.parametrize(("row", "text"), NEW, ids=lambda case: type(case).__name__)
def test_a_row_says_nothing_that_is_as_it_was_at_first(row: Any, text: str) -> None:
    assert encode_row(row)["row"] == {"S": text}
    assert decode_row(type(row), encode_row(row)) == row


@pytest.mark.parametrize("row", GROWN, ids=lambda row: type(row).__name__)
def test_what_is_written_is_what_is_read(row: Any) -> None:
    found = decode_row(type(row), encode_row(row))
    assert found == row
    assert encode_row(found) == encode_row(row)


@pytest.mark.parametrize("text", ["", "[]", '{"outcome":5}', '{"outcome":{"key":"k","state":"lost"}}', "{}"])
def test_what_somebody_else_wrote_is_damaged(text: str) -> None:
    with pytest.raises(DamagedRow, match="pk “post#a/b”"):
        decode_row(PageRow, {"pk": {"S": "post#a/b"}, "sk": {"S": "post"}, "n": {"N": "1"}, "row": {"S": text}})


def test_a_clinics_withdrawal_of_an_unknown_kind_withdraws_all_the_same() -> None:
    row = decode_row(ClinicRow, {"row": {"S": '{"clinic":"a","order":{"kind":"nonsense","reason":"legal"}}'}})
    assert row.withdrawal == UNREADABLE_WITHDRAWAL


def test_a_clinics_record_with_an_unknown_value_is_damaged() -> None:
    """Taken for no record, it would take all the clinic's pages down."""
    with pytest.raises(DamagedRow, match="If a newer version of Colophon ran here, deploy that again"):
        decode_row(ClinicRow, {"row": {"S": '{"clinic":"a","record":{"names":{"ko":"가"},"status":"resting"}}'}})


def test_fields_that_only_newer_code_knows_are_passed_over_at_any_depth() -> None:
    permission = '"permission":{"reference":"Letter 7","granted":"2025-06-30","signed_by":"x"}'
    record = f'"record":{{"names":{{"ko":"가"}},"opened":1998,{permission}}}'
    row = decode_row(ClinicRow, {"row": {"S": f'{{"clinic":"a","later":[1],{record}}}'}})
    assert row.record is not None
    assert row.record.permission is not None
    assert row.record.permission.reference == "Letter 7"


class _EarlierScanCursor(Struct, frozen=True, omit_defaults=True):
    """The row of the scan as code before ``previous`` and ``all_listings`` declares it."""

    n: int = 0
    after: str = ""
    started_at: datetime | None = field(default=None, name="began")
    code_version: str = field(default="", name="code")


def test_earlier_code_and_this_code_read_each_others_row_of_the_scan() -> None:
    began, earlier = datetime(2026, 5, 31, 9, tzinfo=UTC), datetime(2026, 5, 30, 9, tzinfo=UTC)
    now = ScanCursor(4, "posts/a/b/en.md", began, "code", earlier, earlier)
    then = decode_row(_EarlierScanCursor, encode_row(now))
    assert then == _EarlierScanCursor(4, "posts/a/b/en.md", began, "code")
    assert decode_row(ScanCursor, encode_row(then)) == ScanCursor(4, "posts/a/b/en.md", began, "code")


def test_a_row_is_the_same_whatever_its_last_change_follows_from() -> None:
    post = PostRef("a", "b")
    assert decode_post(post, {**post_key(post), "trace": {"S": "1764470441.250\nv1"}}) == decode_post(
        post, post_key(post)
    )


def test_due_keys_sort_by_their_moment_wherever_its_clock_is_and_those_of_this_very_moment_are_due() -> None:
    moment = datetime(2026, 3, 10, 9, tzinfo=SEOUL)
    due = DueKey(moment, "posts/a/b/en.md")
    key = due_item_key(due)
    assert key == due_item_key(DueKey(moment.astimezone(UTC), due.key))
    assert key["sk"]["S"].startswith("2026-03-10T00:00:00")
    assert parse_due_item(key) == due
    for seconds, is_due in ((-1, False), (0, True), (1, True)):
        assert (key["sk"]["S"] <= last_due_sort_key(moment + timedelta(seconds=seconds))) == is_due
    later = due_item_key(DueKey(moment + timedelta(microseconds=1), "a"))
    assert key["sk"]["S"] < later["sk"]["S"]
