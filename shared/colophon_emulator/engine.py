"""moto started in this process, with what it does differently from AWS put right."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from colophon_emulator.attribute_values import values_as_they_are
from colophon_emulator.errors import EmulationError
from colophon_emulator.key_order import keys_in_order
from colophon_emulator.lock import LOCK, requests_one_at_a_time
from colophon_emulator.long_queues import long_queues
from colophon_emulator.names import ACCOUNT, REGION
from colophon_emulator.once import dates_read_once, descriptions_read_once, routes_found_once
from colophon_emulator.partitions import one_partition_a_query
from colophon_emulator.s3_events import true_s3_events
from colophon_emulator.s3_versions import ordered_versions
from colophon_emulator.shortcuts import small_copies

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
