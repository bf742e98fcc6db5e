"""Dates and language names, as readers read them."""

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from subprocess import run

import pytest

from colophon.language.dates import format_day, format_instant, format_month
from colophon.language.languages import direction, language_name, own_name


@pytest.mark.parametrize(
    ("lang", "day", "month"),
    [("en", "5 April 2026", "April 2026"), ("ko", "2026년 4월 5일", "2026년 4월"), ("ja", "2026年4月5日", "2026年4月")],
)
def test_days_and_months_follow_the_language(lang, day, month):
    assert format_day(date(2026, 4, 5), lang) == day
    assert format_month(date(2026, 4, 1), lang) == month


def test_an_instant_is_told_in_the_zone_it_was_given_in():
    at = datetime(2026, 4, 22, 5, 39, tzinfo=UTC)
    assert format_instant(at, "en") == "22 April 2026, 05:39 UTC"
    # Equal as instants, told apart as texts: no cache may mix them up.
    for zone, said in (("+09:00", "14:39"), ("-03:30", "02:09")):
        hours, minutes = int(zone[:3]), int(zone[0] + zone[4:])
        local = at.astimezone(timezone(timedelta(hours=hours, minutes=minutes)))
        assert format_instant(local, "en") == f"22 April 2026, {said} UTC{zone}"


def test_languages_are_named_for_the_reader_and_by_themselves():
    assert language_name("ko", "en") == "Korean"
    assert language_name("en", "ko") == "영어"
    assert own_name("ja") == "日本語"
    assert own_name("fr") == "français"
    assert own_name("zh-Hans") == "简体中文"
    assert language_name("qq", "en") == "qq"


def test_the_way_a_language_runs_is_known():
    assert direction("ar") == "rtl"
    assert direction("ko") == "ltr"
    assert direction("qq") == "ltr"


def test_months_have_the_same_names_whichever_language_asks_first():
    """Babel's locales share what they look up: a name must not be the one that another language left there."""
    program = (
        "import sys; from colophon.language.dates import format_month_name;"
        "names = {lang: format_month_name(4, lang) for lang in sys.argv[1:]};"
        "print(*(names[lang] for lang in sorted(names)))"
    )
    orders = [("en", "ja", "ko", "zh-Hans"), ("zh-Hans", "ko", "ja", "en"), ("ko", "zh-Hans", "en", "ja")]
    told = {run([sys.executable, "-c", program, *order], check=True, capture_output=True).stdout for order in orders}
    assert told == {"April 4月 4월 4月\n".encode()}
