"""Entries as listings read them of a table, page by page: the same as in memory, and no more than is needed."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import SiteRow
from colophon.listings.in_memory import MemoryIndex
from colophon.listings.periods import Period, prefix_of
from colophon.stores.listing_index import ListingIndex
from colophon.stores.listing_keys import parse_recent_day, recent_day_key
from colophon.stores.row_encoding import encode_entry, split_key
from tests.listings.conftest import entry

FIRST = date(2026, 2, 26)
CLINICS = ("badaro", "badaro-eye", "noeul")


class Entries:
    """DynamoDB with the items of ``rows``; ``read`` are the items that queries have returned."""

    def __init__(self, rows: list[EntryRow]) -> None:
        items = [*map(encode_entry, rows), *(recent_day_key(row) for row in rows if row.entry)]
        self._items = {split_key(item): item for item in items}
        self.read: list[tuple[str, str]] = []
        self.queries = 0

    def query(self, **asked: Any) -> dict[str, Any]:
        """A page of one partition."""
        assert asked["ConsistentRead"]
        self.queries += 1
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        is_forward = asked.get("ScanIndexForward", True)
        keys = [key for key in self._items if key[0] == values[":pk"] and key[1].startswith(values.get(":prefix", ""))]
        keys.sort(reverse=not is_forward)
        if after := asked.get("ExclusiveStartKey"):
            keys = keys[keys.index(split_key(after)) + 1 :]
        page = keys[: asked.get("Limit", 7)]
        self.read += page
        more = {"LastEvaluatedKey": self._items[page[-1]]} if keys[len(page) :] else {}
        return {"Items": [self._items[key] for key in page], **more}

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:
        """The items with these keys."""
        (table,) = asked["RequestItems"]
        keys = [split_key(key) for key in asked["RequestItems"][table]["Keys"]]
        assert len(keys) <= 100
        return {"Responses": {table: [self._items[key] for key in keys if key in self._items]}}


def random_rows(seed: int, count: int) -> list[EntryRow]:
    """Entries of several clinics on few days, every third removed; a day may have only removed ones."""
    chosen, rows = random.Random(seed), {}
    for number in range(count):
        clinic, day = chosen.choice(CLINICS), FIRST + timedelta(days=chosen.randrange(9))
        name = f"p{chosen.randrange(count):02}"
        shown = entry(clinic=clinic, post=name, posted=day) if chosen.randrange(3) else None
        rows[clinic, day, name] = EntryRow("en", clinic, day, name, f"id {number}", shown)
    return list(rows.values())


def both(rows: list[EntryRow]) -> tuple[ListingIndex, MemoryIndex, Entries]:
    """The readers of the same entries."""
    table = Entries(rows)
    client: Any = table
    return ListingIndex(client, "index"), MemoryIndex(SiteRow(), entries=rows), table


def noted(rows: list[EntryRow]) -> list[EntryRow]:
    """Those of ``rows`` on days that some live entry of their clinic notes: of a language no others are read."""
    days = {(row.clinic, row.posted) for row in rows if row.entry}
    return [row for row in rows if (row.clinic, row.posted) in days]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_the_newest_entries_are_those_in_memory(seed: int, count: int) -> None:
    rows = noted(random_rows(seed, 30))
    index, memory, _ = both(rows)
    for clinic in ("", *CLINICS):
        assert index.read_newest("en", clinic, count) == memory.read_newest("en", clinic, count)


@pytest.mark.parametrize(
    "period",
    [
        None,
        Period(2026),
        Period(2026, 2),
        Period(2026, 3),
        Period(2026, 3, 1),
        Period(2026, 3, 1, prefix_of("p01")),
        Period(2026, 1),
    ],
)
def test_the_entries_of_a_period_are_those_in_memory(period: Period | None) -> None:
    rows = [row for seed in range(5) for row in random_rows(seed, 30)]
    rows = list({(row.clinic, row.posted, row.post): row for row in rows}.values())
    index, memory, _ = both(rows)
    for clinic in CLINICS:
        found = index.read_entries("en", clinic, period)
        assert sorted(found, key=str) == sorted(memory.read_entries("en", clinic, period), key=str)
        if period:
            assert list(index.read_backwards("en", clinic, period)) == list(memory.read_backwards("en", clinic, period))


def test_the_entries_of_very_many_posts_are_read_a_hundred_at_a_time() -> None:
    rows = [EntryRow("en", "noeul", FIRST, f"p{number:03}", "id") for number in range(230)]
    index, _, _ = both([*rows, EntryRow("en", "noeul", FIRST + timedelta(days=1), "p000", "id")])
    found = index.read_entries_of("en", "noeul", FIRST, [row.post for row in rows])
    assert sorted(found, key=str) == sorted(rows, key=str)


def test_no_day_is_read_that_is_older_than_what_is_asked_for() -> None:
    """Of each clinic with older posts alone nothing is read: a language may have thousands of them."""
    newest = [
        EntryRow("en", "noeul", FIRST, f"p{number:02}", "id", entry(clinic="noeul", post=f"p{number:02}", posted=FIRST))
        for number in range(25)
    ]
    older = [
        EntryRow("en", f"c{number:02}", FIRST - timedelta(days=1), "a", "id", entry(clinic=f"c{number:02}", post="a"))
        for number in range(40)
    ]
    index, _, table = both([*newest, *older])
    assert [row.post for row in index.read_newest("en")] == [f"p{number:02}" for number in range(24, 4, -1)]
    assert {pk for pk, _ in table.read} == {"recent#en", "entries#en/noeul"}
    # The days, and the entries of the only clinic that has any of them.
    assert table.queries <= 4


@pytest.mark.parametrize("noted", ["2026/03/01#noeul-eye", "2026/03/01#noeul-eye/night-guards"])
def test_a_day_that_earlier_code_noted_for_a_post_is_one_of_its_clinic(noted: str) -> None:
    assert parse_recent_day(noted) == ("2026/03/01", "noeul-eye")
