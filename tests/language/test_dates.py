"""Dates and language names, as readers read them."""

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from subprocess import run

import pytest
from babel import Locale
from babel.dates import format_skeleton

from colophon.language.dates import format_day, format_instant, format_month
from colophon.language.languages import direction, language_name, own_name
from colophon.language.served import find_served_language, served_languages
from layer.locale_data import find_locales

AFTERNOON = datetime(2026, 4, 22, 14, 39, tzinfo=timezone(timedelta(hours=9)))
# How CLDR writes a day and a time: the order, the clock, the words for a half of the day, the digits of hours.
WRITTEN = {
    "en": ("January 17, 2025", "April 22, 2026 at 2:39 PM UTC+09:00"),
    "en-US": ("January 17, 2025", "April 22, 2026 at 2:39 PM UTC+09:00"),
    "en-GB": ("17 January 2025", "22 April 2026 at 14:39 UTC+09:00"),
    "en-AU": ("17 January 2025", "22 April 2026 at 2:39 pm UTC+09:00"),
    "en-CA": ("January 17, 2025", "April 22, 2026 at 2:39 p.m. UTC+09:00"),
    "en-150": ("17 January 2025", "22 April 2026 at 14:39 UTC+09:00"),
    "ko": ("2025년 1월 17일", "2026년 4월 22일 오후 2:39 UTC+09:00"),
    "ko-KR": ("2025년 1월 17일", "2026년 4월 22일 오후 2:39 UTC+09:00"),
    "ja": ("2025年1月17日", "2026年4月22日 14:39 UTC+09:00"),
    "zh-Hans": ("2025年1月17日", "2026年4月22日 14:39 UTC+09:00"),
    "zh-Hans-SG": ("2025年1月17日", "2026年4月22日 下午2:39 UTC+09:00"),
    # No region that CLDR describes: as the language. What follows a region says nothing of dates.
    "en-KR": ("January 17, 2025", "April 22, 2026 at 2:39 PM UTC+09:00"),
    "en-Shaw": ("January 17, 2025", "April 22, 2026 at 2:39 PM UTC+09:00"),
    "en-GB-oxendict": ("17 January 2025", "22 April 2026 at 14:39 UTC+09:00"),
}


def _regional_tags():
    """The interface languages and their regional forms, as the layer keeps them."""
    kept = find_locales(served_languages())
    return sorted(tag for tag in (name.replace("_", "-") for name in kept) if find_served_language(tag))


@pytest.mark.parametrize("tag", WRITTEN)
def test_dates_are_in_the_long_form_of_the_language_and_region(tag):
    assert (format_day(date(2025, 1, 17), tag), format_instant(AFTERNOON, tag)) == WRITTEN[tag]


@pytest.mark.parametrize(
    ("lang", "month"), [("en", "April 2026"), ("en-GB", "April 2026"), ("ko", "2026년 4월"), ("ja", "2026年4月")]
)
def test_months_follow_the_language(lang, month):
    assert format_month(date(2026, 4, 1), lang) == month


def test_months_are_as_in_cldr_in_every_region_of_every_language():
    tags = _regional_tags()
    assert {"en-GB", "ko-KR", "ja-JP", "zh-Hans-SG", *served_languages()} <= set(tags)
    first = date(2026, 4, 1)
    by_cldr = {tag: format_skeleton("yMMMM", first, locale=Locale.parse(tag, sep="-")) for tag in tags}
    assert {tag: format_month(first, tag) for tag in tags} == by_cldr


def test_no_date_holds_a_space_that_fonts_lack():
    """CLDR has U+202F before AM and PM."""
    for tag in _regional_tags():
        text = format_instant(AFTERNOON, tag) + format_day(AFTERNOON.date(), tag) + format_month(AFTERNOON.date(), tag)
        assert {char for char in text if char.isspace()} <= {" "}, tag


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "12:05 AM"), (9, "9:05 AM"), (11, "11:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")]
)
def test_the_hours_of_a_clock_of_twelve(hour, said):
    assert format_instant(AFTERNOON.replace(hour=hour, minute=5), "en") == f"April 22, 2026 at {said} UTC+09:00"


def test_an_instant_is_told_in_the_zone_it_was_given_in():
    at = datetime(2026, 4, 22, 5, 39, tzinfo=UTC)
    assert format_instant(at, "en") == "April 22, 2026 at 5:39 AM UTC"
    # Equal as instants, told apart as texts: no cache may mix them up.
    for zone, said in (("+09:00", "2:39 PM"), ("-03:30", "2:09 AM")):
        hours, minutes = int(zone[:3]), int(zone[0] + zone[4:])
        local = at.astimezone(timezone(timedelta(hours=hours, minutes=minutes)))
        assert format_instant(local, "en") == f"April 22, 2026 at {said} UTC{zone}"


def test_languages_are_named_for_the_reader_and_by_themselves():
    assert language_name("ko", "en") == "Korean"
    assert language_name("en", "ko") == "영어"
    assert own_name("ja") == "日本語"
    assert own_name("fr") == "français"
    assert own_name("zh-Hans") == "简体中文"
    assert own_name("en-GB") == "British English"
    assert language_name("qq", "en") == "qq"


@pytest.mark.parametrize("tag", ["en-KR", "en-Qaaa-KR"])
def test_a_form_of_a_language_that_cldr_does_not_know_has_the_name_of_the_language(tag):
    assert (own_name(tag), language_name(tag, "ko"), language_name("ko", tag)) == ("English", "영어", "Korean")


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
