"""moto started in this process, its differences from AWS corrected, and an HTTP endpoint to the same account."""

import io
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

import boto3
import botocore.session
from botocore.config import Config
from moto import mock_aws
from moto.dynamodb import responses as moto_dynamodb
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.errors import EmulationError
from colophon_emulator.lock import LOCK, patch, serialize_requests
from colophon_emulator.moto_s3 import patch_event_notifications, patch_version_listing
from colophon_emulator.moto_speed import ALWAYS, FOR_LARGE_RUNS

ACCESS_KEY = "AKIALOCALEMULATION00"
SECRET_KEY = "local-emulation-takes-any-secret"
# Reads in a transaction, by TransactGetItems of the Amazon DynamoDB API Reference. moto refuses more than 25.
_TRANSACTION_ITEMS = 100
_running = False
_names: set[tuple[str, str]] = set()


@contextmanager
def run_moto(*, large_run: bool = False) -> Iterator[None]:
    """Provide an empty account within the block; its content is discarded at the end.

    ``large_run`` turns on the speed-ups that only pay with thousands of objects or messages.
    moto's state belongs to the process. Raises EmulationError when an account is already open in this process.
    """
    global _running
    if _running:
        raise EmulationError("Emulated AWS already runs in this process. Stop it before starting another one.")
    os.environ.setdefault("MOTO_ACCOUNT_ID", ACCOUNT)
    _running = True
    _names.clear()
    try:
        with ExitStack() as patches:
            patches.enter_context(mock_aws(config={"core": {"reset_boto3_session": True}}))
            patches.enter_context(serialize_requests())
            for speed_up in (*ALWAYS, *(FOR_LARGE_RUNS if large_run else ())):
                patches.enter_context(speed_up())
            patches.enter_context(patch_event_notifications())
            patches.enter_context(patch_version_listing())
            patches.enter_context(patch_transaction_size())
            yield
    finally:
        _running = False


@contextmanager
def patch_transaction_size() -> Iterator[None]:
    """Let a transaction of moto's DynamoDB read as many items as one of AWS's."""
    with patch(moto_dynamodb, "TRANSACTION_MAX_ITEMS", _TRANSACTION_ITEMS):
        yield


def check_is_running() -> None:
    """Raises EmulationError if no account is open: a call would go to AWS itself."""
    if not _running:
        raise EmulationError("No emulated account is open in this process. Open one with run_moto.")


def claim_name(resource_type: str, name: str) -> None:
    """Take the physical name for a resource. Raises EmulationError if the account has one of this type and name."""
    if (resource_type, name) in _names:
        raise EmulationError(f"{resource_type} {name} already exists in this account.")
    _names.add((resource_type, name))


def make_client(service: str, access_key: str = ACCESS_KEY) -> Any:
    """A boto3 client of the emulated account, for callers outside of the functions.

    Its permissions are those of the caller with ``access_key``: by default all.
    Ignores AWS_PROFILE and AWS_ENDPOINT_URL of the shell, and never uses an account-specific host name.
    """
    config = Config(  # type: ignore[call-arg]
        account_id_endpoint_mode="disabled",
        ignore_configured_endpoint_urls=True,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    with LOCK:
        return _session(access_key).client(service, config=config)


@cache
def _session(access_key: str) -> Any:
    """One session for all clients of a caller: each new session reads the descriptions of the services again."""
    without_profile = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.session.Session(access_key, SECRET_KEY, region_name=REGION, botocore_session=without_profile)


class HttpEndpoint:
    """A server on 127.0.0.1 for the AWS services that moto knows, so that any S3 client can upload to the buckets.

    Speaks plain HTTP and accepts any credentials. ``port`` 0 takes a free one. Must be used within ``run_moto``.
    """

    def __init__(self, port: int = 0) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        application = _LockedApplication(DomainDispatcherApplication(create_backend_app))
        self._server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="s3-endpoint", daemon=True
        )

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


class _LockedApplication:
    """A WSGI application that answers under the lock. It reads the body first: a slow sender does not hold the lock."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"] = io.BytesIO(_read_body(environ))
        environ["wsgi.input_terminated"] = True
        with LOCK:
            response = self._application(environ, start_response)
            try:
                return list(response)
            finally:
                close = getattr(response, "close", None)
                if close is not None:
                    close()


def _read_body(environ: dict[str, Any]) -> bytes:
    stream: io.BufferedIOBase = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return stream.read()
    return stream.read(int(environ.get("CONTENT_LENGTH") or 0))
