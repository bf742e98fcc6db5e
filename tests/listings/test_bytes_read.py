"""How many stored bytes are read when a post is listed: of a clinic with 20,000 posts a month, and of others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import PageToken
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.kind import ListingGroup, ListingRow
from colophon.listings.kinds import groups_for, in_dependency_order, kind_of
from colophon.listings.periods import LIMITS, Period
from colophon.page.entry import Entry, Picture
from colophon.stores import row_encoding
from colophon.stores.sizes import item_size
from tests.decision.builder import folder
from tests.decision.files import CLINIC as CLINIC_NAME
from tests.decision.files import text
from tests.listings.rebuilding import entry_changes, replace_entries, row_changes, woken_by

DECISIONS = folder().put("en.md", text("Coughs")).decide()
(ENTRY,) = (row.entry for row in DECISIONS.entries.values() if row.entry)
# A listing of 500 entries, each of about a kilobyte.
ONE_LISTING = 700_000


@dataclass(slots=True)
class Meter(MemoryIndex):
    """Counts the bytes of all items that it reads, as DynamoDB does: with their keys, and rows with their tokens."""

    entry_bytes: int = 0
    row_bytes: int = 0

    def read_entries(self, lang: str, clinic: str, period: Period | None = None) -> tuple[EntryRow, ...]:
        found = MemoryIndex.read_entries(self, lang, clinic, period)
        # A Query reads the whole day if only a part of it is wanted.
        day = period and Period(period.year, period.month, period.day)
        self._count_entries(MemoryIndex.read_entries(self, lang, clinic, day))
        return found

    def read_entries_of(self, lang: str, clinic: str, day: date, posts: Iterable[str]) -> tuple[EntryRow, ...]:
        wanted = frozenset(posts)
        rows = MemoryIndex.read_entries(self, lang, clinic, Period(day.year, day.month, day.day))
        found = tuple(row for row in rows if row.post in wanted)
        self._count_entries(found)
        return found

    def read_backwards(self, lang: str, clinic: str, period: Period) -> Iterator[EntryRow]:
        for row in sorted(MemoryIndex.read_entries(self, lang, clinic, period), key=_place, reverse=True):
            self._count_entries([row])
            yield row

    def read_newest(self, lang: str, clinic: str = "") -> tuple[EntryRow, ...]:
        found = MemoryIndex.read_newest(self, lang, clinic)
        self._count_entries(found)
        return found

    def _count_entries(self, rows: Iterable[EntryRow]) -> None:
        self.entry_bytes += sum(item_size(row_encoding.encode_entry(row)) for row in rows)

    def _row(self, group: ListingGroup) -> ListingRow:
        row: ListingRow = MemoryIndex._row(self, group)
        self.row_bytes += row_size(group, row)
        return row


def _place(row: EntryRow) -> tuple[date, str]:
    return row.posted, row.post


def row_size(group: ListingGroup, row: Any) -> int:
    """Of the item of ``row``, with a token for each of the three or so objects of a group."""
    kind = kind_of(group)
    token = PageToken(f'"{"0" * 32}"', 100, "0" * 64)
    tokens = {f"en/{group.clinic}/{'/'.join(group.period.names)}/{number}.html": token for number in range(3)}
    stored = replace(row, tokens=tokens) if group.year else row
    return item_size({**row_encoding.make_key(*kind.item_key(group)), **row_encoding.encode_row(stored)})


def entry_row(number: int, day: date) -> EntryRow:
    post = f"what-a-clinic-wrote-{number:05}"
    entry: Entry = replace(
        ENTRY,
        post=post,
        posted=day,
        title=f"What to do about a cough that comes back every spring, part {number}",
        excerpt="Rest the voice, drink something warm, and come by if it lasts for more than three weeks. " * 2,
        tags=("cough", "spring", "voice"),
        pictures=(Picture(f"/images/{CLINIC_NAME}/{post}/cough.0b69d44b6962-960.jpg", 960, 640, (480, 960)),),
    )
    return EntryRow("en", CLINIC_NAME, day, post, f"{number:064x}", entry)


def entries_of_a_month(count: int) -> list[EntryRow]:
    return [entry_row(number, date(2026, 3, 1 + number % 30)) for number in range(count)]


def bytes_read_for(index: MemoryIndex, changed: EntryRow, entries: Sequence[EntryRow]) -> Meter:
    """What is read until nothing more is woken, once ``changed`` is among ``entries``."""
    known = [row for row in index.entries if row.post == changed.post]
    after = replace_entries(index, entries)
    meter = Meter(after.site, after.clinics, after.entries, after.rows, after.limits)
    changes = [change for change in entry_changes(known, [changed]) if hasattr(change, "clinic")]
    while changes:
        groups = in_dependency_order({group for change in changes for group in woken_by(change, meter)})
        changes = list(row_changes([group for group in groups if group.clinic], meter))
    return meter


def index_of(entries: Sequence[EntryRow]) -> MemoryIndex:
    index = MemoryIndex(DECISIONS.site, DECISIONS.clinics, entries)
    for group in in_dependency_order([*groups_for("en", CLINIC_NAME, 2026), *groups_for("en", CLINIC_NAME)]):
        list(index.decide_all(group))
    return index


@pytest.fixture(scope="module")
def long_month() -> MemoryIndex:
    return index_of(entries_of_a_month(20_000))


def test_a_new_post_of_a_month_of_20000_reads_the_part_that_lists_it(long_month: MemoryIndex) -> None:
    new = entry_row(20_000, date(2026, 3, 15))
    read = bytes_read_for(long_month, new, [*long_month.entries, new])
    whole = sum(item_size(row_encoding.encode_entry(row)) for row in long_month.entries)
    assert whole > 19_000_000
    # One of sixteen parts of a day of 667, and the newest posts for the archive, twice.
    assert read.entry_bytes < 90_000
    assert read.row_bytes < 100_000
    assert read.entry_bytes + read.row_bytes < whole / 100


def test_a_correction_there_reads_as_much_and_wakes_no_more_than_its_part_and_the_archive(
    long_month: MemoryIndex,
) -> None:
    corrected = replace(long_month.entries[7], id="corrected")
    entries = [corrected if row.post == corrected.post else row for row in long_month.entries]
    read = bytes_read_for(long_month, corrected, entries)
    assert read.entry_bytes < 80_000
    assert read.row_bytes < 20_000


@pytest.mark.parametrize("count", [400, 500, 5000])
def test_no_listing_of_a_shorter_month_reads_more_than_one_listing_may_hold(count: int) -> None:
    index = index_of(entries_of_a_month(count))
    new = entry_row(count, date(2026, 3, 15))
    if count == LIMITS.posts:
        # It divides the year: the one time that everything is read, by the year, the month, and each of its days.
        index = index_of([*index.entries, new])
        new = entry_row(count + 1, date(2026, 3, 15))
    read = bytes_read_for(index, new, [*index.entries, new])
    assert read.entry_bytes < ONE_LISTING
