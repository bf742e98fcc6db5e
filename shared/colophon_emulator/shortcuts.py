"""What moto does by copying everything, done by keeping only what is touched.

Its transactions copy the table and its stream's whole past once for each write, and everything that it ever made is
kept for a page that nobody opens: a site of a thousand posts would stand still, and one of ten thousand would not fit.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from colophon_emulator.lock import LOCK, replaced


@contextmanager
def small_copies() -> Iterator[None]:
    """For the time of the block a transaction copies the items that it names, and nothing is kept that was let go."""
    from moto.core.common_models import BaseModel
    from moto.dynamodb.models import DynamoDBBackend

    transaction = _transaction_on_touched_items(DynamoDBBackend.transact_write_items)
    with ExitStack() as patches:
        patches.enter_context(replaced(DynamoDBBackend, "transact_write_items", transaction))
        patches.enter_context(replaced(BaseModel, "__new__", _untracked))
        yield


def _untracked(kind: Any, *_: Any, **__: Any) -> Any:
    return object.__new__(kind)


def _transaction_on_touched_items(whole_transaction: Any) -> Any:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        from moto.dynamodb.models.table import Table

        with LOCK:
            operations = [operation for item in transact_items for operation in item.values()]
            undo = [
                _undo(backend.tables[operation["TableName"]], operation.get("Key") or operation.get("Item", {}))
                for operation in operations
                if operation.get("TableName") in backend.tables
            ]
            # moto takes a copy of the table for the case of a failure; here the table itself is put right.
            Table.__deepcopy__ = lambda table, _: table  # type: ignore[attr-defined]
            try:
                whole_transaction(backend, transact_items)
            except BaseException:
                for put_back in undo:
                    put_back()
                raise
            finally:
                del Table.__deepcopy__  # type: ignore[attr-defined]

    return transact_write_items


def _undo(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    """What puts the item of ``key``, and the stream, back to where they are now."""
    put_back = _undo_item(table, key)
    shard, told = table.stream_shard, len(table.stream_shard.items) if table.stream_shard else 0

    def undo() -> None:
        put_back()
        if shard is not None:
            del shard.items[told:]

    return undo


def _undo_item(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    from moto.dynamodb.models.dynamo_type import DynamoType

    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name is not None]
    if any(name not in key for name in names):
        return lambda: None
    *above, last = (DynamoType(key[name]) for name in names)
    place = table.items
    for name in above:
        if name not in place:
            return lambda: table.items.pop(name, None)
        place = place[name]
    if last not in place:
        return lambda: place.pop(last, None)
    before = copy.deepcopy(place[last])

    def put_back() -> None:
        place[last] = before

    return put_back
