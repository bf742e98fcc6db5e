"""Dates in the style of a language. Instants keep the time zone of the upload."""

from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date

from colophon.language.words import words_for

# The time of day within each language's pattern for instants (CLDR), and its placeholder in a cached text.
_TIME = "HH:mm"
_TIME_SLOT = "{time}"


@lru_cache(maxsize=4096)
def format_day(day: date, tag: str) -> str:
    """``day`` in the language ``tag``, as in "22 April 2026"."""
    words = words_for(tag)
    return format_date(day, words.date, locale=_load_locale(words.lang))


@lru_cache(maxsize=4096)
def format_month(first: date, tag: str) -> str:
    """The month of ``first``, as in "April 2026"."""
    words = words_for(tag)
    return format_date(first, words.month, locale=_load_locale(words.lang))


@lru_cache(maxsize=64)
def format_month_name(month: int, tag: str) -> str:
    """The month 1 to 12 without its year, as in "April"."""
    words = words_for(tag)
    return format_date(date(2000, month, 1), words.month_name, locale=_load_locale(words.lang))


def format_instant(at: datetime, tag: str) -> str:
    """``at`` (aware) in its own zone, as in "22 April 2026, 14:39 UTC+09:00"."""
    time = f"{at.hour:02}:{at.minute:02}"
    return f"{_format_around_time(at.date(), tag).replace(_TIME_SLOT, time)} {_format_utc_offset(at.utcoffset())}"


@lru_cache(maxsize=4096)
def _format_around_time(day: date, tag: str) -> str:
    """An instant of ``day``, with ``_TIME_SLOT`` for its time. Days repeat, so they are cached; instants seldom do."""
    words = words_for(tag)
    return format_date(day, words.instant.replace(_TIME, f"'{_TIME_SLOT}'"), locale=_load_locale(words.lang))


def format_timestamp(at: datetime) -> str:
    """``at`` for ``<time datetime>``: the HTML standard's "valid global date and time string", to the second."""
    return at.isoformat(timespec="seconds")


@cache
def _load_locale(lang: str) -> Locale:
    return Locale.parse(lang, sep="-")


@lru_cache(maxsize=64)
def _format_utc_offset(offset: timedelta | None) -> str:
    offset_text = datetime(2000, 1, 1, tzinfo=timezone(offset or timedelta())).strftime("%z")
    return "UTC" if offset_text in ("+0000", "-0000") else f"UTC{offset_text[:3]}:{offset_text[3:5]}"
