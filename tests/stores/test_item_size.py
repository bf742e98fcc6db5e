"""The size of an item as DynamoDB counts it, and what still has room in a post's item."""

from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.room import MAX_ITEM_BYTES, MAX_SHOWN_BYTES
from colophon.decision.rows import ImageRow, Outcome, OutcomeState, PageRow, PostRow, WithdrawalRow
from colophon.problem import Problem
from colophon.stores.item_size import Room, Row
from colophon.stores.sizes import item_size
from colophon.upload.keys import PostRef

POST = PostRef("willow", "rash")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        # Names and texts count in UTF-8.
        ({"pk": {"S": "post#a"}}, 8),
        ({"pk": {"S": "버들"}}, 8),
        # A number: a byte for two digits, and one more; a map: three bytes, and one for each of its pairs.
        ({"n": {"N": "12"}}, 4),
        ({"m": {"M": {"n": {"N": "1"}, "row": {"S": "{}"}}}}, 1 + 3 + (1 + 1 + 2) + (1 + 3 + 2)),
    ],
)
def test_an_item_is_as_large_as_dynamodb_says(item: dict[str, Any], expected: int) -> None:
    assert item_size(item) == expected


PROBLEM = Problem("w" * 300, "Fix it.")


def outcome(state: OutcomeState, *found: Problem) -> Outcome:
    return Outcome("posts/willow/rash/x", state, problems=found, version="v1")


PAGE, IMAGE = PageRow(outcome("live")), ImageRow(outcome("live"))
LARGER = PageRow(outcome("live"), image_names=("a.jpg",))
REFUSED = PageRow(outcome("refused", PROBLEM))
WITHDRAWAL = WithdrawalRow(outcome("waiting", PROBLEM))
TAKEN_DOWN = PageRow(outcome("withdrawn", PROBLEM), image_names=("a.jpg",))


@pytest.mark.parametrize(
    ("size", "known", "row", "fits", "problems"),
    [
        (0, None, REFUSED, True, 1),
        (MAX_SHOWN_BYTES, None, PAGE, False, 0),
        (MAX_SHOWN_BYTES, None, IMAGE, False, 0),
        (MAX_SHOWN_BYTES, PAGE, LARGER, False, 0),
        (MAX_SHOWN_BYTES, LARGER, PAGE, True, 0),
        (MAX_SHOWN_BYTES, PAGE, replace(PAGE, inputs_id=""), True, 0),
        # With room for the row and not for its problems, those are in the key's own item alone.
        (MAX_SHOWN_BYTES - 300, None, REFUSED, True, 0),
        (MAX_SHOWN_BYTES, None, WITHDRAWAL, True, 0),
        (MAX_ITEM_BYTES, None, WITHDRAWAL, False, 0),
        # What comes down is always recorded.
        (MAX_ITEM_BYTES, PAGE, TAKEN_DOWN, True, 0),
        (MAX_ITEM_BYTES, None, TAKEN_DOWN, False, 0),
    ],
)
def test_what_fits_into_an_item(size: int, known: Row | None, row: Row, fits: bool, problems: int) -> None:
    kept = Room(PostRow(POST, size=size)).fit("L#en", known, row)
    assert (kept is not None) is fits
    if kept:
        assert len(kept.outcome.problems) == problems


def test_rows_of_one_record_share_the_room() -> None:
    room, row = Room(PostRow(POST, size=MAX_SHOWN_BYTES - 500)), PageRow(outcome("live"))
    fitting = [room.fit(f"L#{number:02}", None, row) is not None for number in range(10)]
    assert fitting == sorted(fitting, reverse=True)
    assert 0 < sum(fitting) < 10


def test_an_item_that_dynamodb_has_refused_takes_only_what_makes_it_smaller() -> None:
    room = Room(PostRow(POST, size=10), is_full=True)
    assert room.fit("L#en", None, PAGE) is None
    assert room.fit("L#en", PAGE, LARGER) is None
    assert room.fit("L#en", LARGER, PAGE) == PAGE
