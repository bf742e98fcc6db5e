"""The years and months of an archive, each with its count and the way to it."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from colophon.language.dates import format_month, format_month_name
from colophon.listings.view import ClinicInLanguage, YearCount
from colophon.page.paths import month_path


class CalendarMonth(Struct, frozen=True):
    """``name`` is the month without its year, as it stands below its year; ``said`` is the month with it."""

    name: str
    count: int
    full_name: str
    path: str


class CalendarYear(Struct, frozen=True):
    """A year, its count, and those of its months that have posts."""

    year: int
    count: int
    months: tuple[CalendarMonth, ...]


def build_calendar(clinic: ClinicInLanguage, years: Iterable[YearCount]) -> list[CalendarYear]:
    """``years`` in their order."""
    return [_build_calendar_year(clinic, year) for year in years]


def _build_calendar_year(clinic: ClinicInLanguage, year: YearCount) -> CalendarYear:
    months = tuple(
        CalendarMonth(
            name=format_month_name(month, clinic.lang),
            count=count,
            full_name=format_month(date(year.year, month, 1), clinic.lang),
            path=month_path(clinic.lang, clinic.slug, year.year, month),
        )
        for month, count in year.months.items()
    )
    return CalendarYear(year.year, sum(year.months.values()), months)
