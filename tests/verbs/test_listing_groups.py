"""Which groups list an entry: of a year that is listed by parts those as well, and of no other."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.listings.kinds import groups_for, kind_of, part_groups_for
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.stores.row_encoding import encode_row, make_key
from colophon.verbs.listings import EntryGroups
from tests.verbs.account import Account, clients

DAY = date(2026, 3, 1)
LISTED = YearRow("en", "a", 2026, n=1)


@pytest.mark.parametrize(
    ("row", "has_parts"),
    [(None, False), (LISTED, False), (replace(LISTED, split="s"), True)],
    ids=["no row", "not divided", "divided"],
)
def test_an_entry_is_in_parts_only_if_the_row_of_its_year_says_so(row: YearRow | None, *, has_parts: bool) -> None:
    key = make_key(*kind_of(group := YEAR.group("en", "a", 2026)).item_key(group))
    items: dict[str, Any] = {key["pk"]["S"]: {**key, **encode_row(row)}} if row else {}
    account = Account({}, items)
    found = EntryGroups(clients(account).index)
    parts = part_groups_for("en", "a", DAY, "b") if has_parts else []
    for _ in range(2):
        assert sorted(found.find("en", "a", DAY, "b")) == sorted([*groups_for("en", "a", 2026), *parts])
    assert account.calls == ["get_item"]
