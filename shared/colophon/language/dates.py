"""Dates in CLDR's long form for a page's language and region. Instants keep the time zone of the upload."""

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import cache, lru_cache

from babel.dates import format_date, format_time

from colophon.language.locales import locale_for
from colophon.language.words import words_for

# A space to readers, which some fonts lack. CLDR 42 and later put it before AM and PM.
_NARROW_SPACE = "\u202f"
# A literal text within a CLDR pattern, or its period of the day.
_QUOTED_OR_PERIOD = re.compile(r"'[^']*'|a+")


@lru_cache(maxsize=4096)
def format_day(day: date, tag: str) -> str:
    """``day`` for readers of ``tag``, as in "April 22, 2026" for ``en`` and "22 April 2026" for ``en-GB``."""
    return _widen_spaces(format_date(day, "long", locale=locale_for(tag)))


@lru_cache(maxsize=256)
def format_year(year: int, tag: str) -> str:
    """``year`` alone, as in "2026" for ``en`` and "2026년" for ``ko``."""
    return format_date(date(year, 1, 1), words_for(tag).listings["year"]["name"], locale=locale_for(tag))


@lru_cache(maxsize=4096)
def format_month(first: date, tag: str) -> str:
    """The month of ``first``, as in "April 2026"."""
    return format_date(first, words_for(tag).month, locale=locale_for(tag))


@lru_cache(maxsize=64)
def format_month_name(month: int, tag: str) -> str:
    """The month 1 to 12 without its year, as in "April"."""
    return format_date(date(2000, month, 1), words_for(tag).month_name, locale=locale_for(tag))


@lru_cache(maxsize=512)
def format_day_name(day: date, tag: str) -> str:
    """``day`` without its year, as in "April 22"."""
    return format_date(day, words_for(tag).listings["month"]["day_name"], locale=locale_for(tag))


def format_instant(at: datetime, tag: str) -> str:
    """``at`` (aware) in its own zone, as in "April 22, 2026 at 2:39 PM UTC+09:00"."""
    time_text = f"{_format_time(at.hour, at.minute, tag)} {_format_utc_offset(at.utcoffset())}"
    return words_for(tag).instant.format(date=format_day(at.date(), tag), time=time_text)


@lru_cache(maxsize=4096)
def _format_time(hour: int, minute: int, tag: str) -> str:
    return _widen_spaces(format_time(time(hour, minute), _find_time_pattern(tag), locale=locale_for(tag)))


@cache
def _find_time_pattern(tag: str) -> str:
    """CLDR's short form, with AM and PM in the wide form: the abbreviated one of Korean is English."""
    pattern = locale_for(tag).time_formats["short"].pattern
    return _QUOTED_OR_PERIOD.sub(lambda part: part[0] if part[0].startswith("'") else "aaaa", pattern)


def format_timestamp(at: datetime) -> str:
    """``at`` (aware) for ``<time datetime>``: a "valid global date and time string" (HTML standard), to the second."""
    return _format_timestamp(at.replace(tzinfo=None), at.utcoffset() or timedelta())


# A page has it several times. Not by the instant alone: the same instant in another zone is written otherwise.
@lru_cache(maxsize=1024)
def _format_timestamp(clock: datetime, offset: timedelta) -> str:
    return clock.replace(tzinfo=timezone(offset)).isoformat(timespec="seconds")


@lru_cache(maxsize=64)
def _format_utc_offset(offset: timedelta | None) -> str:
    offset_text = datetime(2000, 1, 1, tzinfo=timezone(offset or timedelta())).strftime("%z")
    return "UTC" if offset_text in ("+0000", "-0000") else f"UTC{offset_text[:3]}:{offset_text[3:5]}"


def _widen_spaces(text: str) -> str:
    return text.replace(_NARROW_SPACE, " ")
