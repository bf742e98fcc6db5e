"""Every command that talks to a stack, where AWS does not answer, or something else answers in its place."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PAGE = b"<!DOCTYPE html>\n<html><body>Please log in to the guest network.<br></body></html>"
COMMANDS = {
    "upload": ("upload", "inbox"),
    "status": ("status",),
    "withdraw": ("withdraw", "sorae", "--kind", "gone", "--reason", "error"),
    "reinstate": ("reinstate", "sorae"),
    "republish": ("republish", "--all"),
    "redrive": ("redrive",),
    "verify": ("verify",),
    "adopt-inbox": ("adopt-inbox", "an-inbox"),
    "copy-inbox": ("copy-inbox", "old-inbox", "new-inbox"),
}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("ACCESS_KEY_ID", "any"), ("SECRET_ACCESS_KEY", "any"), ("REGION", "eu-central-1")):
        monkeypatch.setenv(f"AWS_{name}", value)


@contextmanager
def _server(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """Answers everything with ``body``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            for name, value in {"content-type": "text/html", "content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        do_GET = do_POST = do_PUT = do_HEAD = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _one_line(run: Run, words: tuple[str, ...], code: int) -> str:
    answer = run(*words)
    assert answer.exit_code == code, answer.output
    assert (answer.stdout, answer.stderr.count("\n")) == ("", 1)
    assert "Traceback" not in answer.output
    return answer.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_refused_connection_is_unavailable(
    run: Run, inbox: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    said = _one_line(run, COMMANDS[command], 3)
    assert "Could not connect" in said
    assert "try again" in said


@pytest.mark.parametrize("from_dev", [False, True], ids=["stack", "dev"])
def test_an_endpoint_that_never_answers_is_given_up_within_seconds(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, from_dev: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        if from_dev:
            _left_behind(tmp_path, url)
        else:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        began = time.monotonic()
        said = _one_line(run, ("status",), 3)
        assert time.monotonic() - began < 15
    assert ("does not answer" if from_dev else "Read timeout") in said
    assert ("Start it again" if from_dev else "try again") in said


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, PAGE),
        (200, b"<html><body></body></html>"),
        (200, b"OK"),
        (302, PAGE),
        (403, PAGE),
        (403, b"Forbidden by policy"),
        (404, b"404 page not found"),
        (502, PAGE),
        (502, b"<html><body>Bad Gateway</body></html>"),
        (503, b"busy"),
    ],
)
def test_a_page_in_place_of_an_answer_is_unavailable(
    run: Run, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    with _server(status, body) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        said = _one_line(run, ("status",), 3)
    assert "ry again" in said


@pytest.mark.parametrize("status", [200, 403, 404])
def test_another_server_at_the_port_of_dev_is_not_taken_for_it(run: Run, tmp_path: Path, status: int) -> None:
    with _server(status, PAGE) as url:
        _left_behind(tmp_path, url)
        assert "build/dev.json" in _one_line(run, ("status",), 3)


def test_no_name_and_no_tls_are_unavailable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.invalid")
    assert "Could not connect" in _one_line(run, ("status",), 3)
    with _server(200, PAGE) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url.replace("http:", "https:"))
        assert "AWS_CA_BUNDLE" in _one_line(run, ("status",), 3)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "https://cloudformation.invalid")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        assert "proxy" in _one_line(run, ("status",), 3)


@pytest.mark.parametrize("address", ["nonsense", "http://", "ftp//x", "http://[::1", "http://a:99999"])
def test_an_address_that_is_none_is_misused(run: Run, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert "AWS_ENDPOINT_URL" in _one_line(run, ("status",), 2)


def _xml(code: str, message: str) -> bytes:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return (
        f'<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">{error}</ErrorResponse>'.encode()
    )


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "AccessDenied",
            "User: x is not authorized to perform: cloudformation:DescribeStacks",
            "These credentials have no right to cloudformation:DescribeStacks.",
        ),
        ("AccessDenied", "no", "These credentials have no right to cloudformation:DescribeStacks."),
        ("ExpiredToken", "The security token included in the request is expired", "Log in again"),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", "Log in again"),
        ("SignatureDoesNotMatch", "The request signature does not match", "Log in again"),
        ("RequestExpired", "Request has expired.", "clock"),
        ("ValidationError", "Stack with id colophon does not exist", "There is no stack colophon"),
        ("Odd", "Something else", "AWS_PROFILE"),
    ],
)
def test_what_aws_refuses_is_told_with_the_next_step(
    run: Run, monkeypatch: pytest.MonkeyPatch, code: str, message: str, told: str
) -> None:
    with _server(400, _xml(code, message), **{"content-type": "text/xml"}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert told in _one_line(run, ("status",), 2)


@pytest.mark.parametrize(
    ("status", "outputs", "exit_code", "told"),
    [
        ("CREATE_IN_PROGRESS", False, 3, "is being created"),
        ("CREATE_FAILED", False, 2, "its status is CREATE_FAILED"),
        ("ROLLBACK_COMPLETE", False, 2, "its status is ROLLBACK_COMPLETE"),
        ("DELETE_IN_PROGRESS", True, 2, "its status is DELETE_IN_PROGRESS"),
        ("REVIEW_IN_PROGRESS", False, 2, "its status is REVIEW_IN_PROGRESS"),
        ("CREATE_COMPLETE", False, 2, "has no output InboxBucket, SiteBucket, SiteUrl, Table"),
    ],
)
def test_a_stack_that_cannot_be_used_is_told_by_its_status(
    run: Run, monkeypatch: pytest.MonkeyPatch, status: str, outputs: bool, exit_code: int, told: str
) -> None:
    names = ("InboxBucket", "SiteBucket", "Table", "SiteUrl") if outputs else ()
    members = "".join(f"<member><OutputKey>{name}</OutputKey><OutputValue>x</OutputValue></member>" for name in names)
    stack = f"<StackName>colophon</StackName><StackStatus>{status}</StackStatus><Outputs>{members}</Outputs>"
    body = f"<DescribeStacksResponse><DescribeStacksResult><Stacks><member>{stack}</member></Stacks>"
    body += "</DescribeStacksResult></DescribeStacksResponse>"
    with _server(200, body.encode(), **{"content-type": "text/xml"}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert told in _one_line(run, ("status",), exit_code)


@pytest.mark.parametrize("text", ["{}", "", "[]", "null", '{"endpoint": 1}', "\\xff", "{"])
def test_a_broken_dev_json_says_what_to_do(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build/dev.json").write_text(text)
    assert "Delete it" in _one_line(run, ("status",), 2)


def _left_behind(tmp_path: Path, url: str) -> None:
    where = dict.fromkeys(("inbox_bucket", "site_bucket", "table", "site_url"), "some-name")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/dev.json").write_text(json.dumps({"endpoint": url, **where}))
