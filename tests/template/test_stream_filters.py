"""The filters of the table's stream: a verb gets every record that it acts on, and no other."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import fields

from colophon.listings.kind import ListingChange, ListingKind
from colophon.listings.kinds import KINDS, groups_woken_by, kind_of
from colophon.stores.row_changes import decode_change
from colophon.stores.stream import RowChange, decode_upload_row
from colophon_emulator.deployment import Resource
from colophon_emulator.event_filters import matches_filters, parse_filters
from tests.stores.test_data_model import ITEMS, stored

# AWS Lambda developer guide, "Filter rule syntax" and quotas: characters of one pattern.
LONGEST_PATTERN = 4096
# Every kind of item that the table has: the examples of the data model's page.
STORED = list(map(stored, ITEMS))
# What a kind has whose listings no other listing shows.
SHOWS_NO_LESS = next(each.default for each in fields(ListingKind) if each.name == "shows_less")


def relist_acts_on(change: RowChange) -> bool:
    """Listings' rows that no other listing shows call for nothing."""
    decoded = decode_change(change)
    if not isinstance(decoded, ListingChange):
        return decoded is not None
    return any(groups_woken_by(decoded)) or kind_of(decoded.group).shows_less is not SHOWS_NO_LESS


def report_acts_on(change: RowChange) -> bool:
    return decode_upload_row(change, change.after) is not None


ACTS_ON: dict[str, Callable[[RowChange], bool]] = {"relist": relist_acts_on, "report": report_acts_on}


@pytest.mark.parametrize("item", STORED, ids=lambda item: item["pk"]["S"])
@pytest.mark.parametrize("verb", ACTS_ON)
def test_a_verb_gets_the_records_that_it_acts_on(
    verb: str, item: dict[str, Any], mappings: dict[str, Resource]
) -> None:
    key = {name: item[name] for name in ("pk", "sk")}
    record = {"eventName": "INSERT", "dynamodb": {"Keys": key, "NewImage": item}}
    change = RowChange(item["pk"]["S"], item["sk"]["S"], {}, item)
    assert matches_filters(record, parse_filters(mappings[verb].properties)) is ACTS_ON[verb](change)


def test_every_kind_of_listing_is_among_the_items() -> None:
    found = {decoded.group.kind for item in STORED if isinstance(decoded := _decode(item), ListingChange)}
    assert found == {kind.number for kind in KINDS}


@pytest.mark.parametrize("verb", ACTS_ON)
def test_filters_stay_within_lambdas_quotas(verb: str, mappings: dict[str, Resource]) -> None:
    patterns = [each["Pattern"] for each in mappings[verb].properties["FilterCriteria"]["Filters"]]
    assert len(patterns) <= 5
    assert all(len(pattern) <= LONGEST_PATTERN and json.loads(pattern) for pattern in patterns)


def _decode(item: dict[str, Any]) -> object:
    return decode_change(RowChange(item["pk"]["S"], item["sk"]["S"], {}, item))
