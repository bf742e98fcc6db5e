"""What an item says of the uploads that its change follows from: as little as its readers need, and no less."""

from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.rows import ImageRow, Outcome, PageRow, PageToken, WithdrawalRow
from colophon.stores.item_trace import needed_since, read_trace, trace_that_fits, trace_to_store
from colophon.stores.row_encoding import encode_attribute
from colophon.stores.sizes import WRITE_UNIT, item_size
from colophon.trace import MAX_IDS, NO_TRACE, Trace, read_attribute, trace_attribute

KO = "posts/sorae/cough/ko.md"
SINCE = 1_764_470_441.0
PAGE = PageRow(Outcome(KO, "live", version="v1"), token=PageToken('"e"', 1, "f"))
IMAGE = ImageRow(Outcome("posts/sorae/cough/ear.png", "live", version="v1"), state="ready")
WITHDRAWAL = WithdrawalRow(Outcome("posts/sorae/cough/withdrawal.yaml", "live", version="v2"))
TOMBSTONE = replace(PAGE, n=1, outcome=Outcome(KO, "withdrawn", version="v1"), token=PageToken('"g"', 2, "h"))
BOTH = Trace(("v1", "v2"), SINCE)


def item(trace: Trace = NO_TRACE, **rows: Any) -> dict[str, Any]:
    """A post's item whose rows are ``rows``, as DynamoDB's stream shows it."""
    return {f"L#{lang}": encode_attribute(row) for lang, row in rows.items()} | trace_attribute(trace)


def test_a_new_post_needs_no_attribute_and_names_its_upload() -> None:
    assert trace_to_store(Trace(("v1",), SINCE), {"L#ko": PAGE}) == NO_TRACE
    assert read_trace({}, item(ko=PAGE)) == Trace(("v1",))


def test_an_upload_that_no_new_row_answers_for_is_named() -> None:
    assert trace_to_store(BOTH, {"L#ko": PAGE}).ids == ("v2",)
    stored = trace_to_store(BOTH, {"L#ko": TOMBSTONE, "W#withdrawal.yaml": WITHDRAWAL})
    assert stored == Trace(("v1",), SINCE), "the text is older than the change, unless its trace says otherwise"
    assert trace_to_store(BOTH, {"L#ko": replace(PAGE, n=4)}) == BOTH, "the reader can't tell that it is a new upload"


def test_a_reader_finds_every_id_once() -> None:
    before = item(en=replace(PAGE, outcome=Outcome(KO, "live", version="v0")))
    after = item(Trace(("v1", "v3"), SINCE), en=TOMBSTONE, ko=PAGE)
    assert read_trace(before, after) == Trace(("v1", "v3"), SINCE)
    assert read_trace(after, after).ids == ("v1", "v3"), "what the attribute says"
    assert read_trace(before, item(en=TOMBSTONE)) == NO_TRACE, "a text that is withdrawn was uploaded long ago"


@pytest.mark.parametrize(
    "row", [{"S": "x"}, {"M": {}}, {"M": {"row": {"S": "{"}}}, {"M": {"row": {"S": '{"outcome": 7}'}}}]
)
def test_a_damaged_row_names_nothing(row: dict[str, Any]) -> None:
    assert read_trace({}, {"L#ko": row} | trace_attribute(BOTH)) == BOTH
    assert read_trace({}, {}) == NO_TRACE


@pytest.mark.parametrize(
    ("rows", "is_needed"),
    [
        ([PAGE], False),
        ([replace(PAGE, token=PageToken())], False),
        ([replace(PAGE, n=1)], True),
        ([PAGE, replace(PAGE, n=1)], True),
        ([replace(PAGE, token=PageToken('"g"', 2, "h"))], True),
        ([IMAGE], True),
        ([WITHDRAWAL, TOMBSTONE], True),
    ],
)
def test_the_moment_is_kept_wherever_something_may_be_purged(rows: list[Any], *, is_needed: bool) -> None:
    """A page of a later revision was there although its row was lost; an image may be what a correction waited for."""
    assert needed_since(BOTH, {str(number): row for number, row in enumerate(rows)}) == (SINCE if is_needed else 0)


@pytest.mark.parametrize("size", [500, 650, 900, 960, 1000, 1024, 2000])
def test_ids_that_fit_into_the_begun_unit_are_named(size: int) -> None:
    ids = tuple(f"{number:032}" for number in range(MAX_IDS + 5))
    row = {"row": {"S": "x" * (size - len("row"))}}
    attribute = trace_that_fits(Trace(ids, SINCE), row)
    named = read_attribute(attribute).ids
    shortest = size + item_size(trace_attribute(Trace(ids[:1], SINCE)))
    assert named == ids[: len(named)]
    assert named
    assert -(-(size + item_size(attribute)) // WRITE_UNIT) == -(-shortest // WRITE_UNIT)
    one_more = size + item_size(trace_attribute(Trace(ids[: len(named) + 1], SINCE)))
    assert len(named) == MAX_IDS or -(-one_more // WRITE_UNIT) > -(-shortest // WRITE_UNIT)


def test_nothing_is_stored_of_no_trace() -> None:
    assert trace_that_fits(NO_TRACE, {"row": {"S": "x"}}) == {}
