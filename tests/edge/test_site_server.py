"""The site on a local port: what a browser gets over HTTP."""

import http.client
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from colophon_emulator.distribution import Distribution, Fetch
from colophon_emulator.site_server import SiteServer

HTML = {"content-type": "text/html; charset=utf-8", "etag": '"9c1e"'}
STORED = {
    "index.html": (HTML, b"home"),
    "en/closed/index.html": ({**HTML, "x-amz-meta-status": "451", "x-amz-meta-link": "</>; rel=a"}, b"tombstone"),
}
Reply = tuple[int, str, dict[str, str], bytes]


@pytest.fixture
def server(
    cdn: Distribution, bucket: Callable[[Mapping[str, tuple[dict[str, str], bytes]]], Fetch]
) -> Iterator[SiteServer]:
    with SiteServer(cdn, bucket(STORED)) as server:
        yield server


def _ask(server: SiteServer, method: str, path: str, headers: Mapping[str, str] | None = None) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        reply = connection.getresponse()
        return reply.status, reply.reason, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def test_a_page_arrives_with_its_length_type_and_policy(server: SiteServer) -> None:
    status, reason, headers, body = _ask(server, "GET", "/")
    assert (status, reason, body) == (200, "OK", b"home")
    assert headers["content-length"] == "4"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in headers


def test_a_tombstone_arrives_with_its_status_and_link(server: SiteServer) -> None:
    status, reason, headers, body = _ask(server, "GET", "/en/closed/")
    assert (status, reason, body) == (451, "Unavailable For Legal Reasons", b"tombstone")
    assert headers["link"] == "</>; rel=a"


@pytest.mark.parametrize("path", ["/", "/en/closed/", "/en/never/", "/en"])
def test_head_says_what_get_says_and_sends_no_body(server: SiteServer, path: str) -> None:
    got, head = _ask(server, "GET", path), _ask(server, "HEAD", path)
    unlike = {"date"}
    assert head[:2] == got[:2]
    assert {name: head[2][name] for name in head[2].keys() - unlike} == {
        name: got[2][name] for name in got[2].keys() - unlike
    }
    assert head[3] == b""


def test_an_unchanged_page_is_not_sent_again_and_the_connection_stays_good(server: SiteServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for _ in range(2):
        connection.request("GET", "/", headers={"If-None-Match": '"9c1e"'})
        reply = connection.getresponse()
        assert (reply.status, reply.read()) == (304, b"")
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_site_can_only_be_read(server: SiteServer, method: str) -> None:
    assert _ask(server, method, "/")[0] == 403


def test_a_query_changes_nothing_but_survives_a_redirect(server: SiteServer) -> None:
    assert _ask(server, "GET", "/?list-type=2")[3] == b"home"
    assert _ask(server, "GET", "/en?from=mail")[2]["location"] == "/en/?from=mail"


def test_many_readers_at_once_each_get_their_page(server: SiteServer) -> None:
    with ThreadPoolExecutor(16) as readers:
        replies = list(readers.map(lambda path: _ask(server, "GET", path)[3], ["/", "/en/closed/"] * 50))
    assert replies == [b"home", b"tombstone"] * 50


def test_it_listens_to_this_machine_only_and_can_be_closed_twice(server: SiteServer) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"
    server.close()
    server.close()
    with pytest.raises(ConnectionError):
        _ask(server, "GET", "/")
