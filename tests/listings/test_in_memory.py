"""The reader in memory gives what the index gives: of one clinic or of all, of a period, the newest first."""

from datetime import date

import pytest

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import SiteRow
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.periods import Period, prefix_of
from tests.listings.conftest import entry

MARCH, FIRST, SECOND, LATER = date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2), date(2027, 4, 1)


def row(post: str, day: date, *, clinic: str = "noeul", lang: str = "en", live: bool = True) -> EntryRow:
    """The entry of a post."""
    shown = entry(lang, clinic=clinic, post=post, posted=day) if live else None
    return EntryRow(lang, clinic, day, post, f"{post} {day}", shown)


A, B, C, D = row("a", MARCH), row("b", FIRST), row("c", FIRST, live=False), row("d", SECOND)
E = row("e", LATER)
OTHER_CLINIC, OTHER_LANGUAGE = row("b", SECOND, clinic="badaro"), row("b", SECOND, lang="ja")
INDEX = MemoryIndex(SiteRow(), entries=[D, OTHER_CLINIC, B, OTHER_LANGUAGE, A, E, C])


@pytest.mark.parametrize(
    ("clinic", "count", "found"),
    [
        ("noeul", 20, (E, D, C, B, A)),
        ("noeul", 3, (E, D, C, B)),
        ("noeul", 2, (E, D)),
        ("badaro", 20, (OTHER_CLINIC,)),
        ("", 20, (E, D, OTHER_CLINIC, C, B, A)),
        ("", 2, (E, D)),
        ("", 4, (E, D, OTHER_CLINIC, C, B)),
    ],
)
def test_the_newest_are_as_many_live_ones_as_asked_for(clinic: str, count: int, found: tuple[EntryRow, ...]) -> None:
    assert INDEX.read_newest("en", clinic, count) == found


@pytest.mark.parametrize(
    ("period", "found"),
    [
        (None, {A, B, C, D, E}),
        (Period(2026), {A, B, C, D}),
        (Period(2026, 4), {B, C, D}),
        (Period(2026, 4, 1), {B, C}),
        (Period(2026, 4, 1, prefix_of("b")), {B}),
        (Period(2026, 5), set()),
    ],
)
def test_entries_of_a_period_are_those_of_the_clinic(period: Period | None, found: set[EntryRow]) -> None:
    assert prefix_of("b") != prefix_of("c")
    assert set(INDEX.read_entries("en", "noeul", period)) == found
    if period:
        assert list(INDEX.read_backwards("en", "noeul", period)) == sorted(
            found, key=lambda each: (each.posted, each.post), reverse=True
        )


def test_entries_of_posts_are_those_of_the_day() -> None:
    assert INDEX.read_entries_of("en", "noeul", FIRST, ["a", "b", "c", "d"]) == (B, C)


def test_rows_are_those_of_one_partition() -> None:
    rows = {
        YEAR.group(lang, clinic, year): YearRow(lang, clinic, year)
        for lang, clinic, year in (
            ("en", "noeul", 2027),
            ("en", "noeul", 2026),
            ("en", "badaro", 2026),
            ("ja", "noeul", 2026),
        )
    }
    index = MemoryIndex(SiteRow(), rows=dict(rows))
    assert index.read_rows(YEAR, "en", "noeul") == (YearRow("en", "noeul", 2026), YearRow("en", "noeul", 2027))
