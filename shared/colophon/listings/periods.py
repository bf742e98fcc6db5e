"""The periods that listings are about: a year, its months, their days, and the parts of a very full day."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

# The posts of a very full day are divided by the first hexadecimal digit of the SHA-256 of their names.
PREFIXES = "0123456789abcdef"
# How many of the newest posts an archive, a home page and a feed show.
NEWEST_COUNT = 20


class ListingLimits(Struct, frozen=True):
    """What one listing holds at most, before it is listed by parts or continues in another file.

    ``posts`` counts every post that was ever listed in a period. ``urls`` are those of a sitemap or a sitemap index
    (sitemaps.org, "Using Sitemap index files"). Its 50 MB are never reached: so many of our URLs take less. The search
    of a language finds ``searched`` posts, the newest: it reads them all whenever it is rebuilt.
    """

    posts: int = 500
    urls: int = 50_000
    searched: int = 20_000


LIMITS = ListingLimits()


class Period(Struct, frozen=True, order=True):
    """A year; with a month, that month; with a day, that day; with a prefix, those of its posts that have it."""

    year: int
    month: int = 0
    day: int = 0
    prefix: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """As in paths: ``2025``, ``09``, ``02``, ``3``, as many of them as the period has."""
        numbers = (f"{number:02}" for number in (self.month, self.day) if number)
        return (f"{self.year:04}", *numbers, *self.prefix)

    @property
    def name(self) -> str:
        """As in the names of files: ``2025-09-02-3``."""
        return "-".join(self.names)

    @property
    def first_day(self) -> date:
        """The day itself, or the first one of the year or month."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def parent(self) -> "Period":
        """The period that this one is a part of. A year has none."""
        if self.prefix:
            return Period(self.year, self.month, self.day)
        return Period(self.year, self.month) if self.day else Period(self.year)

    def children(self) -> Iterator["Period"]:
        """Every part that the period can have, in order. A prefix has none."""
        if not self.month:
            yield from (Period(self.year, month) for month in range(1, 13))
        elif not self.day:
            days = monthrange(self.year, self.month)[1]
            yield from (Period(self.year, self.month, day) for day in range(1, days + 1))
        elif not self.prefix:
            yield from (Period(self.year, self.month, self.day, prefix) for prefix in PREFIXES)

    def part_with(self, day: date, post: str) -> "Period":
        """The part of this period that ``post``, which was posted on ``day``, belongs to."""
        return periods_of(day, post)[len(self.names)]

    def has_day(self, day: date) -> bool:
        """Whether posts of ``day`` may belong to the period."""
        return (self.year, self.month or day.month, self.day or day.day) == (day.year, day.month, day.day)

    def includes(self, day: date, post: str) -> bool:
        """Whether ``post``, which was posted on ``day``, belongs to the period."""
        return self.has_day(day) and self.prefix in ("", prefix_of(post))


def periods_of(day: date, post: str) -> tuple[Period, ...]:
    """Every period that ``post``, which was posted on ``day``, belongs to: the year first."""
    year, month, number = day.year, day.month, day.day
    narrowest = Period(year, month, number, prefix_of(post))
    return Period(year), Period(year, month), Period(year, month, number), narrowest


def periods_around(period: Period) -> tuple[Period, ...]:
    """Every period that ``period`` is a part of: its year first, unless it is a year."""
    if not period.month:
        return ()
    return (*periods_around(period.parent), period.parent)


@lru_cache(maxsize=4096)
def prefix_of(post: str) -> str:
    """The prefix of the post named ``post``."""
    return sha256(post.encode()).hexdigest()[0]


def periods_listed(year: int, months: Mapping[int, Iterable[str]]) -> Iterator[Period]:
    """The year, then the parts that list its posts: ``months`` has the days of each month that is listed by day.

    A day that is listed by prefix is followed by its prefixes, as in ``02-03f``.
    """
    yield Period(year)
    for month, days in sorted(months.items(), reverse=True):
        yield Period(year, month)
        for name in days:
            day, _, prefixes = name.partition("-")
            yield Period(year, month, int(day))
            yield from (Period(year, month, int(day), prefix) for prefix in prefixes)
