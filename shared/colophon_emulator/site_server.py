"""A distribution served over HTTP on a port of 127.0.0.1."""

import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from colophon_emulator.distribution import Distribution, Fetch
from colophon_emulator.edge_cache import EdgeCache
from colophon_emulator.edge_function import ViewerRequest, ViewerResponse

_SET_BY_SERVER = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding"})


class SiteServer:
    """Serves from its creation until ``close``; a context manager. ``url`` has no slash at its end."""

    def __init__(self, distribution: Distribution, fetch: Fetch, port: int = 0, cache: EdgeCache | None = None) -> None:
        """``fetch`` is called from several threads, and for each request without a ``cache``.

        Port 0 takes a free one. Raises OSError when the port is in use.
        """
        self._server = _Server(distribution, fetch, port, cache)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="site")
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Calling it again does nothing."""
        if self._thread.is_alive():
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

    def __init__(self, distribution: Distribution, fetch: Fetch, port: int, cache: EdgeCache | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.distribution = distribution
        self.fetch, self.cache = fetch, cache

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore connections that the browser closes early; report other errors as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        uri, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = ViewerRequest(self.command, uri, query, headers)
        self._send(self.server.distribution.respond(request, self.server.fetch, self.server.cache))

    # The distribution decides which methods are allowed, so all of them must reach it.
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

    def _send(self, response: ViewerResponse) -> None:
        self.send_response_only(response.status, response.reason)
        self.send_header("date", formatdate(usegmt=True))
        for name, value in response.headers.items():
            if name not in _SET_BY_SERVER:
                self.send_header(name, value)
        if response.status != 304:
            self.send_header("content-length", str(len(response.body)))
        if self.command not in ("GET", "HEAD"):
            # The request body is not read, so the connection can't be reused.
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status != 304:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Print nothing: a line for each request would bury the output of the program that serves."""
