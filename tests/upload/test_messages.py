"""Queue messages: the keys that notifications and refresh requests name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.upload.messages import RefreshRequest, UnreadableMessageError, encode_message, parse_messages


def s3_event(*keys: str) -> str:
    """An S3 event notification; ``keys`` are as S3 sends them, form-encoded."""
    records = [
        {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": key, "size": 1}}}
        for key in keys
    ]
    return json.dumps({"Records": records})


def test_keys_of_an_s3_event_are_decoded_once() -> None:
    assert parse_messages(s3_event("posts/a/b/image+1%2B2.jpg", "posts/a/b/%EA%B0%80%2520.jpg")) == (
        RefreshRequest("posts/a/b/image 1+2.jpg"),
        RefreshRequest("posts/a/b/가%20.jpg"),
    )


def test_raw_form_of_a_key_is_kept() -> None:
    assert parse_messages(s3_event("a/%E1%84%80%E1%85%A1.jpg")) == (RefreshRequest("a/\u1100\u1161.jpg"),)


def test_each_key_is_named_once_in_order() -> None:
    assert parse_messages(s3_event("b", "a", "b")) == (RefreshRequest("b"), RefreshRequest("a"))


def test_rings_of_our_own_are_not_decoded() -> None:
    assert parse_messages('{"rings": [{"key": "posts/a/b/"}, {"key": "a+b%20", "after": "x"}]}') == (
        RefreshRequest("posts/a/b/", is_folder=True),
        RefreshRequest("a+b%20", after="x"),
    )


def test_a_directory_marker_that_s3_tells_of_is_no_folder_to_look_through() -> None:
    assert parse_messages(s3_event("posts/a/b/")) == (RefreshRequest("posts/a/b/"),)


@pytest.mark.parametrize(
    "body",
    ['{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}', '{"Records": []}', '{"rings": []}'],
)
def test_what_names_nothing_is_no_trouble(body: str) -> None:
    assert parse_messages(body) == ()


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
def test_an_unreadable_message_is_refused(body: str) -> None:
    with pytest.raises(UnreadableMessageError):
        parse_messages(body)


@given(
    st.text(max_size=50) | st.recursive(st.none() | st.text(), lambda x: st.dictionaries(st.text(), x)).map(json.dumps)
)
def test_nothing_else_is_ever_raised(body: str) -> None:
    try:
        parse_messages(body)
    except UnreadableMessageError as error:
        assert isinstance(error, ValueError)  # noqa: PT017


@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.text(max_size=20), st.booleans(), st.booleans()
)
def test_a_message_rings_for_exactly_what_it_was_made_of(key: str, after: str, images: bool, fresh: bool) -> None:
    request = RefreshRequest(key, is_folder=key.endswith("/"), after=after, with_images=images, force=fresh)
    assert encode_message(request).isascii()
    assert parse_messages(encode_message(request)) == (request,)
