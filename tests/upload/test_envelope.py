"""Doorbells: which keys a queue message names, and messages of our own."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.upload.envelope import UnreadableEnvelopeError, keys_rung, ring_bodies


def s3_event(*keys: str) -> str:
    """An S3 event notification; ``keys`` are as S3 sends them, form-encoded."""
    records = [
        {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": key, "size": 1}}}
        for key in keys
    ]
    return json.dumps({"Records": records})


def test_keys_of_an_s3_event_are_decoded_once() -> None:
    assert keys_rung(s3_event("posts/a/b/image+1%2B2.jpg", "posts/a/b/%EA%B0%80%2520.jpg")) == (
        "posts/a/b/image 1+2.jpg",
        "posts/a/b/가%20.jpg",
    )


def test_raw_form_of_a_key_is_kept() -> None:
    assert keys_rung(s3_event("a/%E1%84%80%E1%85%A1.jpg")) == ("a/\u1100\u1161.jpg",)


def test_each_key_is_named_once_in_order() -> None:
    assert keys_rung(s3_event("b", "a", "b")) == ("b", "a")


def test_rings_of_our_own_are_not_decoded() -> None:
    assert keys_rung('{"rings": [{"key": "posts/a/b/"}, {"key": "a+b%20", "after": "x"}]}') == ("posts/a/b/", "a+b%20")


@pytest.mark.parametrize(
    "body",
    ['{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}', '{"Records": []}', '{"rings": []}'],
)
def test_what_names_nothing_is_no_trouble(body: str) -> None:
    assert keys_rung(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        '{"Event": "other"}',
        '{"rings": {}}',
        '{"rings": ["a"]}',
        '{"rings": [{"key": 1}]}',
        '{"rings": [{"key": ""}]}',
        '{"rings": [{"key": "\\ud800"}]}',
        '{"Records": [{"eventSource": "aws:sns", "s3": {"object": {"key": "a"}}}]}',
        '{"Records": [{"eventSource": "aws:s3"}]}',
        '{"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "%FF"}}}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_doorbell_is_said_to_be_none(body: str) -> None:
    with pytest.raises(UnreadableEnvelopeError):
        keys_rung(body)


@given(
    st.text(max_size=50) | st.recursive(st.none() | st.text(), lambda x: st.dictionaries(st.text(), x)).map(json.dumps)
)
def test_nothing_else_is_ever_raised(body: str) -> None:
    try:
        keys_rung(body)
    except UnreadableEnvelopeError as error:
        assert isinstance(error, ValueError)  # noqa: PT017


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), max_size=30))
def test_bodies_ring_for_exactly_the_keys_they_are_made_of(keys: list[str]) -> None:
    assert [key for body in ring_bodies(keys) for key in keys_rung(body)] == list(dict.fromkeys(keys))


def test_no_body_is_too_long_for_a_queue() -> None:
    keys = [f"posts/clinic/post/{'가' * 330}{number}" for number in range(450)]
    bodies = ring_bodies(keys)
    assert max(len(body) for body in bodies) <= 200_200
    assert max(len(keys_rung(body)) for body in bodies) <= 200
    assert max(len(keys_rung(body)) for body in ring_bodies(map(str, range(450)))) == 200
    assert ring_bodies([]) == []
    assert all(body.isascii() for body in bodies)
