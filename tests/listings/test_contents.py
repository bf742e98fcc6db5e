"""What a period lists: of its entries, those removed too; or of the rows of its parts."""

from datetime import date
from itertools import permutations

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.contents import (
    PartRow,
    are_made,
    contents_of_entries,
    contents_of_parts,
    contents_of_period,
    find_removed_id,
    names_of_parts,
)
from colophon.listings.part_page import Part
from colophon.listings.periods import Period
from colophon.page.names import ClinicName
from tests.listings.conftest import entry

CLINIC = "noeul-dental"
FIRST, SECOND = date(2026, 4, 1), date(2026, 4, 2)
LIVE = EntryRow("en", CLINIC, FIRST, "a", "a 1", entry(post="a", posted=FIRST))
REMOVED = EntryRow("en", CLINIC, FIRST, "b", "b 2")
OLD_NAMES, NEW_NAMES = ((ClinicName("en", text),) for text in ("Noeul", "Noeul Dental"))


def part(month: int, day: int = 0, prefix: str = "", **changes: object) -> PartRow:
    """A part that is made and has two live pages."""
    name = f"{month} {day} {prefix}"
    row = PartRow("en", CLINIC, 2026, month, day, prefix, count=2, id=name, live_id=name, names=NEW_NAMES)
    return replace(row, **changes)


MOVED = (
    EntryRow("en", CLINIC, FIRST, "c", "c 3"),
    EntryRow("en", CLINIC, SECOND, "c", "c 3", entry(post="c", posted=SECOND)),
)


@pytest.mark.parametrize(
    ("rows", "removed"),
    [
        ((), ()),
        ((LIVE,), ()),
        (MOVED, ()),
        ((LIVE, REMOVED), (REMOVED,)),
        ((LIVE, REMOVED, *MOVED), (REMOVED,)),
        # Moved before, and removed since: another id is live on the other day.
        ((MOVED[0], replace(MOVED[1], id="c 4")), MOVED[:1]),
        # Another post that happens to have the id is not the same page.
        ((replace(MOVED[0], post="d"), MOVED[1]), (replace(MOVED[0], post="d"),)),
    ],
)
def test_pages_are_removed_if_they_are_live_on_no_other_day(
    rows: tuple[EntryRow, ...], removed: tuple[EntryRow, ...]
) -> None:
    ids = {find_removed_id(some) for some in permutations(rows)}
    assert ids == {find_removed_id(removed)}
    assert bool(find_removed_id(rows)) == bool(removed)


@pytest.mark.parametrize("covered", [(), (0,), (1,), (0, 1)])
def test_one_entry_that_the_clinics_withdrawal_covers_withdraws_the_listing(covered: tuple[int, ...]) -> None:
    rows = [replace(row, clinic_withdrawn=place in covered) for place, row in enumerate((REMOVED, LIVE))]
    assert contents_of_entries(rows).clinic_withdrawn == bool(covered)
    parts = [part(place + 1, clinic_withdrawn=place in covered) for place in (0, 1)]
    assert contents_of_parts(parts, "split").clinic_withdrawn == bool(covered)


def test_a_day_has_no_tags_of_its_own_identity_and_a_month_has() -> None:
    for period, identified in ((Period(2026, 4), True), (Period(2026, 4, 1), False), (Period(2026, 4, 1, "a"), False)):
        counts = contents_of_period([LIVE], period).tag_counts
        assert counts
        assert {bool(count.value) for count in counts.values()} == {identified}


def test_parts_are_listed_in_order_once_they_are_made_and_while_they_have_pages() -> None:
    rows = [part(3, names=NEW_NAMES), part(1, names=OLD_NAMES), part(2, count=0), part(4, id="", count=9)]
    contents = contents_of_parts(rows, "split")
    assert contents.parts == (Part(Period(2026, 1), 2), Part(Period(2026, 3), 2))
    assert contents.part_names == ("01", "03")
    assert contents.count == 4
    assert [name for name, _ in contents.ids] == ["2026-01", "2026-02", "2026-03"]
    assert contents.names == NEW_NAMES, "as the newest part has them"


def test_sitemaps_and_search_shards_of_a_divided_period_change_only_with_what_they_lead_to() -> None:
    before = contents_of_parts([part(1), part(2)], "split")
    one_more = contents_of_parts([part(1), part(2, count=3, id="another")], "split")
    first_page = contents_of_parts([part(1), part(2, live_id="another")], "split")
    assert before.ids != one_more.ids
    assert before.file_ids == one_more.file_ids
    assert before.file_ids != first_page.file_ids


def test_a_day_in_parts_names_them_and_no_other_part_does() -> None:
    rows = [part(4, parts=("01", "02")), part(4, 2, parts=("0", "3", "f")), part(4, 3), part(4, 3, "a")]
    assert [row.part_name for row in rows] == ["04", "02-03f", "03", "a"]


@pytest.mark.parametrize(
    ("names", "made"),
    [((), True), (("01",), True), (("01", "02"), False), (("03",), False), (("02",), False)],
)
def test_parts_are_made_once_each_has_its_listings(names: tuple[str, ...], made: bool) -> None:
    assert are_made(names, [part(1), part(2, id="")]) == made


def test_a_period_is_divided_into_the_parts_that_its_entries_are_in() -> None:
    rows = [LIVE, REMOVED, *MOVED]
    assert names_of_parts(Period(2026), rows) == ("04",)
    assert names_of_parts(Period(2026, 4), rows) == ("01", "02")
    prefixes = names_of_parts(Period(2026, 4, 1), rows)
    assert set(prefixes) == {Period(2026, 4, 1).part_with(FIRST, row.post).prefix for row in rows}
    assert list(prefixes) == sorted(prefixes)
