"""The rows of several groups of listings are read in few transactions, each group's all in one."""

from typing import Any

from botocore.exceptions import ClientError

from colophon.listings.kind import ListingGroup
from colophon.listings.kinds.clinic import CLINIC, ClinicInLanguageRow
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.stores import row_encoding
from colophon.stores.listing_index import ListingIndex

YEARS = [YEAR.group("en", f"clinic-{number:02}", 2026) for number in range(60)]


class _Rows:
    """A table of ``items``; ``asked`` are the keys of each transaction. Of more than ``most`` items it reads none."""

    def __init__(self, *items: dict[str, Any], most: int = 100) -> None:
        self._items = {row_encoding.split_key(item): item for item in items}
        self._most = most
        self.asked: list[list[tuple[str, str]]] = []

    def transact_get_items(self, **asked: Any) -> dict[str, Any]:
        keys = [row_encoding.split_key(each["Get"]["Key"]) for each in asked["TransactItems"]]
        self.asked.append(keys)
        if len(keys) > self._most:
            raise ClientError({"Error": {"Code": "TransactionCanceledException"}}, "TransactGetItems")
        return {"Responses": [{"Item": self._items[key]} if key in self._items else {} for key in keys]}


def index_of(rows: Any) -> ListingIndex:
    return ListingIndex(rows, "index")


def item_of(group: ListingGroup, row: YearRow | ClinicInLanguageRow) -> dict[str, Any]:
    kind = YEAR if group.year else CLINIC
    return {**row_encoding.make_key(*kind.item_key(group)), **row_encoding.encode_row(row)}


def test_each_group_has_its_own_rows_and_a_row_that_many_need_is_read_once() -> None:
    year, archive = YEARS[0], CLINIC.group("en", "clinic-00")
    rows = _Rows(
        item_of(year, YearRow("en", "clinic-00", 2026, n=3)),
        item_of(archive, ClinicInLanguageRow("en", "clinic-00", n=4)),
    )
    found = index_of(rows).read_snapshots([year, archive, YEARS[1]])
    assert [found[group].row.n for group in (year, archive, YEARS[1])] == [3, 4, 0]
    assert [found[group].clinic.clinic for group in found] == ["clinic-00", "clinic-00", "clinic-01"]
    (keys,) = rows.asked
    assert sorted(keys) == sorted({*keys})
    assert found == {group: index_of(rows).read_snapshot(group) for group in found}


def test_a_transaction_reads_at_most_a_hundred_rows_and_all_of_a_group() -> None:
    rows = _Rows()
    found = index_of(rows).read_snapshots(YEARS)
    assert list(found) == YEARS
    # Two of each group, and the site's.
    assert [len(keys) for keys in rows.asked] == [99, 23]
    for keys in rows.asked:
        years = {pk.rpartition("/")[2] for pk, _ in keys if pk.startswith("years#")}
        clinics = {pk.removeprefix("clinic#") for pk, _ in keys if pk.startswith("clinic#")}
        assert years == clinics


def test_of_groups_whose_rows_cannot_be_read_together_there_is_nothing() -> None:
    rows = _Rows(most=50)
    assert list(index_of(rows).read_snapshots(YEARS)) == YEARS[49:]
    assert len(rows.asked) == 2
