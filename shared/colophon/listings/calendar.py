"""The years and months of an archive, each with its count and the way to it."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from colophon.language.dates import month_name, month_words
from colophon.listings.view import Shelf, YearCount
from colophon.page.paths import month_path


class ShownMonth(Struct, frozen=True):
    """``name`` is the month without its year, as it stands below its year; ``said`` is the month with it."""

    name: str
    count: int
    said: str
    path: str


class ShownYear(Struct, frozen=True):
    """A year, its count, and those of its months that have posts."""

    year: int
    count: int
    months: tuple[ShownMonth, ...]


def shown_years(shelf: Shelf, years: Iterable[YearCount]) -> list[ShownYear]:
    """``years`` in their order."""
    return [_shown(shelf, year) for year in years]


def _shown(shelf: Shelf, year: YearCount) -> ShownYear:
    months = tuple(
        ShownMonth(
            name=month_name(month, shelf.lang),
            count=count,
            said=month_words(date(year.year, month, 1), shelf.lang),
            path=month_path(shelf.lang, shelf.clinic, year.year, month),
        )
        for month, count in year.months.items()
    )
    return ShownYear(year.year, sum(year.months.values()), months)
