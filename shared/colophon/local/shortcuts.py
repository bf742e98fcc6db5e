"""What moto does with everything, done only with what is touched.

Its transactions copy the table and its stream's whole past, and its queries sort the whole table, so that a site of a
thousand posts would stand still. An attribute's value is of one kind, and moto looks for all ten, under every name
that each might have.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

from colophon.local.lock import LOCK, replaced

# What a value of DynamoDB may be: AttributeValue in its API Reference.
_KINDS = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})


@contextmanager
def shortcuts() -> Iterator[None]:
    """For the time of the block a transaction copies the items that it names, and a query reads its own partition."""
    from moto.core.serialize import ResponseSerializer
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    transaction = _transaction_on_touched_items(DynamoDBBackend.transact_write_items)
    with (
        replaced(DynamoDBBackend, "transact_write_items", transaction),
        replaced(Table, "query", _query_of_one_partition(Table.query)),
        replaced(ResponseSerializer, "get_value", _value_as_it_is(ResponseSerializer.get_value)),
    ):
        yield


def _value_as_it_is(looked_for: Any) -> Any:
    def get_value(serializer: Any, value: Any, key: str, shape: Any) -> Any:
        if key in _KINDS and isinstance(value, dict):
            return value.get(key)
        return looked_for(serializer, value, key, shape)

    return get_value


def _query_of_one_partition(whole_query: Any) -> Any:
    form = signature(whole_query)

    def query(table: Any, hash_key: Any, *arguments: Any, **named: Any) -> Any:
        index = form.bind(table, hash_key, *arguments, **named).arguments.get("index_name")
        if index or not table.has_range_key or hash_key not in table.items:
            return whole_query(table, hash_key, *arguments, **named)
        part = copy.copy(table)
        part.items = {hash_key: table.items[hash_key]}
        return whole_query(part, hash_key, *arguments, **named)

    return query


def _transaction_on_touched_items(whole_transaction: Any) -> Any:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        from moto.dynamodb.models.table import Table

        operations = [operation for item in transact_items for operation in item.values()]

        def clone(table: Any, memo: dict[int, Any]) -> Any:
            twin = copy.copy(table)
            twin.items = copy.copy(table.items)
            for operation in operations:
                _copy_item(table, twin, operation.get("Key") or operation.get("Item", {}))
            if table.stream_shard is not None:
                twin.stream_shard = copy.copy(table.stream_shard)
                twin.stream_shard.items = list(table.stream_shard.items)
                twin.stream_shard.table = twin
            return twin

        with LOCK:
            Table.__deepcopy__ = clone  # type: ignore[attr-defined]
            try:
                whole_transaction(backend, transact_items)
            finally:
                del Table.__deepcopy__  # type: ignore[attr-defined]

    return transact_write_items


def _copy_item(table: Any, twin: Any, key: dict[str, Any]) -> None:
    """A collection of items that the transaction may touch is the twin's own, with a copy of the item itself."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    names = {table.hash_key_attr, table.range_key_attr} - {None}
    if not names <= key.keys():
        return
    collection = DynamoType(key[table.hash_key_attr])
    if collection not in table.items:
        return
    if not table.has_range_key:
        twin.items[collection] = copy.deepcopy(table.items[collection])
        return
    if twin.items[collection] is table.items[collection]:
        twin.items[collection] = dict(table.items[collection])
    place = DynamoType(key[table.range_key_attr])
    if place in table.items[collection]:
        twin.items[collection][place] = copy.deepcopy(table.items[collection][place])
