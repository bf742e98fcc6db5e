"""Clients of AWS that expect exactly the calls they are told of, with their parameters, and give the answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.stub import Stubber
from msgspec import Struct


class Call(Struct, frozen=True):
    """One call of ``operation`` with ``params``: its ``answer``, or the ``error`` code with its status."""

    operation: str
    params: dict[str, Any]
    answer: dict[str, Any] = {}
    error: str = ""
    status: int = 400
    more: dict[str, Any] = {}


@contextmanager
def expecting(service: str, *calls: Call) -> Iterator[Any]:
    """A client of ``service`` that is called so, in this order, and not otherwise."""
    client: Any = boto3.client(service, "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
    stubber = Stubber(client)
    for call in calls:
        if call.error:
            stubber.add_client_error(
                call.operation,
                call.error,
                "no",
                call.status,
                expected_params=call.params,
                modeled_fields=call.more,
            )
        else:
            stubber.add_response(call.operation, call.answer, call.params)
    with stubber:
        yield client
    stubber.assert_no_pending_responses()
