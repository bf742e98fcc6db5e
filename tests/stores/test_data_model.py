"""The data model's page is true: its examples decode to rows and back, and its tables list every stored field."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from colophon.decision import claim, history, listing_rows, rows, stray, stray_scan
from colophon.decision.earlier_address import WaitNote
from colophon.listings.cards import ClinicSummary
from colophon.listings.kinds import KINDS
from colophon.page.entry import Entry
from colophon.problem import Problem
from colophon.stores import listing_keys, row_encoding
from colophon.stores.queues import parse_tags
from colophon.stores.row_encoding import ScanCursor
from colophon.trace import read_attribute, trace_attribute, trace_fields
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message, parse_messages, parse_trace
from colophon.verbs.listings import parse_groups
from colophon.views import Facts

PAGE = (Path(__file__).parents[2] / "shared/colophon/stores/README.md").read_text()
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
TRACED = [example for example in EXAMPLES if "trace" in example]
ITEMS = [example for example in EXAMPLES if "pk" in example and example not in TRACED]
_KINDS_OF_MESSAGES = {"rings", "Records", "listings", "tags"}
MESSAGES = [example for example in EXAMPLES if _KINDS_OF_MESSAGES & example.keys() and example not in TRACED]
ROWS: dict[str, type] = {
    "clinic": rows.ClinicRow,
    "site": rows.SiteRow,
    "stray": stray.StrayRow,
    "history": history.PublishedVersion,
    "entries": listing_rows.EntryRow,
    **{kind.partition.partition("#")[0]: kind.row_type for kind in KINDS},
    "round": ScanCursor,
    "course": ScanCursor,
    "strays": stray_scan.StrayScan,
}
STRUCTS = (
    *ROWS.values(),
    *(rows.PageRow, rows.ImageRow, rows.WithdrawalRow, rows.Outcome, rows.PageToken, rows.EntryRef, rows.Provenance),
    *(claim.Claim, claim.ClaimTarget, claim.Rivals, history.Difference),
    *(stray_scan.PrefixState, Problem, Facts, Entry, ClinicSummary),
)


def tables() -> dict[str, list[tuple[str, str]]]:
    """Each table of fields by the name of its class: the names on the wire, and in the code."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, body in re.findall(r"^\| `(\w+)` \|.*\n\| --- \| --- \|\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        cells = [line.split("|")[1] for line in body.splitlines()]
        found[name] = [(names[0], names[-1]) for names in (re.findall(r"`(\w+)`", cell) for cell in cells)]
    return found


def stored(example: dict[str, Any]) -> dict[str, Any]:
    """An example with DynamoDB's types."""
    types = {str: "S", int: "N", dict: "M"}
    return {
        name: {"S": json.dumps(value)} if name == "row" else {types[type(value)]: _typed(value)}
        for name, value in example.items()
    }


def _typed(value: Any) -> Any:
    return stored(value) if isinstance(value, dict) else str(value)


def plain(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": json.loads(attributes["row"]["S"]),
        **({"n": int(attributes["n"]["N"])} if "n" in attributes else {}),
    }


@pytest.mark.parametrize("kind", dict.fromkeys(STRUCTS), ids=lambda kind: kind.__name__)
def test_a_table_lists_every_field_of_a_row(kind: type) -> None:
    fields = msgspec.structs.fields(kind)
    expected = {(field.encode_name, field.name) for field in fields if field.name != "n"}
    assert set(tables()[kind.__name__]) == expected


def test_the_table_of_refresh_requests_lists_every_field() -> None:
    names = {field.name for field in msgspec.structs.fields(RefreshRequest)} - {"is_folder"}
    assert {name for _, name in tables()["RefreshRequest"]} == names


@pytest.mark.parametrize("example", [item for item in ITEMS if "row" in item], ids=lambda item: item["pk"])
def test_an_example_of_a_row_is_stored_so(example: dict[str, Any]) -> None:
    item = stored(example)
    row: Any = row_encoding.decode_row(ROWS[example["pk"].partition("#")[0]], item)
    encoded = row_encoding.encode_row(row)
    assert plain(encoded) == {name: example[name] for name in ("row", "n") if name in example}
    if isinstance(row, listing_rows.EntryRow):
        assert row_encoding.encode_entry(row) == {**item, **encoded}


def test_the_example_of_a_post_is_stored_so() -> None:
    (example,) = (item for item in ITEMS if item["sk"] == "post")
    post = row_encoding.decode_post(PostRef("willow", "rash"), stored(example))
    encoded = {
        "L#en": row_encoding.encode_row(post.pages["en"]),
        "I#diary.png": row_encoding.encode_row(post.images["diary.png"]),
        "W#ko.md.withdrawal.yaml": row_encoding.encode_row(post.withdrawals["ko.md.withdrawal.yaml"]),
        "M#en#willow/winter-rash": row_encoding.encode_row(post.claims["en"]["willow/winter-rash"]),
    }
    assert {name: plain(attributes) for name, attributes in encoded.items()} == {
        name: value for name, value in example.items() if name not in ("pk", "sk")
    }


def test_the_example_of_a_due_key_is_stored_so() -> None:
    (example,) = (stored(item) for item in ITEMS if item["pk"].startswith("due#"))
    assert row_encoding.due_item_key(row_encoding.parse_due_item(example)) == example


def test_the_example_of_a_claimed_address_is_stored_so() -> None:
    (example,) = (stored(item) for item in ITEMS if item["pk"].startswith("claimed#"))
    assert row_encoding.claimed_key(PostRef("willow", "old-rash")) == example


def test_the_example_of_a_day_is_stored_so() -> None:
    (example,) = (stored(item) for item in ITEMS if item["pk"].startswith("recent#"))
    row = listing_rows.EntryRow("en", "willow", date(2025, 9, 2), "rash", "an identity")
    assert listing_keys.recent_day_key(row) == example
    assert listing_keys.parse_recent_day(example["sk"]["S"]) == ("2025/09/02", "willow")


def test_the_examples_of_waiting_claims_are_stored_so() -> None:
    for_clinic, for_room = (stored(item) for item in ITEMS if item["pk"].startswith("waits#"))
    cedar, willow = (PageRef(PostRef(clinic, "winter-rash"), "en") for clinic in ("cedar", "willow"))
    assert row_encoding.wait_key(WaitNote(cedar, "willow")) == for_clinic
    assert row_encoding.wait_key(WaitNote(willow, "willow", "old-rash")) == for_room


def test_every_kind_of_item_has_an_example() -> None:
    listed = set(re.findall(r"^\| \[`([a-z]+)[#`]", PAGE, re.MULTILINE))
    assert {item["pk"].partition("#")[0] for item in ITEMS} == listed


def test_the_examples_of_messages_are_read() -> None:
    (event,), (request,), (listings, search), (tags,) = (
        [json.dumps(message) for message in MESSAGES if name in message]
        for name in ("Records", "rings", "listings", "tags")
    )
    assert [found.key for found in parse_messages(event)] == ["posts/willow/rash/en.md"]
    assert encode_message(parse_messages(request)[0]) == request
    for message in (listings, search):
        assert json.loads(message)["listings"] == [msgspec.to_builtins(group) for group in parse_groups(message)]
    assert parse_tags(tags) == ("p:willow/rash", "l:en")


def test_the_examples_with_a_trace_are_written_as_they_are_read() -> None:
    item, message = TRACED
    trace = read_attribute({"trace": {"S": item["trace"]}})
    assert trace_attribute(trace) == {"trace": {"S": item["trace"]}}
    sent = parse_trace(json.dumps(message))
    assert (sent.ids, int(sent.since)) == (trace.ids, trace.since)
    assert message | trace_fields(sent) == message
    assert parse_tags(json.dumps(message)) == ("l:en",)
