"""A reader's request through the whole distribution: address, object, error page, headers, status."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from msgspec.structs import replace

from colophon_emulator.deployment import Deployment
from colophon_emulator.distribution import Distribution, Fetch, load_distribution
from colophon_emulator.edge_function import EdgeFunction, ViewerRequest
from colophon_emulator.errors import EmulationError

Bucket: TypeAlias = Callable[[Mapping[str, tuple[Mapping[str, str], bytes]]], Fetch]

PAGE = {
    "content-type": "text/html; charset=utf-8",
    "etag": '"9c1e"',
    "last-modified": "Tue, 05 Mar 2024 04:05:06 GMT",
    "x-amz-meta-rev": "3",
}
STORED = {
    "index.html": (PAGE, b"home"),
    "en/haneul-clinic/first-visit/index.html": (PAGE, b"page"),
    "en/haneul-clinic/closed/index.html": ({**PAGE, "x-amz-meta-status": "410"}, b"tombstone"),
    "en/haneul-clinic/resting/index.html": ({**PAGE, "x-amz-meta-status": "404"}, b"hold"),
    "images/haneul-clinic/first-visit/대기실 a+b.9c-800.webp": ({"content-type": "image/webp"}, b"image"),
    "404.html": ({**PAGE, "x-amz-meta-cache-tag": "l:en"}, b"nothing here"),
}
SAFE = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
}


@pytest.fixture(scope="module")
def origin(bucket: Bucket) -> Fetch:
    return bucket(STORED)


@pytest.mark.parametrize(
    ("uri", "status", "body"),
    [
        ("/", 200, b"home"),
        ("/en/haneul-clinic/first-visit/", 200, b"page"),
        ("/en/haneul-clinic/first-visit", 301, b""),
        ("/en/haneul-clinic/closed/", 410, b"tombstone"),
        ("/en/haneul-clinic/resting/", 404, b"hold"),
        ("/en/haneul-clinic/never/", 404, b"nothing here"),
        ("/images/haneul-clinic/first-visit/%EB%8C%80%EA%B8%B0%EC%8B%A4%20a%2Bb.9c-800.webp", 200, b"image"),
        ("/images/haneul-clinic/first-visit/%EB%8C%80%EA%B8%B0%EC%8B%A4%20a+b.9c-800.webp", 404, b"nothing here"),
    ],
)
def test_each_address_gets_its_status_and_its_words(
    cdn: Distribution, origin: Fetch, uri: str, status: int, body: bytes
) -> None:
    answer = cdn.respond(ViewerRequest("GET", uri), origin)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize("uri", ["/", "/en/haneul-clinic/closed/", "/en/haneul-clinic/never/"])
def test_every_answer_is_safe_and_tells_nothing_of_the_bucket(cdn: Distribution, origin: Fetch, uri: str) -> None:
    headers = cdn.respond(ViewerRequest("GET", uri), origin).headers
    assert headers.keys() >= SAFE
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("x-amz-meta-")]


def test_a_method_that_writes_is_refused(cdn: Distribution, origin: Fetch) -> None:
    assert cdn.respond(ViewerRequest("PUT", "/"), origin).status == 403


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("if-none-match", '"9c1e"', 304),
        ("if-none-match", 'W/"9c1e", "other"', 304),
        ("if-none-match", "*", 304),
        ("if-none-match", '"older"', 200),
        ("if-modified-since", "Tue, 05 Mar 2024 04:05:06 GMT", 304),
        ("if-modified-since", "Tue, 05 Mar 2024 04:05:05 GMT", 200),
        ("if-modified-since", "yesterday", 200),
    ],
)
def test_what_the_browser_holds_is_sent_again_only_when_it_changed(
    cdn: Distribution, origin: Fetch, header: str, value: str, status: int
) -> None:
    answer = cdn.respond(ViewerRequest("GET", "/", headers={header: value}), origin)
    assert (answer.status, answer.body) == (status, b"" if status == 304 else b"home")
    assert answer.headers["etag"] == '"9c1e"'


def test_a_page_held_from_before_a_withdrawal_is_not_confirmed(cdn: Distribution, origin: Fetch) -> None:
    held = ViewerRequest("GET", "/en/haneul-clinic/closed/", headers={"if-none-match": '"the page"'})
    assert cdn.respond(held, origin).status == 410


def test_without_a_404_page_the_origins_words_are_shown(cdn: Distribution, bucket: Bucket) -> None:
    answer = cdn.respond(ViewerRequest("GET", "/en/"), bucket({}))
    assert (answer.status, answer.body) == (404, b"<Error>NoSuchKey</Error>")


def test_a_broken_edge_function_is_an_error_and_not_a_page(cdn: Distribution, origin: Fetch) -> None:
    broken = replace(
        cdn, response_function=EdgeFunction("planted", "function handler(event) { throw new Error('no'); }")
    )
    assert broken.respond(ViewerRequest("GET", "/"), origin).status == 503


def test_the_bucket_never_sees_a_request_for_its_root(cdn: Distribution) -> None:
    keys: list[str] = []

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        keys.append(key)
        return 200, {}, b""

    for uri in ("/", "", "//", "/?list-type=2"):
        cdn.respond(ViewerRequest("GET", uri), fetch)
        replace(cdn, request_function=None).respond(ViewerRequest("GET", uri), fetch)
    assert "" not in keys


def test_a_template_without_a_distribution_is_refused(stack: Deployment) -> None:
    without = {name: each for name, each in stack.resources.items() if each.type != "AWS::CloudFront::Distribution"}
    with pytest.raises(EmulationError, match="0 distributions"):
        load_distribution(replace(stack, resources=without))
