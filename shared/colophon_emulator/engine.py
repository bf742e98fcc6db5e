"""moto started in this process, with what it does differently from AWS put right.

The HTTP side of the emulation: any S3 client can upload to the same buckets that the functions run against.
"""

import io
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.errors import EmulationError
from colophon_emulator.lock import LOCK, requests_one_at_a_time
from colophon_emulator.moto_s3 import ordered_versions, true_s3_events
from colophon_emulator.moto_speed import (
    dates_read_once,
    descriptions_read_once,
    keys_in_order,
    long_queues,
    one_partition_a_query,
    routes_found_once,
    small_copies,
    values_as_they_are,
)

ACCESS_KEY = "AKIALOCALEMULATION00"
_SHORTCUTS = (small_copies, one_partition_a_query, keys_in_order, long_queues, values_as_they_are)
SECRET_KEY = "local-emulation-takes-any-secret"
_running = False


@contextmanager
def engine() -> Iterator[None]:
    """An empty account for the time of the block; everything in it is forgotten at the end.

    moto's state belongs to the process, so there is one at a time: a second raises EmulationError.
    """
    global _running
    if _running:
        raise EmulationError("Emulated AWS already runs in this process; stop it before another is started.")
    os.environ.setdefault("MOTO_ACCOUNT_ID", ACCOUNT)
    from moto import mock_aws

    _running = True
    try:
        with ExitStack() as parts:
            parts.enter_context(mock_aws(config={"core": {"reset_boto3_session": True}}))
            parts.enter_context(requests_one_at_a_time())
            for worked_out_once in (routes_found_once, descriptions_read_once, dates_read_once):
                parts.enter_context(worked_out_once())
            for shortcut in _SHORTCUTS:
                parts.enter_context(shortcut())
            parts.enter_context(true_s3_events())
            parts.enter_context(ordered_versions())
            yield
    finally:
        _running = False


def client(service: str) -> Any:
    """A boto3 client of the emulated account with every right, for those who stand outside of the functions.

    Pays no heed to AWS_PROFILE or AWS_ENDPOINT_URL of the shell, and never asks for an account's own host name.
    """
    from botocore.config import Config

    unconcerned = Config(  # type: ignore[call-arg]
        account_id_endpoint_mode="disabled",
        ignore_configured_endpoint_urls=True,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    with LOCK:
        return _session().client(service, config=unconcerned)


@cache
def _session() -> Any:
    """One for all clients, since each session reads the services' descriptions anew."""
    import boto3
    import botocore.session

    nobodys = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.session.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION, botocore_session=nobodys)


class LockedApplication:
    """A WSGI application whose requests wait for the lock; a slow sender does not hold it."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"] = io.BytesIO(_whole_body(environ))
        environ["wsgi.input_terminated"] = True
        with LOCK:
            answer = self._application(environ, start_response)
            try:
                return list(answer)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()


def _whole_body(environ: dict[str, Any]) -> bytes:
    sent: io.BufferedIOBase = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return sent.read()
    return sent.read(int(environ.get("CONTENT_LENGTH") or 0))


class Endpoint:
    """A server on 127.0.0.1 for the AWS services that moto knows. ``port`` 0 takes a free one.

    Speaks plain HTTP and accepts any credentials. Has to be used while the engine runs.
    """

    def __init__(self, port: int = 0) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        application = LockedApplication(DomainDispatcherApplication(create_backend_app))
        self._server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, name="s3-endpoint", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
