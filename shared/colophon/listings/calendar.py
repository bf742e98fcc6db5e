"""The years and months of a clinic's archive, with counts and links."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from colophon.language.dates import format_month, format_month_name
from colophon.listings.periods import Period
from colophon.listings.sources import ClinicInLanguage
from colophon.page.paths import month_path, period_id, year_path


class YearCount(Struct, frozen=True):
    """The number of live pages in each month (1 to 12) of a year that has any, the latest month first.

    ``has_page``: the year has a page of its own. Rows of earlier code name years without one.
    """

    year: int
    months: Mapping[int, int]
    has_page: bool = False


class CalendarMonth(Struct, frozen=True):
    """``name`` is the month without its year, as shown below the year; ``full_name`` is with it.

    ``anchor`` is its place in the page (``period_id``).
    """

    name: str
    count: int
    full_name: str
    path: str
    anchor: str


class CalendarYear(Struct, frozen=True):
    """A year and its months that have posts, with their counts. ``path`` is empty if it has no page; ``anchor`` is its
    place in the page (``period_id``)."""

    year: int
    count: int
    months: tuple[CalendarMonth, ...]
    path: str
    anchor: str


def build_calendar(clinic: ClinicInLanguage, years: Iterable[YearCount]) -> list[CalendarYear]:
    """The years of the archive, in their order."""
    return [_build_calendar_year(clinic, year) for year in years]


def _build_calendar_year(clinic: ClinicInLanguage, year: YearCount) -> CalendarYear:
    months = tuple(
        CalendarMonth(
            name=format_month_name(month, clinic.lang),
            count=count,
            full_name=format_month(date(year.year, month, 1), clinic.lang),
            path=month_path(clinic.lang, clinic.slug, year.year, month),
            anchor=period_id(Period(year.year, month).name),
        )
        for month, count in year.months.items()
    )
    path = year_path(clinic.lang, clinic.slug, year.year) if year.has_page else ""
    return CalendarYear(year.year, sum(year.months.values()), months, path, period_id(Period(year.year).name))
