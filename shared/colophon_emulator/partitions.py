"""A query that looks at the items of its own partition. moto looks through the whole table, and sorts it, each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

from colophon_emulator.lock import LOCK, replaced


@contextmanager
def one_partition_a_query() -> Iterator[None]:
    """For the time of the block a query of a table looks at one partition; the answers stay the same."""
    from moto.dynamodb.models.table import Table

    with replaced(Table, "query", _narrow(Table.query)):
        yield


def _narrow(whole_query: Any) -> Any:
    from moto.dynamodb.models.table import Table

    form = signature(whole_query)

    def query(table: Any, hash_key: Any, *args: Any, **others: Any) -> Any:
        index = form.bind(table, hash_key, *args, **others).arguments.get("index_name")
        if index or not table.has_range_key:
            return whole_query(table, hash_key, *args, **others)
        with LOCK:
            own = sorted(table.items.get(hash_key, {}).values(), key=lambda item: item.range_key.value)
            with replaced(Table, "all_items", lambda _: own):
                return whole_query(table, hash_key, *args, **others)

    return query
