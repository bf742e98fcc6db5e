"""The server of the preview: on this machine only, and with events that make browsers reload."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colophon_ops.preview.pages import EVENTS_PATH
from colophon_ops.preview.preview_build import PreviewBuild
from colophon_ops.preview.server import PreviewServer

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATIENCE = 20.0


@pytest.fixture
def build(inbox: Path, tmp_path: Path) -> Iterator[PreviewBuild]:
    with PreviewBuild(inbox, clock=lambda: NOW, parent=tmp_path / "cache") as build:
        build.build()
        yield build


@pytest.fixture
def server(build: PreviewBuild, inbox: Path) -> Iterator[PreviewServer]:
    with PreviewServer(build, inbox) as server:
        yield server


def _connect(server: PreviewServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)


def test_a_browser_is_told_of_each_build(inbox: Path, build: PreviewBuild, server: PreviewServer) -> None:
    connection = _connect(server)
    connection.request("GET", EVENTS_PATH)
    answer = connection.getresponse()
    assert answer.headers["content-type"] == "text/event-stream"
    first = answer.readline()
    assert first.startswith(b"data: ")
    assert answer.readline() == b"\n"
    text = inbox / "posts/mulmarugyeol/hives-in-the-evening/en.md"
    text.write_text(text.read_text().replace("That is all right.", "That is quite all right."))
    build.build([text])
    server.announce()
    second = answer.readline()
    assert second.startswith(b"data: ")
    assert second != first
    connection.close()


def test_another_name_that_leads_here_reads_nothing(server: PreviewServer) -> None:
    connection = _connect(server)
    connection.request("GET", "/", headers={"host": f"rebound.example:{server.port}"})
    answer = connection.getresponse()
    assert answer.status == 421
    assert b"doctype" not in answer.read()


def test_a_head_request_has_no_body(server: PreviewServer) -> None:
    connection = _connect(server)
    for _ in range(2):
        connection.request("HEAD", "/en/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
