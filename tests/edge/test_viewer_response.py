"""The viewer-response function: a tombstone answers with its own status, and nothing of ours leaks."""

import pytest

from colophon_emulator.edge_function import EdgeFunction, ViewerRequest, ViewerResponse

ASKED = ViewerRequest("GET", "/en/haneul-clinic/first-visit/index.html")


def _shown(status: EdgeFunction, headers: dict[str, str], code: int = 200) -> ViewerResponse:
    return status.on_response(ASKED, ViewerResponse(code, "OK", headers, b"<p>Gone.</p>"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (301, "Moved Permanently"),
        (302, "Found"),
        (404, "Not Found"),
        (410, "Gone"),
        (451, "Unavailable For Legal Reasons"),
    ],
)
def test_a_tombstone_says_its_status_and_keeps_its_words(status: EdgeFunction, code: int, reason: str) -> None:
    answer = _shown(status, {"x-amz-meta-status": str(code), "content-type": "text/html"})
    assert (answer.status, answer.reason, answer.body) == (code, reason, b"<p>Gone.</p>")
    assert answer.headers == {"content-type": "text/html"}


def test_a_moved_page_says_where_to(status: EdgeFunction) -> None:
    answer = _shown(status, {"x-amz-meta-status": "301", "x-amz-meta-location": "/en/haneul-clinic/new-name/"})
    assert (answer.status, answer.headers) == (301, {"location": "/en/haneul-clinic/new-name/"})


def test_an_icon_is_found_where_it_is_now(status: EdgeFunction) -> None:
    answer = _shown(status, {"x-amz-meta-status": "302", "x-amz-meta-location": "/assets/icon.0f3a.png"})
    assert (answer.status, answer.headers) == (302, {"location": "/assets/icon.0f3a.png"})


def test_a_legal_block_names_who_asked_for_it(status: EdgeFunction) -> None:
    link = '<https://posts.example.com/>; rel="blocked-by"'
    answer = _shown(status, {"x-amz-meta-status": "451", "x-amz-meta-link": link})
    assert (answer.status, answer.headers) == (451, {"link": link})


def test_a_part_of_a_tombstone_is_no_part_of_a_page(status: EdgeFunction) -> None:
    assert _shown(status, {"x-amz-meta-status": "410"}, code=206).status == 410


def test_what_a_browser_already_holds_is_only_confirmed(status: EdgeFunction) -> None:
    answer = _shown(status, {"x-amz-meta-status": "410", "etag": '"a"'}, code=304)
    assert (answer.status, answer.headers) == (304, {"etag": '"a"'})


@pytest.mark.parametrize("nonsense", ["", "200", "500", "999", "4 1 0", "constructor", "toString"])
def test_a_status_that_no_tombstone_has_changes_nothing(status: EdgeFunction, nonsense: str) -> None:
    answer = _shown(status, {"x-amz-meta-status": nonsense, "x-amz-meta-location": "/elsewhere/"})
    assert (answer.status, answer.headers) == (200, {})


def test_a_page_keeps_its_own_headers_and_loses_the_buckets(status: EdgeFunction) -> None:
    kept = {"content-type": "text/html", "cache-control": "max-age=60, s-maxage=300", "etag": '"a"'}
    ours = {"x-amz-meta-rev": "12", "x-amz-meta-fp": "9c", "x-amz-meta-cache-tag": "p:a/b", "x-amz-request-id": "8D"}
    answer = _shown(status, {**kept, **ours, "x-amz-version-id": "null", "x-amz-server-side-encryption": "AES256"})
    assert (answer.status, answer.headers) == (200, kept)


def test_what_cloudfront_keeps_to_itself_is_not_shown_to_the_function(status: EdgeFunction) -> None:
    answer = _shown(status, {"x-amzn-requestid": "8D", "x-amz-cf-id": "1F", "connection": "close", "etag": '"a"'})
    assert (answer.status, answer.headers) == (200, {"etag": '"a"'})
