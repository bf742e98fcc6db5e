"""Dates, instants and lines as programs and people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic_core import PydanticCustomError

from colophon.upload.values import clean_line, parse_day, parse_https_url, parse_instant

KOREA = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04T01:00:00.123456789Z", datetime(2026, 3, 4, 1, 0, 0, 123456, UTC)),
        ("2026-03-04T01:00:00.1Z", datetime(2026, 3, 4, 1, 0, 0, 100000, UTC)),
        ("2026-03-04T01:00:00.000Z", datetime(2026, 3, 4, 1, tzinfo=UTC)),
        (f"2026-03-04T01:00:00.{'9' * 1000}Z", datetime(2026, 3, 4, 1, 0, 0, 999999, UTC)),
        ("2026-03-04T01:00:00,5Z", datetime(2026, 3, 4, 1, 0, 0, 500000, UTC)),
        ("2026-03-04t01:00:00z", datetime(2026, 3, 4, 1, tzinfo=UTC)),
        ("2026-03-04 01:00:00+09:00", datetime(2026, 3, 4, 1, tzinfo=KOREA)),
        ("2026-03-04T01:00+09:00", datetime(2026, 3, 4, 1, tzinfo=KOREA)),
        ("2026-03-04T01:00:00-00:00", datetime(2026, 3, 4, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T08:59:60.25+09:00", datetime(2017, 1, 1, 9, tzinfo=KOREA)),
        (" 2026-03-04T01:00:00Z\u200b", datetime(2026, 3, 4, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_rfc_3339_and_iso_8601_write_it(text: str, expected: datetime) -> None:
    assert parse_instant(text) == expected


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("2026-03-04T01:00:00", "no UTC offset", "with the UTC offset"),
        ("2026-03-04T01:00:00.5", "no UTC offset", "with the UTC offset"),
        ("2026-03-04T01:00:00+0900", "not a date and time", "2026-03-04T01:00:00+09:00."),
        ("2026-03-04T01:00:00+09", "not a date and time", "2026-03-04T01:00:00+09:00."),
        ("2026-03-04 01:00:00 UTC", "not a date and time", "2026-03-04 01:00:00Z."),
        ("2026-03-04 01:00:00 +0900", "not a date and time", "2026-03-04 01:00:00+09:00."),
        ("2026-03-04T01:00:00.Z", "not a date and time", "UTC offset"),
        ("2026-03-04", "not a date and time", "UTC offset"),
        ("2026-03-04T01:00:60Z", "does not exist", "UTC offset"),
        ("2026-03-04T24:00:00Z", "does not exist", "UTC offset"),
        ("2026-02-30T01:00:00Z", "does not exist", "UTC offset"),
        ("2026-03-04T01:00:00+15:00", "No place on earth", "UTC offset"),
        ("1772586000", "not a date and time", "UTC offset"),
    ],
)
def test_any_other_is_refused_with_the_form_to_write(text: str, what: str, fix: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        parse_instant(text)
    context = refused.value.context
    assert context is not None
    assert what in context["what"]
    assert fix in context["fix"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u200bKnee\u200b pain\u3000", "Knee pain"),
        ("\u00a010\u00a0mg", "10\u00a0mg"),
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("\U0001f469\u200d\u2695\ufe0f", "\U0001f469\u200d\u2695\ufe0f"),
        ("\u200b\u00a0", ""),
    ],
)
def test_a_line_loses_what_shows_nothing(text: str, expected: str) -> None:
    assert clean_line(text) == expected


def test_days_and_addresses_lose_it_at_their_ends() -> None:
    assert parse_day("\u00a02026-05-31\u200b") == parse_day("2026-05-31")
    assert parse_https_url("\ufeffhttps://a.kr/x\u200b") == "https://a.kr/x"
