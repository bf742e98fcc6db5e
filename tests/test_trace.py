"""What follows from which uploads: merged, carried by messages and items within limits, and absent without harm."""

import json
from typing import Any

import pytest

from colophon.trace import (
    MAX_IDS,
    NO_TRACE,
    Trace,
    follow,
    get_trace,
    merge_traces,
    read_attribute,
    read_fields,
    trace_attribute,
    trace_fields,
)
from colophon.upload.messages import RefreshRequest, encode_message, parse_messages, parse_trace

TRACE = Trace(("v1", "v2"), 1_764_470_441.25)
REQUEST = RefreshRequest("posts/sorae/cough/ko.md", force=True)
ID = "x" * 32


def test_traces_merge_to_every_id_once_and_the_oldest_moment() -> None:
    assert merge_traces([Trace(("b", "a"), 20.0), Trace(("a", "c"), 10.0), Trace(("d",))]) == Trace(
        ("b", "a", "c", "d"), 10.0
    )
    assert merge_traces([]) == NO_TRACE


def test_a_block_follows_its_own_trace_and_then_the_one_before() -> None:
    with follow(TRACE):
        with follow(NO_TRACE):
            assert get_trace() == NO_TRACE
        assert get_trace() == TRACE
    assert get_trace() == NO_TRACE


def test_messages_and_items_carry_a_trace_there_and_back() -> None:
    assert read_fields(trace_fields(TRACE)) == TRACE
    assert read_attribute(trace_attribute(TRACE)) == Trace(TRACE.ids, 1_764_470_441.0), "in whole seconds"
    assert parse_trace(encode_message(REQUEST, TRACE)) == TRACE


def test_no_trace_takes_no_room() -> None:
    assert (trace_fields(NO_TRACE), trace_attribute(NO_TRACE)) == ({}, {})
    assert encode_message(REQUEST, NO_TRACE) == encode_message(REQUEST)


def test_a_trace_changes_no_request() -> None:
    assert parse_messages(encode_message(REQUEST, TRACE)) == parse_messages(encode_message(REQUEST)) == (REQUEST,)


def test_at_most_ten_ids_travel_and_fewer_if_they_are_long() -> None:
    many = Trace(tuple(f"{number:032}" for number in range(30)))
    assert read_fields(trace_fields(many)).ids == many.ids[:MAX_IDS]
    assert read_attribute(trace_attribute(many)).ids == many.ids[:MAX_IDS]
    long = Trace(("long" * 300, ID, ID))
    assert len(json.dumps(trace_attribute(long))) < 500


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"trace": "v1"},
        {"trace": {"v1": 1}},
        {"trace": [7, None]},
        {"since": "noon"},
        {"trace": None, "since": None},
    ],
)
def test_what_another_version_of_the_code_sends_is_no_error(fields: dict[str, Any]) -> None:
    assert read_fields(fields) == NO_TRACE


def test_an_item_of_earlier_code_has_parts_of_seconds() -> None:
    assert read_attribute({"trace": {"S": "1764470441.250\nv1\nv2"}}) == TRACE


@pytest.mark.parametrize("value", [{"S": "yesterday\nv1"}, {"S": ""}, {"L": []}, "v1", None])
def test_what_another_version_of_the_code_stores_is_no_error(value: Any) -> None:
    assert read_attribute({"trace": value}) == NO_TRACE


def event(**s3_object: str) -> str:
    record = {"eventSource": "aws:s3", "eventTime": "2026-05-31T09:30:00.500Z", "s3": {"object": s3_object}}
    return json.dumps({"Records": [record]})


def test_an_event_of_s3_names_the_version_that_was_uploaded_and_when() -> None:
    assert parse_trace(event(key="posts/a/b/ko.md", versionId=ID)) == Trace((ID,), 1_780_219_800.5)


@pytest.mark.parametrize(
    "body",
    [event(key="posts/a/b/ko.md"), "", "[]", '"x"', '{"Records": [7]}', '{"Records": [{}]}', '{"Event": "x"}', "{"],
)
def test_a_message_without_a_version_has_no_trace(body: str) -> None:
    assert parse_trace(body) == NO_TRACE
