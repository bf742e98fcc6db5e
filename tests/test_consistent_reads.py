"""The test of the check: a read without ConsistentRead is noted, whichever kind it is; one of a test's own is not."""

from collections.abc import Callable
from typing import Any

import pytest

from colophon.stores.table import Table
from tests import consistent_reads
from tests.stores.stubbed import Call, expecting

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
READS: dict[str, tuple[Callable[[Table], object], dict[str, Any]]] = {
    "GetItem": (lambda table: table.read_item(KEY), {}),
    "BatchGetItem": (lambda table: list(table.read_items([KEY])), {"Responses": {}}),
    "Query": (lambda table: list(table.query("a")), {}),
    "Scan": (lambda table: list(table.scan()), {}),
}


def forget_consistency(params: dict[str, Any], **_: Any) -> None:
    for asked in [params, *params.get("RequestItems", {}).values()]:
        asked.pop("ConsistentRead", None)


@pytest.mark.parametrize("operation", READS)
def test_a_read_that_may_be_old_is_noted_with_its_place(operation: str) -> None:
    read, answer = READS[operation]
    name = {"GetItem": "get_item", "BatchGetItem": "batch_get_item", "Query": "query", "Scan": "scan"}[operation]
    with expecting("dynamodb", Call(name, None, answer)) as client:  # type: ignore[arg-type]
        client.meta.events.register(f"provide-client-params.dynamodb.{operation}", forget_consistency)
        read(Table(client, "the-table"))
    (noted,) = consistent_reads.take_found()
    assert noted.startswith(f"{operation} in colophon.stores.table.Table.")


@pytest.mark.parametrize("operation", READS)
def test_a_consistent_read_is_not_noted(operation: str) -> None:
    read, answer = READS[operation]
    name = {"GetItem": "get_item", "BatchGetItem": "batch_get_item", "Query": "query", "Scan": "scan"}[operation]
    with expecting("dynamodb", Call(name, None, answer)) as client:  # type: ignore[arg-type]
        read(Table(client, "the-table"))
    assert consistent_reads.take_found() == []


def test_a_tests_own_read_is_its_own_affair() -> None:
    with expecting("dynamodb", Call("get_item", None, {})) as client:  # type: ignore[arg-type]
        client.get_item(TableName="the-table", Key=KEY)
    assert consistent_reads.take_found() == []
