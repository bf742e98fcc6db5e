"""Serves the previewed site on a port of 127.0.0.1, and tells browsers when it was built again."""

import secrets
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from colophon_ops.preview.pages import EVENTS_PATH
from colophon_ops.preview.preview_build import PreviewBuild
from colophon_ops.preview.responses import Response, reason_of, respond

# Between two signs of life: a browser that went away is noticed then.
_HEARTBEAT_SECONDS = 15.0
_POLL_SECONDS = 0.05


class PreviewServer:
    """Serves from its creation until ``close``; a context manager. ``url`` has no slash at its end."""

    def __init__(self, build: PreviewBuild, root: Path, port: int = 0) -> None:
        """Port 0 takes a free one. Raises OSError when the port is in use."""
        self._server = _Server(build, root, port)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
        self._thread.start()

    def announce(self) -> None:
        """Tell browsers that there is another site."""
        with self._server.changed:
            self._server.changed.notify_all()

    def close(self) -> None:
        """Stop listening. Calling it again does nothing."""
        if self._thread.is_alive():
            self._server.is_closing = True
            self.announce()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # At the end, connections of browsers that wait for a change are not waited for.
    block_on_close = False

    def __init__(self, build: PreviewBuild, root: Path, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.build, self.root = build, root
        self.changed = threading.Condition()
        self.is_closing = False
        # A preview that was started again is another one, whatever its versions.
        self.started = secrets.token_hex(4)

    def version(self) -> str:
        return f"{self.started}.{self.build.site.version}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore connections that the browser closes early; report other errors as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if not self._is_local():
            # A name that another site made lead here must not read drafts ("DNS rebinding").
            self._send(Response(421, b"Open the address that colophon preview printed.\n"))
        elif self.path == EVENTS_PATH and self.command == "GET":
            self._send_events()
        else:
            server = self.server
            self._send(respond(self.command, self.path, server.build.site, server.root, server.build.render_scheduled))

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

    def _is_local(self) -> bool:
        host = self.headers.get("host", "").rpartition(":")[0] or self.headers.get("host", "")
        return host in ("127.0.0.1", "localhost")

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status, reason_of(response.status))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        if self.command not in ("GET", "HEAD"):
            # The request body is not read, so the connection can't be reused.
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _send_events(self) -> None:
        """The version of the site, now and after each build, until the browser goes away."""
        self.send_response_only(200, reason_of(200))
        for name, value in (
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        server, sent = self.server, ""
        while not server.is_closing:
            with server.changed:
                if server.version() == sent:
                    server.changed.wait(_HEARTBEAT_SECONDS)
                version = server.version()
            line = f"data: {version}\n\n" if version != sent else ": waiting\n\n"
            self.wfile.write(line.encode())
            sent = version
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Print nothing: a line for each request would bury the output of the command."""
