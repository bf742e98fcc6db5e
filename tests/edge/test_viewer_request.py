"""The viewer-request function: one address for each page."""

import pytest

from colophon_emulator.edge_function import EdgeFunction, ViewerRequest, ViewerResponse


def _asked(address: EdgeFunction, uri: str, query: str = "") -> ViewerRequest | ViewerResponse:
    return address.on_request(ViewerRequest("GET", uri, query))


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("/", "/index.html"),
        ("/en/", "/en/index.html"),
        ("/en/haneul-clinic/first-visit/", "/en/haneul-clinic/first-visit/index.html"),
        ("/zh-Hans/haneul-clinic/2024/05/", "/zh-Hans/haneul-clinic/2024/05/index.html"),
        ("//", "//index.html"),
    ],
)
def test_a_folder_is_answered_by_its_index(address: EdgeFunction, uri: str, key: str) -> None:
    asked = _asked(address, uri)
    assert isinstance(asked, ViewerRequest)
    assert asked.uri == key


@pytest.mark.parametrize(
    "uri",
    [
        "/assets/style.0f3a.css",
        "/images/haneul-clinic/first-visit/front%20door.9c1e-800.webp",
        "/en/haneul-clinic/feed.xml",
        "/404.html",
        "/robots.txt",
        "/favicon.ico",
        "/sitemap.xml",
        "/.well-known/security.txt",
    ],
)
def test_a_file_is_asked_for_as_it_is(address: EdgeFunction, uri: str) -> None:
    asked = _asked(address, uri)
    assert isinstance(asked, ViewerRequest)
    assert asked.uri == uri


@pytest.mark.parametrize(
    ("uri", "query", "location"),
    [
        ("/en", "", "/en/"),
        ("/en/haneul-clinic/first-visit", "", "/en/haneul-clinic/first-visit/"),
        ("/zh-Hans/haneul-clinic", "", "/zh-Hans/haneul-clinic/"),
        ("/index.html", "", "/"),
        ("/en/haneul-clinic/first-visit/index.html", "", "/en/haneul-clinic/first-visit/"),
        ("/en/haneul-clinic", "from=mail", "/en/haneul-clinic/?from=mail"),
        ("/en", "a=1&b=&a=2%20x", "/en/?a=1&a=2%20x&b"),
    ],
)
def test_another_spelling_is_sent_to_the_address_for_good_and_keeps_its_query(
    address: EdgeFunction, uri: str, query: str, location: str
) -> None:
    answer = _asked(address, uri, query)
    assert isinstance(answer, ViewerResponse)
    assert (answer.status, answer.headers["location"]) == (301, location)


@pytest.mark.parametrize(
    "uri",
    [
        "//elsewhere.example",
        "//elsewhere",
        "//elsewhere/index.html",
        "/\\elsewhere",
        "/%2F%2Felsewhere",
        "/%5Celsewhere",
        "/en//elsewhere",
        "/en/..",
        "/.well-known",
        "/-",
        "/en/a%0d%0ab",
        "",
    ],
)
def test_nothing_but_a_page_address_is_ever_redirected(address: EdgeFunction, uri: str) -> None:
    asked = _asked(address, uri)
    if isinstance(asked, ViewerResponse):
        location = asked.headers["location"]
        assert location == "/"
    else:
        assert asked.uri == uri


def test_a_long_address_costs_no_time(address: EdgeFunction) -> None:
    assert isinstance(_asked(address, "/a" * 4000 + "!"), ViewerRequest)
