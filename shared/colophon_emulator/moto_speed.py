"""Faster implementations of what moto and botocore do in time that grows with the size of the account.

None of these patches changes an answer; ``tests/emulator/test_speed_ups.py`` compares the answers with moto's own.
``ALWAYS`` holds the patches that every stack needs, even one with some dozen uploads, with those of ``dynamodb_speed``
and ``request_speed``; their docstrings say how much time they save. ``FOR_LARGE_RUNS`` holds those that only pay with
thousands of objects or messages (less than 5 % together on the small stack): they are off unless ``run_moto`` is called
with ``large_run``.
"""

import copy
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache, lru_cache
from inspect import signature
from typing import Any

from botocore import utils as botocore_utils
from moto import backend_index
from moto.core import responses
from moto.core.base_backend import BaseBackend
from moto.core.common_models import BaseModel
from moto.core.utils import camelcase_to_underscores, method_names_from_class, unix_time_millis
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.s3 import models as s3_models
from moto.s3.utils import _VersionedKeyStore
from moto.sqs.models import Queue, SQSBackend

from colophon_emulator import dynamodb_speed, request_speed
from colophon_emulator.botocore_speed import cache_client_parts, cache_service_descriptions, sign_without_hashing
from colophon_emulator.lock import LOCK, patch
from colophon_emulator.moto_s3 import list_keys

# moto tries the URL patterns of its services in order; the ones that a stack calls most come first.
_FREQUENT_SERVICES = ("s3", "dynamodb", "sqs")


@contextmanager
def cache_routes() -> Iterator[None]:
    """Look up once which moto backend and method answer a request. Always on: 7 to 15 % of a small run."""
    frequent_first = sorted(backend_index.backend_url_patterns, key=lambda entry: entry[0] not in _FREQUENT_SERVICES)
    with ExitStack() as patches:
        patches.enter_context(patch(BaseBackend, "urls", _cache_by_class(vars(BaseBackend)["urls"])))
        patches.enter_context(patch(backend_index, "backend_url_patterns", frequent_first))
        patches.enter_context(patch(responses, "method_names_from_class", cache(method_names_from_class)))
        patches.enter_context(patch(responses, "camelcase_to_underscores", cache(camelcase_to_underscores)))
        yield


def _cache_by_class(urls: property) -> property:
    found: dict[type, Any] = {}

    def cached_urls(backend: Any) -> Any:
        if type(backend) not in found:
            found[type(backend)] = urls.__get__(backend)
        return found[type(backend)]

    return property(cached_urls)


@contextmanager
def copy_only_written_items() -> Iterator[None]:
    """Copy only the items that a transaction writes, and keep no reference to deleted objects.

    moto copies every table and the stream's whole past for each transaction, and keeps everything it ever created for
    its web console. Always on: without it a small run takes 60 % longer, and a site of thousands of posts does not end.
    """
    transact = _undo_instead_of_copying(DynamoDBBackend.transact_write_items)
    with ExitStack() as patches:
        patches.enter_context(patch(DynamoDBBackend, "transact_write_items", transact))
        patches.enter_context(patch(BaseModel, "__new__", _create_untracked))
        yield


def _create_untracked(kind: Any, *_: Any, **__: Any) -> Any:
    return object.__new__(kind)


def _undo_instead_of_copying(moto_transact: Any) -> Any:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        with LOCK:
            operations = [operation for item in transact_items for operation in item.values()]
            undo = [
                _remember(backend.tables[operation["TableName"]], operation.get("Key") or operation.get("Item", {}))
                for operation in operations
                if operation.get("TableName") in backend.tables
            ]
            # moto restores a deep copy of the table when a write fails. Here the copy is the table itself, and a
            # failed transaction is undone item by item.
            Table.__deepcopy__ = lambda table, _: table  # type: ignore[attr-defined]
            try:
                moto_transact(backend, transact_items)
            except BaseException:
                for restore in undo:
                    restore()
                raise
            finally:
                del Table.__deepcopy__  # type: ignore[attr-defined]

    return transact_write_items


def _remember(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    """A function that restores the item at ``key``, and the stream, to what they are now."""
    restore_item = _remember_item(table, key)
    shard, length = table.stream_shard, len(table.stream_shard.items) if table.stream_shard else 0

    def restore() -> None:
        restore_item()
        if shard is not None:
            del shard.items[length:]

    return restore


def _remember_item(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name is not None]
    if any(name not in key for name in names):
        return lambda: None
    *parents, last = (DynamoType(key[name]) for name in names)
    items = table.items
    for name in parents:
        if name not in items:
            return lambda: table.items.pop(name, None)
        items = items[name]
    if last not in items:
        return lambda: items.pop(last, None)
    before = copy.deepcopy(items[last])

    def restore() -> None:
        items[last] = before

    return restore


@contextmanager
def query_one_partition() -> Iterator[None]:
    """Look only at what a page of a query may show; moto filters and sorts the whole table for each page.

    Always on: 7 % of a small run.
    """
    with patch(Table, "query", _query_within_partition(Table.query)):
        yield


def _query_within_partition(moto_query: Any) -> Any:
    parameters = signature(moto_query)

    def query(table: Any, hash_key: Any, *args: Any, **others: Any) -> Any:
        arguments = parameters.bind(table, hash_key, *args, **others).arguments
        if arguments.get("index_name") or not table.has_range_key:
            return moto_query(table, hash_key, *args, **others)
        with LOCK:
            partition = sorted(table.items.get(hash_key, {}).values(), key=_range_of)
            page = _find_page(partition, table.range_key_attr, arguments)
            with patch(Table, "all_items", lambda _: page):
                return moto_query(table, hash_key, *args, **others)

    return query


def _range_of(item: Any) -> Any:
    return item.range_key.value


def _find_page(partition: list[Any], range_name: str, arguments: Mapping[str, Any]) -> list[Any]:
    """What comes after the page before, and no more of it than moto looks at: one above the limit says that there is
    more. All of it for keys that are no strings, whose order is another."""
    if not partition or partition[0].range_key.type != "S":
        return partition
    start, is_backward = arguments.get("exclusive_start_key"), arguments.get("scan_index_forward") is False
    if start and is_backward:
        partition = partition[: bisect_left(partition, start[range_name]["S"], key=_range_of)]
    elif start:
        partition = partition[bisect_right(partition, start[range_name]["S"], key=_range_of) :]
    if not arguments.get("limit") or arguments.get("range_comparison"):
        return partition
    count = arguments["limit"] + 1
    return partition[-count:] if is_backward else partition[:count]


@contextmanager
def cache_dates() -> Iterator[None]:
    """Parse a date of a response once: each listing of a folder repeats the dates of all its objects.

    Always on: 3 % of a small run.
    """
    parse = lru_cache(maxsize=4096)(botocore_utils._parse_timestamp_with_tzinfo)  # type: ignore[attr-defined]
    with patch(botocore_utils, "_parse_timestamp_with_tzinfo", parse):
        yield


@contextmanager
def keep_keys_sorted() -> Iterator[None]:
    """Keep the keys of every new bucket sorted, so that a listing looks only at the keys under its prefix.

    moto copies and sorts all keys of the bucket for each listing.
    """
    backend = s3_models.S3Backend
    with ExitStack() as patches:
        patches.enter_context(patch(s3_models, "_VersionedKeyStore", _SortedKeyStore))
        patches.enter_context(patch(backend, "list_objects", _list_under_prefix(backend.list_objects)))
        yield


class _SortedKeyStore(_VersionedKeyStore):
    """moto's store of a bucket's versions by key, with the keys also in ``sorted_keys``.

    For each PUT of a key moto compares each version of it with each other one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sorted_keys: list[str] = []

    def __setitem__(self, key: str, value: Any) -> None:
        self._add(key)
        super().__setitem__(key, value)

    def setlist(self, key: Any, list_: Any) -> Any:
        self._add(key)
        kept = list_ if isinstance(list_, list) else list(list_) if isinstance(list_, tuple) else [list_]
        identities = set(map(id, kept))
        for version in self.getlist(key, []):
            if id(version) not in identities and hasattr(version, "dispose"):
                version.dispose()
        dict.__setitem__(self, key, kept)

    def pop(self, key: str, *_: Any) -> Any:
        super().pop(key)
        del self.sorted_keys[bisect_left(self.sorted_keys, key)]

    def _add(self, key: str) -> None:
        if key not in self:
            insort(self.sorted_keys, key)


def _list_under_prefix(moto_list: Any) -> Any:
    def list_objects(backend: Any, bucket: Any, prefix: str | None, *args: Any, **others: Any) -> Any:
        if not prefix or getattr(bucket.keys, "sorted_keys", None) is None:
            return moto_list(backend, bucket, prefix, *args, **others)
        with LOCK:
            part = copy.copy(bucket)
            part.keys = type(bucket.keys).__mro__[1]()
            for key in list_keys(bucket, prefix):
                dict.__setitem__(part.keys, key, bucket.keys.getlist(key))
            return moto_list(backend, part, prefix, *args, **others)

    return list_objects


@contextmanager
def count_messages_once() -> Iterator[None]:
    """Read the clock once to count a queue's messages, and count them only when a caller asks.

    For each message sent or received moto counts all messages and reads the clock for each; for each one deleted it
    copies the queue.
    """
    with ExitStack() as patches:
        replacements = {
            "messages": property(_list_visible),
            "approximate_number_of_messages_delayed": property(_count_delayed),
            "approximate_number_of_messages_not_visible": property(_count_not_visible),
            "delete_message": _delete_without_copying(Queue.delete_message),
        }
        for name, replacement in replacements.items():
            patches.enter_context(patch(Queue, name, replacement))
        patches.enter_context(patch(SQSBackend, "send_message", _send_without_counting(SQSBackend.send_message)))
        patches.enter_context(patch(SQSBackend, "is_message_valid_based_on_retention_period", _is_retained))
        yield


def _list_visible(queue: Any) -> list[Any]:
    now = unix_time_millis()
    return [each for each in queue._messages if each.visible_at < now and each.delayed_until <= now]


def _count_delayed(queue: Any) -> int:
    now = unix_time_millis()
    return sum(each.delayed_until > now for each in queue._messages)


def _count_not_visible(queue: Any) -> int:
    now = unix_time_millis()
    return sum(each.visible_at >= now for each in queue._messages)


def _delete_without_copying(moto_delete: Any) -> Any:
    def delete_message(queue: Any, receipt_handle: str) -> None:
        with LOCK:
            for position, message in enumerate(queue._messages):
                if message.had_receipt_handle(receipt_handle):
                    queue.pending_messages.discard(message)
                    queue.deleted_messages.update(message.all_receipt_handles)
                    del queue._messages[position]
                    return
        # Deleted before, or never received: moto raises the right error.
        moto_delete(queue, receipt_handle)

    return delete_message


def _send_without_counting(moto_send: Any) -> Any:
    """Sending reads one attribute of the queue, for which moto computes all of them."""

    def send_message(backend: Any, queue_name: str, *args: Any, **others: Any) -> Any:
        if backend.get_queue(queue_name).fifo_queue:
            return moto_send(backend, queue_name, *args, **others)
        with LOCK, patch(Queue, "attributes", {}):
            return moto_send(backend, queue_name, *args, **others)

    return send_message


def _is_retained(backend: Any, queue_name: str, message: Any) -> bool:
    seconds: float = backend.get_queue(queue_name).message_retention_period
    return bool(seconds * 1000 + message.sent_timestamp > unix_time_millis())


SpeedUp = Callable[[], AbstractContextManager[None]]
ALWAYS: tuple[SpeedUp, ...] = (
    cache_routes,
    cache_service_descriptions,
    cache_client_parts,
    sign_without_hashing,
    copy_only_written_items,
    query_one_partition,
    cache_dates,
    *dynamodb_speed.SPEED_UPS,
    *request_speed.SPEED_UPS,
)
FOR_LARGE_RUNS: tuple[SpeedUp, ...] = (keep_keys_sorted, count_messages_once)
